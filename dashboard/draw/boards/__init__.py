"""Positions of games as pictures, one small module per family of games.

A family is told by what a player has seen, not by the game's id, so that games of other packages
are drawn too.
"""

from collections.abc import Callable

from dashboard.draw.boards import amounts, cards, dice, payoffs
from dashboard.draw.boards.shapes import Board
from games.core.types import Observation

_FAMILIES: tuple[Callable[[Observation], Board | None], ...] = (
    cards.draw,
    dice.draw,
    payoffs.draw,
    amounts.draw,
)


def board(seen: Observation) -> Board | None:
    """The picture of what a player has seen; None for games of no known family."""
    return next((found for draw in _FAMILIES if (found := draw(seen))), None)
