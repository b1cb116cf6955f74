"""Questions on the rules, made from the rules: plays are drawn, and the game counts the points."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

from arena.core.types import Match, seed_of
from arena.design.tournament import Tournament
from arena.engine.match import draw
from arena.engine.seating import spoken_in
from arena.lab.pages import Field
from arena.lab.words import Words
from games import Game
from games.core.repeated import stage_of
from games.core.types import CHANCE, Action, Event, Observation, any_action
from prompts import Voice
from prompts.core.rendering.writer import Writer

_PLAYS = 400
"""Plays that are drawn, at most, until there are enough questions."""


@dataclass(frozen=True, slots=True)
class Item:
    """A question on the rules.

    Args:
        field: how it is asked.
        right: the right answer, in points.
    """

    field: Field
    right: int


def rules(tournament: Tournament, match: Match, seat: int, language: str) -> tuple[str, ...]:
    """The rules of a match as its decisions tell them, without what depends on the role."""
    game, voice = tournament.games[match.game], _voice(tournament, match, seat, language)
    writer = Writer(game.observe(game.initial_state(), seat), voice, match.wording)
    return (writer.text("frame", "opening"), *writer.rules())


def items(tournament: Tournament, match: Match, seat: int, language: str) -> tuple[Item, ...]:
    """The questions on the rules of a match: what the player in a seat earns by a play of a round.

    Plays with other points come first.
    """
    assert tournament.lab is not None
    assert tournament.lab.check is not None
    game = stage_of(tournament.games[match.game])
    plays = _plays(game, seat, seed_of("quiz", tournament.seed, match.game))
    points = [earned for _, earned in plays]
    firsts = [n for n, earned in enumerate(points) if points.index(earned) == n]
    chosen = [*firsts, *(n for n in range(len(plays)) if n not in firsts)]
    voice = _voice(tournament, match, seat, language)
    words = Words(language, voice.frame)
    low, high = min(0, *points, 0), max(points, default=0)
    made = []
    for number, at in enumerate(chosen[: tournament.lab.check.questions]):
        seen, right = plays[at]
        writer = Writer(seen, voice, match.wording)
        told = [writer.role(), *map(writer.event, seen.events)]
        label = "\n".join((words.say("quiz", "suppose"), *told, words.say("quiz", "points")))
        field = Field(f"q{number + 1}", "number", label, low=low, high=2 * high + 1)
        made.append(Item(field, right))
    return tuple(made)


def _voice(tournament: Tournament, match: Match, seat: int, language: str) -> Voice:
    voice = spoken_in(tournament.seated(match)[seat], language).voice
    assert voice is not None  # a person's
    return voice


@lru_cache(100)
def _plays(game: Game[Any], seat: int, seed: int) -> tuple[tuple[Observation, int], ...]:
    """Different plays as one seat sees them, each with its whole number of points."""
    rng, plays = Random(seed), dict[Sequence[Event], tuple[Observation, int]]()
    for seen, points in (_played(game, seat, rng) for _ in range(_PLAYS)):
        if points is not None:
            plays.setdefault(seen.events, (seen, points))
    return tuple(plays.values())


def _played(game: Game[Any], seat: int, rng: Random) -> tuple[Observation, int | None]:
    state = game.initial_state()
    while movers := game.movers(state):
        state = game.apply(state, dict(_moves(game, state, movers, rng)))
    points = game.payoffs(state)[seat]
    return game.observe(state, seat), points if isinstance(points, int) else None


def _moves(
    game: Game[Any],
    state: Any,  # noqa: ANN401 - of the game
    movers: tuple[int, ...],
    rng: Random,
) -> Iterator[tuple[int, Action]]:
    for player in movers:
        if player == CHANCE:
            yield player, draw(game.chance(state), rng)
        else:
            yield player, any_action(game.space(state, player), rng)
