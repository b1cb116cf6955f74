"""Attempts and matches as rows, made where they are played; the store adds times and links."""

import hashlib
import math
from collections.abc import Sized
from dataclasses import asdict
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from agents.core.models.model import Completion, Failure
from agents.core.types import Attempt
from arena.core.types import Ending, Match, Transcript, canonical, payoff_text
from arena.record.rows import check_row, decision_row, opinion_row
from prompts import Verdict

Row: TypeAlias = tuple[Any, ...]
Rows: TypeAlias = dict[str, list[Row]]
"""New rows by table."""

PARTS = ("seats", "checks", "decisions", "opinions")
"""Tables with rows of a closed match, besides `matches`."""
TIME = 18
"""Column of an attempt that holds when it was filed."""
_VERDICT, _STOP, _COST, _MODEL, _PART = 5, 7, 9, 18, 19


class FiledAttempt(NamedTuple):
    """An attempt, ready to be inserted.

    Args:
        row: columns of `attempts` without the time of filing.
        texts: texts by hash.
        lane: see `Completion`.
        failure: why there is no completion; None if there is one.
    """

    row: Row
    texts: dict[str, str]
    lane: str | None
    failure: Failure | None

    @property
    def model(self) -> str:
        """Name of the model that was asked."""
        return str(self.row[_MODEL])

    def bare(self) -> Attempt:
        """The attempt without texts and usage: its verdict, its cost, its lane, its failure."""
        row = self.row
        done = None if row[_STOP] is None else _bare(row[_STOP], row[_COST], self.lane)
        return Attempt((), done, Verdict(row[_VERDICT]), self.failure, part=row[_PART])


class ClosedMatch(NamedTuple):
    """A match that is over, ready to be inserted.

    Args:
        match: the match.
        ending: its ending.
        decisions: as many as were made.
        rows: by table; the row of the match without its last two columns, which hold when it was
            closed and when it was set aside.
    """

    match: Match
    ending: Ending
    decisions: Sized
    rows: Rows


@lru_cache(maxsize=1_000)
def _bare(stop: str, cost: float | None, lane: str | None) -> Completion:
    return Completion("", stop, {}, cost, "", 0.0, lane=lane)


def filed_attempt(
    match: str, seat: int, turn: int, number: int, attempt: Attempt, model: str = ""
) -> FiledAttempt:
    """The rows of an attempt.

    Args:
        match: id of the match.
        seat: who decides.
        turn: of the decision.
        number: of the attempt at the decision, from 0.
        attempt: the attempt.
        model: name of the model; empty if none was asked.
    """
    texts: dict[str, str] = {}
    messages = [[m.role, _key(m.content, texts)] for m in attempt.messages]
    done, failure = attempt.completion, attempt.failure
    lenient = None if attempt.lenient is None else canonical(attempt.lenient)
    row = (
        *(match, seat, turn, number, canonical(messages), str(attempt.verdict)),
        *((None,) * 10 if done is None else _completion(done, texts)),
        *(failure and canonical(asdict(failure)), lenient, model, attempt.part),
    )
    told = done or failure
    return FiledAttempt(row, texts, None if told is None else told.lane, failure)


def closed_match(transcript: Transcript, record: str) -> ClosedMatch:
    """The rows of a match.

    Args:
        transcript: what was played.
        record: how much of it is kept, as the design says.
    """
    match, ending = transcript.match, transcript.ending
    made = () if record == "outcomes" else transcript.decisions
    points = [None] * len(match.seats) if transcript.payoffs is None else transcript.payoffs
    rows: Rows = {
        "matches": [_match_row(transcript, record)],
        "seats": [
            (match.id, seat, name, p if p is None else payoff_text(p))
            for seat, (name, p) in enumerate(zip(match.seats, points, strict=True))
        ],
        "checks": [(match.id, *check_row(check)) for check in transcript.checks],
        "decisions": [
            (match.id, number, *decision_row(played)) for number, played in enumerate(made)
        ],
        "opinions": [
            (match.id, number, *opinion_row(place, each, texts=record == "full"))
            for number, played in enumerate(made)
            for place, each in enumerate(played.decision.opinions)
        ],
    }
    return ClosedMatch(match, ending, transcript.decisions, rows)


def _match_row(transcript: Transcript, record: str) -> Row:
    match, ending, drawn = transcript.match, transcript.ending, transcript.match.wording
    deals = "[]" if record == "outcomes" else canonical(transcript.deals)
    verdict = None if ending.verdict is None else str(ending.verdict)
    wording = (drawn.paraphrase, drawn.labels, drawn.event, drawn.order)
    end = (ending.kind, ending.player, verdict)
    return (match.id, match.game, match.repetition, match.seed, *wording, deals, *end)


def _completion(done: Completion, texts: dict[str, str]) -> list[Any]:
    said, *rest = (
        None if text is None else _key(text, texts)
        for text in (done.text, done.reasoning, done.raw)
    )
    about = [said, done.stop, canonical(done.usage), real(done.cost)]
    lane = {} if done.lane is None else {"lane": done.lane}
    settings = {**(done.sampling or {}), **lane}
    sampling = canonical(settings) if settings else None
    weights = None if done.weights is None else canonical(done.weights.plain())
    return [*about, done.served_model, real(done.seconds), *rest, sampling, weights]


def _key(text: str, texts: dict[str, str]) -> str:
    """Hash of a text, which is added to the texts."""
    key = text_hash(text)
    texts[key] = text
    return key


@lru_cache(maxsize=1_000)
def text_hash(text: str) -> str:
    """Key of a stored text."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def real(number: float | None) -> float | None:
    """A number in SQLite's form: NaN is missing, and zero has no sign."""
    return None if number is None or math.isnan(number) else float(number) + 0.0
