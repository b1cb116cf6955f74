"""Information sets and actions for learning programs: vectors, and numbers from 0."""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from random import Random
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from games import Game
from games.core.repeated import Repeated
from games.core.types import CHANCE, Action, Observation, actions

_HASHES: Final = 4
_BYTES: Final = 4
_PATIENCE: Final = 100
"""Number of plays without a new action after which the search ends."""


def vector(seen: Observation, width: int) -> NDArray[np.float32]:
    """An information set as a vector: equal sets give equal vectors.

    Each detail of each event, with its place in the history, adds +1 or -1 at four positions given
    by a hash. Two sets share a vector only through hash collisions, which four positions make
    unlikely.

    Args:
        seen: observation of the player; the parameters of the game are left out.
        width: length of the vector.

    Returns:
        [width]

    Source: Weinberger, Dasgupta, Langford, Smola and Attenberg (2009), Feature hashing for large
    scale multitask learning, ICML, 1113 to 1120.
    """
    features = np.zeros(width, dtype=np.float32)
    for detail in _details(seen):
        for place, sign in _places(detail, width):
            features[place] += sign
    return features


def _details(seen: Observation) -> Iterator[str]:
    yield seen.role
    for at, event in enumerate(seen.events):
        yield f"{at} {event.kind}"
        for name, value in event.facts.items():
            yield f"{at} {event.kind} {name} {value}"


@lru_cache(maxsize=100_000)
def _places(detail: str, width: int) -> tuple[tuple[int, int], ...]:
    """Positions and signs of a detail."""
    digest = blake2b(detail.encode(), digest_size=_HASHES * _BYTES).digest()
    parts = (digest[at : at + _BYTES] for at in range(0, len(digest), _BYTES))
    drawn = [int.from_bytes(part, "big") for part in parts]
    return tuple(((number >> 1) % width, 1 - 2 * (number & 1)) for number in drawn)


def all_actions(game: Game[Any]) -> tuple[Action, ...]:
    """The actions of all seats of a game, each once, in order of appearance.

    The search plays at random with a preference for new actions, until a hundred plays in a row
    offer no new one.
    """
    stage = game.stage if isinstance(game, Repeated) else game
    rng, known, made, idle = Random(0), dict[Action, None](), set[Action](), 0
    while idle < _PATIENCE:
        before = len(known)
        _explore(stage, rng, known, made)
        idle = 0 if len(known) > before else idle + 1
    return tuple(known)


def _explore(game: Game[Any], rng: Random, known: dict[Action, None], made: set[Action]) -> None:
    """One play; adds its options to `known` and its moves to `made`."""
    state = game.initial_state()
    while movers := game.movers(state):
        moves: dict[int, Action] = {}
        for player in movers:
            if player == CHANCE:
                moves[player] = rng.choice(list(game.chance(state)))
                continue
            offered = actions(game.space(state, player))
            known.update(dict.fromkeys(offered))
            moves[player] = rng.choice([a for a in offered if a not in made] or offered)
            made.add(moves[player])
        state = game.apply(state, moves)
