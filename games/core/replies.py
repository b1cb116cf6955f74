"""Options of the other player's next decision, by a player's information set."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from games.core.errors import BadInput
from games.core.game import Game
from games.core.types import CHANCE, Action, Choice, Player, actions
from games.core.walk import moments

MOST: Final = 9
"""Where the other player has more options, or amounts, it is not listed."""

SETS: Final = 5_000
"""A game with more information sets is refused."""


@lru_cache(maxsize=16)
def next_options(stage: Game[Any]) -> Mapping[str, tuple[str, ...]]:
    """Options of the other player's next decision, by name of a player's information set.

    At the same time as the player's own decision, or after it. Where what the other can do depends
    on the player's own action, all of it is listed. Sets are left out after which the other decides
    no more, and those with too many options to list.

    >>> import games
    >>> next_options(games.load("prisoners_dilemma"))["first:"]
    ('cooperate', 'defect')

    Args:
        stage: a game for two players that is not repeated.

    Raises:
        BadInput: there are not two players, or too many information sets.
    """
    if len(stage.roles) != 2:  # noqa: PLR2004 - "the other player" is one
        raise BadInput(f"{stage.name} has {len(stage.roles)} players, and not one other player")
    ahead = {
        name: _of_other(stage, state, player)
        for name, (player, state) in moments(stage, SETS).items()
    }
    return MappingProxyType({name: tuple(each) for name, each in ahead.items() if each})


def _of_other(game: Game[Any], state: Any, player: Player) -> tuple[str, ...]:  # noqa: ANN401
    """Options of the other's next decision; none where they cannot be listed."""
    found: dict[Action, None] = {}
    waiting = [state]
    while waiting:
        position = waiting.pop(0)
        movers = game.movers(position)
        if 1 - player in movers:
            space = game.space(position, 1 - player)
            if not isinstance(space, Choice):
                return ()
            found |= dict.fromkeys(space.options)
        elif movers == (CHANCE,):
            waiting += [game.apply(position, {CHANCE: deal}) for deal in game.chance(position)]
        elif movers:
            moves: Iterable[Action] = actions(game.space(position, player))
            waiting += [game.apply(position, {player: move}) for move in moves]
        if len(found) > MOST:
            return ()
    return tuple(map(str, found))
