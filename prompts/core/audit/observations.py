"""Observations that cover every message of the engine to a player, generated from the rules.

Each parameter of a game is varied over small values. Each variant is played at random, once and
repeatedly. An observation is kept if it holds a new kind of fact, event or question.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from fractions import Fraction
from functools import cache
from itertools import chain
from random import Random
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import games
from games import BadInput, Game
from games.core.exchanges import Advice, Talk
from games.core.preplay import Preplay
from games.core.repeated import Repeated
from games.core.types import CHANCE, Action, Observation, Said, Speech, actions

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
    return _different(chain.from_iterable(map(_observations, _variants(game))))


@cache
def conversations() -> tuple[Observation, ...]:
    """Observations that together hold all that can be said of messages before a game.

    Their texts belong to no game: a game stands for all with as many players and such statements.
    """
    return _different(chain.from_iterable(map(_observations, _talking())))


@cache
def third_round() -> Observation:
    """An observation of the third round of a repeated game with two players."""
    rules = (bare for name in games.REGISTRY.usable() for bare in _variants(name))
    game = next(bare for bare in rules if isinstance(bare, Repeated) and len(bare.deciders) == 2)  # noqa: PLR2004
    seen = _observations(Repeated(game.stage, rounds=3))
    return next(each for each, _ in seen if each.events[-1].facts.get("round") == 3)  # noqa: PLR2004


def _different(observations: Iterable[tuple[Observation, int]]) -> tuple[Observation, ...]:
    """Observations with a feature that no earlier one has.

    Args:
        observations: each with the number of its first events that an earlier one had.
    """
    met: set[object] = set()
    kept = []
    for seen, before in observations:
        new = set(_atoms(seen, before)) - met
        if new:
            met |= new
            kept.append(seen)
    return tuple(kept)


def _talking() -> Iterator[Game[Any]]:
    """Games with every kind of messages before them."""
    met: set[object] = set()
    for bare in chain.from_iterable(map(_variants, games.REGISTRY.usable())):
        if isinstance(bare, Repeated) or len(bare.deciders) < 2:  # noqa: PLR2004 - one writes, one reads
            continue
        statements = [bare.announced(player) for player in bare.deciders]
        kind = len(bare.roles) > 2, frozenset(map(type, statements))  # noqa: PLR2004 - "the others"
        if kind not in met:
            met.add(kind)
            advised = len(bare.roles) == 2 and statements[1] is not None  # noqa: PLR2004
            yield from _with_messages(bare, advised=advised)


def _with_messages(bare: Game[Any], *, advised: bool) -> Iterator[Game[Any]]:
    for each_round in (False, True):
        stages = [Preplay(bare, talk=Talk(2, 9, each_round))]
        if advised:
            advices = (Advice(bare.roles[0], length, each_round) for length in (0, 9))
            stages += [Preplay(bare, advice=advice) for advice in advices]
        for stage in stages:
            yield stage
            yield Repeated(replace(stage, repeated=True), rounds=2)


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


def _observations(rules: Game[Any]) -> Iterator[tuple[Observation, int]]:
    """Observations of all players at every decision of a few plays.

    Yields:
        The observation, and how many of its events the player had seen at its decision before.
    """
    for seed in range(_PLAYS):
        rng, state = Random(seed), rules.initial_state()
        before = [0] * len(rules.roles)
        while movers := rules.movers(state):
            for player in range(len(rules.roles)) if movers != (CHANCE,) else ():
                seen = rules.observe(state, player)
                yield seen, before[player]
                before[player] = len(seen.events)
            state = rules.apply(state, {p: rng.choice(_moves(rules, state, p)) for p in movers})


def _moves(rules: Game[Any], state: Any, player: int) -> Sequence[Action]:  # noqa: ANN401
    if player == CHANCE:
        return list(rules.chance(state))
    space = rules.space(state, player)
    return (
        (*actions(space), Said("a"))
        if isinstance(space, Speech) and space.length
        else actions(space)
    )


def _atoms(seen: Observation, before: int) -> Iterator[object]:
    """Features of an observation on which a text can depend, for one or several other players.

    Args:
        seen: the observation.
        before: number of its first events to leave out.
    """
    several, asked = seen.players > 2, type(seen.space).__name__  # noqa: PLR2004
    if isinstance(seen.space, Speech):
        asked = f"{asked} {seen.space.length} {type(seen.space.statement).__name__}"
    yield several, seen.role, asked
    for key, fact in seen.facts.items():
        yield several, key, _word(fact)
    for event in seen.events[before:]:
        own = event.facts.get("player") == seen.player
        for key, fact in event.facts.items():
            yield several, event.kind, own, key, _word(fact)


def _word(fact: object) -> str:
    """A word without the numbers of its family; for other facts, their type."""
    return _unnumbered(fact) if isinstance(fact, str) else type(fact).__name__


@cache
def _unnumbered(word: str) -> str:
    return re.sub("[0-9]+", "#", word)
