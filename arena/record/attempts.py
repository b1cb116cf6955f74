"""`attempts`: the attempts on record of one seat of a match, with their texts."""

import json
import sqlite3
from typing import Any

from agents.core.models.model import Completion, Failure
from agents.core.models.weights import Weights
from agents.core.types import Attempt
from arena.record.damage import unreadable
from arena.record.rows import action_in
from prompts import Message, Verdict

_TEXT = """
SELECT text FROM texts WHERE hash = ?
UNION ALL SELECT text FROM drafts WHERE match = ? AND hash = ?
"""


def attempts(db: sqlite3.Connection, match: str, seat: int) -> dict[tuple[int, int], Attempt]:
    """Attempts on record of one seat of a match, by turn and number, in order."""
    query = "SELECT * FROM attempts WHERE match = ? AND seat = ? ORDER BY turn, number"
    with unreadable(f"match {match}: an attempt of seat {seat}"):
        return {
            (row[2], row[3]): _attempt(db, match, row[4:])
            for row in db.execute(query, (match, seat)).fetchall()
        }


def _attempt(db: sqlite3.Connection, match: str, row: tuple[Any, ...]) -> Attempt:
    messages, verdict, reply, stop, usage, cost, served, seconds, *rest = row
    reasoning, raw, sampling, weights, failure, lenient, *_, part = rest

    def text(key: str | None) -> str:
        stored = db.execute(_TEXT, (key, match, key)).fetchone()
        if stored is None:
            raise LookupError(f"text {key} is missing")
        return str(stored[0])

    def text_or_none(key: str | None) -> str | None:
        return None if key is None else text(key)

    completion = None
    settings = json.loads(sampling or "{}")
    lane = settings.pop("lane", None)
    if stop is not None:
        completion = Completion(
            *(text_or_none(reply) or "", stop, json.loads(usage), cost),
            *(served, seconds, text_or_none(reasoning), text_or_none(raw)),
            settings or None,
            None if weights is None else Weights.of(json.loads(weights)),
            lane=lane,
        )
    return Attempt(
        tuple(Message(role, text(key)) for role, key in json.loads(messages)),
        completion,
        Verdict(verdict),
        None if failure is None else Failure(**json.loads(failure)),
        action_in(lenient),
        part,
    )
