"""Participants of a run: their stages, seats and answers.

Append-only tables:
participants: a pseudonym, the class of device, and whether it is a script.
stages: time of each stage of a participant (see `Stage`), with its data as JSON:
        consented: language, consent (hash of the text) and version (of the program);
        quiz: game;
        playing: match, told (what was said of the others);
        questions: match, empty at the end;
        done and left: ending, code, points (by match), paid (ids of matches), pay, currency.
    seatings: who holds a seat of a match from a turn on: a participant, or a contestant with the
        reason (see `Reason`).
    answers: to each page but consent and decisions, each try: what was given, and what was wrong.
    readings: what a machine read of a face with each decision, see `arena.record.readings`.
    externals: ids of a recruiting service.
    tokens: by which participants return. These last two are no part of the chain, so that they
        can be deleted without a trace.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from arena.record.damage import unreadable
from arena.record.rows import Readable

Stage = Literal["arrived", "consented", "quiz", "waiting", "playing", "questions", "done", "left"]
"""Stages of a participant. Done and left are the last ones."""

STAGES: tuple[Stage, ...] = get_args(Stage)

LAST: tuple[Stage, ...] = ("done", "left")

Reason = Literal[
    "matched",  # a participant, from the beginning
    "fill",  # nobody came
    "late",  # no answer within the time for a decision
    "gone",  # the connection was lost for too long, or the participant left
    "failed",  # a model gave no answer
]
"""Reason for the occupant of a seat."""

_PEOPLE = "SELECT id, device, robot, filed FROM participants ORDER BY filed, id"
_STAGES = "SELECT stage, about, filed FROM stages WHERE participant = ? ORDER BY number"
_SEATINGS = """
SELECT match, seat, turn, participant, contestant, language, reason, filed FROM seatings
WHERE {} ORDER BY match, seat, turn
"""
_AFTER = "SELECT match, seat, turn FROM seatings WHERE turn >= 0 ORDER BY turn DESC"
_ANSWERS = """
SELECT page, number, given, wrong, filed FROM answers WHERE participant = ? ORDER BY filed, page,
    number
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of a participant: its beginning, and its data."""

    stage: Stage
    about: dict[str, Any]
    filed: str


@dataclass(frozen=True, slots=True)
class Participant:
    """A participant, under a pseudonym.

    Args:
        id: the pseudonym.
        device: phone, tablet or computer.
        robot: whether it is a script that passes the pages as people do.
        steps: stages, in order.
    """

    id: str
    device: str
    robot: bool
    steps: tuple[Step, ...]

    def known(self, key: str, default: str = "") -> Any:  # noqa: ANN401 - as JSON has it
        """The latest value of a key in the data of its stages, such as language or ending."""
        return next((s.about[key] for s in reversed(self.steps) if key in s.about), default)


@dataclass(frozen=True, slots=True)
class Seating:
    """Occupant of a seat of a match from a turn on.

    Args:
        match: id of the match.
        seat: the seat.
        turn: first turn of this occupant; `OPENING` from the beginning.
        participant: pseudonym; None for an agent.
        contestant: the agent; None for a participant.
        language: language of the prompts to a participant; None for an agent.
        reason: reason for the occupant.
        filed: time, in UTC.
    """

    match: str
    seat: int
    turn: int
    participant: str | None
    contestant: str | None
    language: str | None
    reason: Reason
    filed: str


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """One answer to a page; a page of questions on the rules can have several.

    Args:
        page: language, welcome, rules/GAME, quiz/GAME, result/MATCH, match/MATCH or end; the last
            two are the design's questions.
        number: number of the try, from 0.
        given: answers by key.
        wrong: keys of wrong answers; empty for a page that asks for opinions.
        filed: time, in UTC.
    """

    page: str
    number: int
    given: dict[str, Any]
    wrong: tuple[str, ...]
    filed: str


def participants(run: Readable) -> Iterator[Participant]:
    """All participants, in order of arrival.

    Raises:
        BadInput: a row is damaged.
    """
    for key, device, robot, _ in list(run.rows(_PEOPLE)):
        with unreadable(f"participant {key}: a stage"):
            steps = tuple(
                Step(stage, json.loads(about), filed)
                for stage, about, filed in run.rows(_STAGES, key)
            )
        yield Participant(key, device, bool(robot), steps)


def seatings(run: Readable, match: str | None = None) -> list[Seating]:
    """Occupants of the seats of one match or of all, by match, seat and turn."""
    if match is None:
        return [Seating(*row) for row in run.rows(_SEATINGS.format("1"))]
    return [Seating(*row) for row in run.rows(_SEATINGS.format("match = ?"), match)]


def by_match(run: Readable) -> dict[str, list[Seating]]:
    """Occupants of seats, by match."""
    held: dict[str, list[Seating]] = {}
    for each in seatings(run):
        held.setdefault(each.match, []).append(each)
    return held


def succeeded(run: Readable) -> dict[tuple[str, int], int]:
    """Seats in which an agent replaced a participant, by match and seat: its first turn."""
    return {(match, seat): turn for match, seat, turn in run.rows(_AFTER)}


def answers(run: Readable, participant: str) -> Iterator[FormAnswer]:
    """A participant's answers on pages with questions, in order.

    Raises:
        BadInput: a row is damaged.
    """
    for page, number, given, wrong, filed in run.rows(_ANSWERS, participant):
        with unreadable(f"participant {participant}: an answer to {page}"):
            yield FormAnswer(page, number, json.loads(given), tuple(json.loads(wrong)), filed)
