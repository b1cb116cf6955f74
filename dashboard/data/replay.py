"""A recorded match frame by frame in each player's view, recomputed from the rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from agents.core.types import Decision
from arena.core.types import Transcript, TurnRecord
from arena.lab.drawing import NOTHING, State, drawn_face
from arena.lab.pages import Face
from arena.lab.words import Words
from arena.record.steps import steps, words
from arena.report.transcript import proposed
from games import Game
from games.core.types import Observation
from prompts import Voice
from prompts.core.rendering.writer import Writer
from prompts.core.texts.catalogue import TextError
from prompts.core.types import PLAIN

WORDS = Words("en")
"""The dashboard's own language."""

Shown = tuple[str, str]
"""Contestant that showed an emotion, and the emotion."""


@dataclass(frozen=True)
class Frame:
    """One moment of a match.

    Args:
        title: description of the frame.
        tables: events that each seat has seen, in the words of an English prompt, one text per
            event.
        fresh: number of these lines that are new to the seat.
        displays: for each seat, emotions shown to it by the others so far.
        made: decisions of this frame; empty at the end.
        seen: what each seat had observed.
        faces: face that each seat has shown to others so far; none where nobody shows anything.
    """

    title: str
    tables: tuple[tuple[str, ...], ...]
    fresh: tuple[int, ...]
    displays: tuple[tuple[Shown, ...], ...]
    made: tuple[TurnRecord, ...]
    seen: tuple[Observation, ...]
    faces: tuple[Face, ...] = ()


def frames(transcript: Transcript, game: Game[Any]) -> list[Frame]:
    """All positions with decisions, and the end.

    Args:
        transcript: the record.
        game: rules of the match.
    """
    return list(_frames(transcript, game))


def _frames(transcript: Transcript, game: Game[Any]) -> Iterator[Frame]:
    names = transcript.match.seats
    table = _Table(transcript)
    last = game.initial_state()
    for step in steps(transcript, game):
        if step.made:
            who = " and ".join(names[played.player] for played in step.made)
            decided = f"{who} decide{'' if len(step.made) > 1 else 's'}"
            title = "Displays before the first move" if step.opening else decided
            yield table.frame(title, _observed(game, step.state, len(names)), step.made)
        last = step.state if step.after is None else step.after
    yield table.frame("The end", _observed(game, last, len(names)), ())


def _observed(game: Game[Any], state: Any, seats: int) -> tuple[Observation, ...]:  # noqa: ANN401
    return tuple(game.observe(state, seat) for seat in range(seats))


class _Table:
    """The lines that every seat has read, and the displays that it has shown, so far."""

    def __init__(self, transcript: Transcript) -> None:
        self._names = transcript.match.seats
        reports = (played.decision.affect for played in transcript.decisions)
        self._shows = any(affect is not None and affect.shown for affect in reports)
        self._written: list[list[str]] = [[] for _ in self._names]
        self._displays: list[list[Shown]] = [[] for _ in self._names]
        self._states: list[State] = [NOTHING] * len(self._names)
        self._before = [*self._states]

    def frame(
        self, title: str, known: tuple[Observation, ...], made: tuple[TurnRecord, ...]
    ) -> Frame:
        """The next moment; the displays of its decisions are seen from the one after."""
        fresh = tuple(map(self._read, self._written, known))
        tables = tuple(map(tuple, self._written))
        reached = tuple(map(tuple, self._displays))
        faces = tuple(map(self._face, range(len(self._names)))) if self._shows else ()
        self._before = [*self._states]
        for played in made:
            self._show(played)
        return Frame(title, tables, fresh, reached, made, known, faces)

    @staticmethod
    def _read(lines: list[str], view: Observation) -> int:
        """The number of lines that are new to a seat, which are added."""
        news = told(view, len(lines))
        lines.extend(news)
        return len(news)

    def _face(self, seat: int) -> Face:
        now, before = self._states[seat], self._before[seat]
        return drawn_face(seat, self._names[seat], now, WORDS, before if now != before else None)

    def _show(self, played: TurnRecord) -> None:
        affect = played.decision.affect
        if not (affect and affect.shown):
            return
        self._states[played.player] = (affect.shown, affect.shown_intensity)
        for seat, own in enumerate(self._displays):
            if seat != played.player:
                own.append((self._names[played.player], affect.shown))


def told(seen: Observation, begin: int = 0) -> tuple[str, ...]:
    """Events as players read them; in plain words where the game has no texts.

    Args:
        seen: observation of a player.
        begin: number of its first events to leave out.
    """
    events = seen.events[begin:]
    try:
        writer = Writer(seen, Voice(), PLAIN)
        return tuple(writer.event(event).removeprefix("- ") for event in events)
    except TextError:
        return tuple(map(words, events))


def opinions(made: Decision) -> pd.DataFrame:
    """The answers of the parts of an agent to the questions about one decision.

    Args:
        made: of an agent of several parts.

    Returns:
        Columns part, round (from 1), proposes, strength (from 0 to 100), reason, would show.
        Beliefs are in the column proposes. Columns without any entry are left out.
    """
    rows = [
        {
            "part": each.part,
            "round": each.round + 1,
            "proposes": proposed(each),
            "strength": each.strength,
            "reason": each.reason or None,
            "would show": each.shown,
        }
        for each in made.opinions
    ]
    return pd.DataFrame(rows).convert_dtypes().dropna(axis="columns", how="all")
