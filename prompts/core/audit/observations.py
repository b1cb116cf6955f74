"""Observations that cover every message of the engine to a player, generated from the rules.

Each parameter of a game is varied over small values. Each variant is played at random, once and
repeatedly. An observation is kept if it holds a new kind of fact, event or question.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from fractions import Fraction
from functools import cache
from itertools import chain
from random import Random
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import games
from games import BadInput, Game
from games.core.repeated import Repeated
from games.core.types import CHANCE, Action, Amount, Observation

_PLAYS = 12
"""Seeded plays of each variant. Rare kinds of events need several plays."""

_SMALL = range(1, 7)
"""Values over which whole-number parameters are varied."""


@cache
def kinds(game: str) -> tuple[Observation, ...]:
    """Observations that together hold every role, fact, event and question of a game.

    Args:
        game: id of the game.
    """
    met: set[object] = set()
    observations = []
    for seen in chain.from_iterable(map(_observations, _variants(game))):
        new = set(_atoms(seen)) - met
        if new:
            met |= new
            observations.append(seen)
    return tuple(observations)


def _variants(name: str) -> Iterator[Game[Any]]:
    """The game with its defaults, then with one parameter at a time changed; each also repeated."""
    rules = games.rules(name)
    hints = get_type_hints(rules)
    varied: list[dict[str, Any]] = [{}]
    for field in fields(rules):  # type: ignore[arg-type] # games are dataclasses
        varied += ({field.name: value} for value in _values(hints[field.name]))
    for params in varied:
        try:
            stage = games.load(name, params)
        except BadInput:
            continue  # not every small number is allowed everywhere
        yield from (stage, Repeated(stage, rounds=2), Repeated(stage, continuation=Fraction(1, 2)))


def _values(hint: Any) -> Iterator[Any]:  # noqa: ANN401 - a type
    """Test values of a parameter, by its type."""
    if get_origin(hint) is Literal:
        yield from get_args(hint)
    elif hint is bool:
        yield from (False, True)
    elif hint is int or set(get_args(hint)) == {int, NoneType}:
        yield from _SMALL


def _observations(rules: Game[Any]) -> Iterator[Observation]:
    """Observations of all players at every decision of a few plays."""
    for seed in range(_PLAYS):
        rng, state = Random(seed), rules.initial_state()
        while movers := rules.movers(state):
            if movers != (CHANCE,):
                yield from (rules.observe(state, player) for player in range(len(rules.roles)))
            state = rules.apply(state, {p: rng.choice(_moves(rules, state, p)) for p in movers})


def _moves(rules: Game[Any], state: Any, player: int) -> Sequence[Action]:  # noqa: ANN401
    if player == CHANCE:
        return list(rules.chance(state))
    space = rules.space(state, player)
    return range(space.low, space.high + 1) if isinstance(space, Amount) else space.options


def _atoms(seen: Observation) -> Iterator[object]:
    """Features of an observation on which a text can depend, for one or several other players."""
    several, asked = seen.players > 2, type(seen.space).__name__  # noqa: PLR2004
    yield several, seen.role, asked
    for key, fact in seen.facts.items():
        yield several, key, _word(fact)
    for event in seen.events:
        own = event.facts.get("player") == seen.player
        for key, fact in event.facts.items():
            yield several, event.kind, own, key, _word(fact)


def _word(fact: object) -> str:
    """A word without the numbers of its family; for other facts, their type."""
    return re.sub("[0-9]+", "#", fact) if isinstance(fact, str) else type(fact).__name__
