"""Maniac: bets, calls and raises whatever it holds.

Source: the poker players' word for a loose and aggressive style, see Sklansky (1999), The Theory of
Poker; the frame of a straw man, not a model of anybody.
"""

from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from agents.core.spec import Scripted
from games import BadInput, Game
from games.core.policy import Policy
from games.core.repeated import stage_of
from games.core.types import Action, Choice, Observation
from games.kuhn_poker import KuhnPoker
from games.liars_dice import LIAR, LiarsDice

if TYPE_CHECKING:  # it loads numpy
    from games.core.tree import Tree

A = TypeVar("A", bound=Action)

_TAME = ("check", "fold", LIAR)


class Maniac(Scripted):
    """Draws one of the actions that raise the stakes."""

    def check(self, game: Game[Any]) -> None:
        """Only Kuhn poker and Liar's Dice."""
        if not isinstance(stage_of(game), KuhnPoker | LiarsDice):
            raise BadInput(f"maniac plays kuhn_poker and liars_dice, not {game.name}")

    def act(self, seen: Observation, rng: Random) -> str:
        """Bet or call; any higher bid, and only if there is none, doubt."""
        assert isinstance(seen.space, Choice)
        return rng.choice(_bold(seen.space.options))

    def policy_in(self, tree: "Tree", /) -> Policy:
        """Each of these actions with equal probability, for all cards."""
        table: Policy = {}
        for name, options in zip(tree.keys, tree.actions, strict=True):
            bold = _bold(options)
            table[name] = {action: (action in bold) / len(bold) for action in options}
        return table


def _bold(options: Sequence[A]) -> Sequence[A]:
    return [option for option in options if option not in _TAME] or options


AGENT = Maniac
