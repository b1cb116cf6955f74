"""A recorded match frame by frame in each player's view, recomputed from the rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from arena.core.types import Transcript, TurnRecord
from arena.record.steps import steps, words
from games import Game

Shown = tuple[str, str]
"""Contestant that showed an emotion, and the emotion."""


@dataclass(frozen=True)
class Frame:
    """One moment of a match.

    Args:
        title: description of the frame.
        tables: events that each seat has seen, in words, one line per event.
        fresh: number of these lines that are new to the seat.
        displays: for each seat, emotions shown to it by the others so far.
        made: decisions of this frame; empty at the end.
    """

    title: str
    tables: tuple[tuple[str, ...], ...]
    fresh: tuple[int, ...]
    displays: tuple[tuple[Shown, ...], ...]
    made: tuple[TurnRecord, ...]


def frames(transcript: Transcript, game: Game[Any]) -> list[Frame]:
    """All positions with decisions, and the end.

    Args:
        transcript: the record.
        game: rules of the match.
    """
    return list(_frames(transcript, game))


def _frames(transcript: Transcript, game: Game[Any]) -> Iterator[Frame]:
    names = transcript.match.seats
    seen = [0] * len(names)
    displays: list[list[Shown]] = [[] for _ in names]

    def frame(title: str, state: Any, made: tuple[TurnRecord, ...]) -> Frame:  # noqa: ANN401
        tables = tuple(
            tuple(map(words, game.observe(state, seat).events)) for seat in range(len(names))
        )
        fresh = tuple(len(table) - before for table, before in zip(tables, seen, strict=True))
        seen[:] = map(len, tables)
        reached = tuple(map(tuple, displays))
        for played in made:
            affect = played.decision.affect
            for seat, own in enumerate(displays):
                if affect and affect.shown and seat != played.player:
                    own.append((names[played.player], affect.shown))
        return Frame(title, tables, fresh, reached, made)

    last = game.initial_state()
    for step in steps(transcript, game):
        if step.made:
            who = " and ".join(names[played.player] for played in step.made)
            decided = f"{who} decide{'' if len(step.made) > 1 else 's'}"
            title = "Displays before the first move" if step.opening else decided
            yield frame(title, step.state, step.made)
        last = step.state if step.after is None else step.after
    yield frame("The end", last, ())
