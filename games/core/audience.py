"""Which seats can decide after which, so that a display can matter to them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any

from games.core.game import Game
from games.core.preplay import Preplay
from games.core.repeated import Repeated, RepeatedState
from games.core.types import CHANCE, Action, Player, actions

_KEPT = 256
"""Games of which the answer is remembered."""
_TOGETHER = 1_000
"""Combinations of simultaneous moves that are all looked at."""


@lru_cache(_KEPT)
def followers(game: Game[Any]) -> Mapping[Player, frozenset[Player]]:
    """By seat that decides, the other seats that can decide after one of its decisions.

    Where another round can follow, that is everybody else who decides.
    """
    everybody = {one: frozenset(game.deciders) - {one} for one in game.deciders}
    if isinstance(game, Repeated):
        return everybody if game.rounds != 1 else followers(game.stage)
    if isinstance(game, Preplay):
        after = followers(game.stage)
        return {one: everybody[one] if one in game.speakers else after[one] for one in everybody}
    return _Walk(game, everybody).followers


def has_audience(
    game: Game[Any], player: Player, perceiving: Collection[Player], *, opening: bool = False
) -> bool:
    """Whether somebody opposite perceives, and by the rules can decide after the player has shown.

    Args:
        game: its rules.
        player: who shows.
        perceiving: seats that perceive what others show.
        opening: whether an emotion is shown before the first move, which all who decide have seen.
    """
    others = set(perceiving) - {player}
    if not others:
        return False
    after = set(game.deciders) if opening else followers(game).get(player, frozenset())
    return bool(others & after)


def can_decide(game: Game[Any], state: Any, players: Collection[Player]) -> bool:  # noqa: ANN401
    """Whether one of some players can still decide, from a position on."""
    wanted = frozenset(players) & set(game.deciders)
    if not wanted:
        return False
    if isinstance(game, Repeated):
        return _in_rounds(game, state, wanted)
    return _in_round(game, state, wanted)


def _in_rounds(game: Repeated[Any], state: RepeatedState[Any], wanted: frozenset[Player]) -> bool:
    """The same in a repeated game: in this round, or since another can follow."""
    if not state.movers:
        return False
    under_way = state.stage is not None
    if game.rounds is None or state.rounds + under_way < game.rounds:
        return True
    return under_way and _in_round(game.stage, state.stage, wanted)


def _in_round(game: Game[Any], state: Any, wanted: frozenset[Player]) -> bool:  # noqa: ANN401
    """The same in one round: everybody who decides can do so after messages."""
    if not isinstance(game, Preplay):
        return _reaches(game, state, wanted)
    return game.speaking(state) or _reaches(game.stage, state.stage, wanted)


@lru_cache(4096)
def _reaches(game: Game[Any], state: Any, wanted: frozenset[Player]) -> bool:  # noqa: ANN401
    movers = game.movers(state)
    if wanted.intersection(movers):
        return True
    return any(_reaches(game, game.apply(state, moves), wanted) for moves in _moves(game, state))


class _Walk:
    """Walks through a game until it is known of all who can decide after whom.

    Args:
        game: the rules; not repeated.
        most: by seat, everybody who could.
    """

    def __init__(self, game: Game[Any], most: Mapping[Player, frozenset[Player]]) -> None:
        self._game = game
        self._most = most
        self._later: dict[Any, frozenset[Player]] = {}
        self.followers: Mapping[Player, frozenset[Player]] = dict.fromkeys(most, frozenset())
        self._from(game.initial_state())

    def _from(self, state: Any) -> frozenset[Player]:  # noqa: ANN401
        """Seats that can decide in a position or after it."""
        if state in self._later:
            return self._later[state]
        movers = self._game.movers(state)
        later = frozenset[Player]()
        for moves in _moves(self._game, state):
            later |= self._from(self._game.apply(state, moves))
            deciders = [player for player in movers if player != CHANCE]
            self.followers = {
                **self.followers,
                **{player: self.followers[player] | later - {player} for player in deciders},
            }
            if self.followers == self._most:
                break
        self._later[state] = later | (set(movers) - {CHANCE})
        return self._later[state]


def _moves(game: Game[Any], state: Any) -> Iterator[Mapping[Player, Action]]:  # noqa: ANN401
    """What the movers of a position can do; nothing if it is over.

    Where that is more than _TOGETHER combinations, one mover at a time does all it can, and the
    others what they can do first.
    """
    able = {player: _actions(game, state, player) for player in game.movers(state)}
    if prod(map(len, able.values())) <= _TOGETHER:
        joint = product(*able.values()) if able else ()
        yield from (dict(zip(able, made, strict=True)) for made in joint)
        return
    first = {player: options[0] for player, options in able.items()}
    for player, options in able.items():
        yield from ({**first, player: action} for action in options)


def _actions(game: Game[Any], state: Any, player: Player) -> Sequence[Action]:  # noqa: ANN401
    if player == CHANCE:
        return list(game.chance(state))
    return actions(game.space(state, player))
