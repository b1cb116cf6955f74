"""Every kind of thing that the engine can say to a player, found by asking the rules.

No list is kept by hand: each parameter of a game is varied over small values, each variant is
played at random, once and repeatedly, and an observation is kept if it holds something new.
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
from games.core.types import CHANCE, Action, Observation, actions

_PLAYS = 12
"""Seeded plays of each variant. Rare kinds of events need several."""

_SMALL = range(1, 7)
"""Values that whole-number parameters are varied over."""


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
    """The game as it is, then with one parameter at a time set otherwise; each also repeated."""
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
    """Values worth trying for a parameter of this type."""
    if get_origin(hint) is Literal:
        yield from get_args(hint)
    elif hint is bool:
        yield from (False, True)
    elif hint is int or set(get_args(hint)) == {int, NoneType}:
        yield from _SMALL


def _observations(rules: Game[Any]) -> Iterator[Observation]:
    """What all players see all along a few plays."""
    for seed in range(_PLAYS):
        rng, state = Random(seed), rules.initial_state()
        while movers := rules.movers(state):
            if movers != (CHANCE,):
                yield from (rules.observe(state, player) for player in range(len(rules.roles)))
            state = rules.apply(state, {p: rng.choice(_moves(rules, state, p)) for p in movers})


def _moves(rules: Game[Any], state: Any, player: int) -> Sequence[Action]:  # noqa: ANN401
    if player == CHANCE:
        return list(rules.chance(state))
    return actions(rules.space(state, player))


def _atoms(seen: Observation) -> Iterator[object]:
    """What a text could depend on, each beside whether there are several others."""
    several, asked = seen.players > 2, type(seen.space).__name__  # noqa: PLR2004
    yield several, seen.role, asked
    for key, fact in seen.facts.items():
        yield several, key, _word(fact)
    for event in seen.events:
        own = event.facts.get("player") == seen.player
        for key, fact in event.facts.items():
            yield several, event.kind, own, key, _word(fact)


def _word(fact: object) -> str:
    """A word as it is, with numbers of a family left out; other facts by their kind."""
    return re.sub("[0-9]+", "#", fact) if isinstance(fact, str) else type(fact).__name__
