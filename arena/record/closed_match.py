"""`closed_match`: the record of a match that is over, read from a run's file."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from agents.core.ledger import CHECK
from agents.core.types import Decision, Opinion, SelfReport
from arena.core.types import Checked, Ending, Match, Transcript, TurnRecord, payoff_of
from arena.record.attempts import attempts
from arena.record.rows import WEIGHTS, action_in, opinion_of, weights_of
from prompts import Affect, NeutralReport, Report, Verdict, Wording


def closed_match(
    db: sqlite3.Connection, key: str, asked: Callable[[str, list[Any]], str], *, texts: bool
) -> Transcript:
    """The record of a closed match.

    Args:
        db: connection to a file of the present schema.
        key: the match's whole id.
        asked: from the game's id and the deals, the information set asked about.
        texts: whether to read the attempts and checks too.
    """
    row = db.execute("SELECT * FROM matches WHERE id = ?", (key,)).fetchone()
    _, game, repetition, seed, *wording, dealt, kind, player, verdict, _, _ = row
    query = "SELECT contestant, payoff FROM seats WHERE match = ? ORDER BY seat"
    names, points = zip(*db.execute(query, (key,)), strict=True)
    deals = json.loads(dealt)
    return Transcript(
        Match(key, game, names, repetition, seed, Wording(*wording), asked(game, deals)),
        tuple(deals),
        tuple(_decisions(db, key, len(names), texts=texts)),
        Ending(kind, player, verdict and Verdict(verdict)),
        None if kind == "void" else tuple(map(payoff_of, points)),
        tuple(_checks(db, key)) if texts else (),
    )


def _checks(db: sqlite3.Connection, key: str) -> Iterator[Checked]:
    query = "SELECT seat, valence, arousal, emotion FROM checks WHERE match = ? ORDER BY seat"
    for seat, *said in db.execute(query, (key,)).fetchall():
        filed = attempts(db, key, seat).items()
        tries = tuple(attempt for (turn, _), attempt in filed if turn == CHECK)
        report = None if said[0] is None else Report(*said)
        yield Checked(seat, SelfReport(report, tries))


def _decisions(
    db: sqlite3.Connection, key: str, seats: int, *, texts: bool
) -> Iterator[TurnRecord]:
    filed = [attempts(db, key, seat) if texts else {} for seat in range(seats)]
    opinions = _opinions(db, key)
    columns = "seat, turn, action, felt, intensity, shown, shown_intensity, shape, size"
    columns = ", ".join([columns, "told, seen", *WEIGHTS])
    query = f"SELECT {columns} FROM decisions WHERE match = ? ORDER BY number"  # noqa: S608 - ours
    for number, (seat, turn, action, *rest) in enumerate(db.execute(query, (key,)).fetchall()):
        *report, shape, size, told, seen = rest[: -len(WEIGHTS)]
        affect = None if report[0] is None else Affect(*report)
        neutral = None if shape is None else NeutralReport(shape, size)
        tries = tuple(attempt for (at, _), attempt in filed[seat].items() if at == turn)
        made = action_in(action)
        beside = (each if each is None else bool(each) for each in (told, seen))
        weights = weights_of(rest[-len(WEIGHTS) :])
        of_parts = tuple(opinions.get(number, ()))
        decision = Decision(made, affect, tries, neutral, weights, of_parts)
        yield TurnRecord(seat, turn, decision, *beside)


def _opinions(db: sqlite3.Connection, key: str) -> dict[int, list[Opinion]]:
    """The opinions of the parts of composite agents, by number of the decision."""
    opinions: dict[int, list[Opinion]] = {}
    query = "SELECT * FROM opinions WHERE match = ? ORDER BY number, place"
    for _, number, *row in db.execute(query, (key,)).fetchall():
        opinions.setdefault(number, []).append(opinion_of(row))
    return opinions
