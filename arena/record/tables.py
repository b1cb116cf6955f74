"""Tables of matches as they are exported, row by row: matches, decisions, attempts."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

from agents.core.composite.rules import last_round, prevailing
from arena.core.types import payoff_of
from arena.record.columns import kinds
from arena.record.rows import action_in, opinion_of
from arena.record.run import Run
from arena.record.selection import EVERYTHING, Selection
from arena.record.sql import FACES, HELD, PERSON, READ, SAMPLED, SUCCESSOR, TEMPERATURE

Row: TypeAlias = tuple[Any, ...]


KINDS: dict[str, dict[str, type]] = {
    "matches": kinds("matches"),
    "decisions": {
        "match": str, "number": int, "seat": int, "contestant": str, "turn": int, "action": str,
        "felt": str, "intensity": int, "shown": str, "shape": str, "size": int, "told": int,
        "seen": int, "probabilities": str, "coverage": float, "unseen": float, "frame": str,
        "how": str, "passes": int, "verdict": str, "attempts": int,
        "temperature": float, "sampling": str, "participant": str, "successor": str,
        "display": str, "unread": str, "face": str, "face_intensity": int, "face_mean": str,
        "face_last": str, "frames": int, "faceless": float,
    },
    "attempts": kinds("attempts"),
    "opinions": kinds("opinions"),
}  # fmt: skip
"""Types of columns by table."""

_MATCHES = f"""
SELECT s.match, game, repetition, seed, event, "order", s.seat, s.contestant, payoff, payoff,
    ending, ended_by, verdict, deals, closed, superseded, first.participant, after.contestant,
    after.turn, coalesce(after.reason, first.reason)
FROM seats s JOIN matches ON s.match = id {HELD.format(rows="s")}
WHERE {{where}} ORDER BY game, repetition, s.match, s.seat
"""  # noqa: S608 - our own words
_DECISIONS = f"""
SELECT d.match, d.number, d.seat, s.contestant, d.turn, d.action, d.felt, d.intensity, d.shown,
    d.shape, d.size, d.told, d.seen, d.probabilities, d.coverage, d.unseen, d.frame, d.how,
    d.passes, d.verdict, (SELECT count(*) FROM attempts a
        WHERE a.match = d.match AND a.seat = d.seat AND a.turn = d.turn),
    {TEMPERATURE}, l.sampling, {PERSON}, {SUCCESSOR}, {", ".join(FACES.values())}
FROM decisions d JOIN seats s ON s.match = d.match AND s.seat = d.seat
{SAMPLED} {HELD.format(rows="d")} {READ}
WHERE {{where}} ORDER BY d.match, d.number
"""  # noqa: S608 - our own words
_ATTEMPTS = """
SELECT match, seat, turn, number, model, verdict, (SELECT text FROM texts WHERE hash = reply), stop,
    json_extract(usage, '$.prompt_tokens'), json_extract(usage, '$.completion_tokens'), usage,
    coalesce(cost, json_extract(failure, '$.cost')), served_model, seconds,
    (SELECT text FROM texts WHERE hash = reasoning), (SELECT text FROM texts WHERE hash = raw),
    sampling, weights, coalesce(json_extract(sampling, '$.lane'), json_extract(failure, '$.lane')),
    json_extract(failure, '$.status'), json_extract(failure, '$.message'),
    (SELECT json_group_array(json_object('role', json_extract(value, '$[0]'),
        'content', (SELECT text FROM texts WHERE hash = json_extract(value, '$[1]'))))
     FROM json_each(messages)), lenient, filed, part
FROM attempts s WHERE {where} ORDER BY match, seat, turn, number
"""


_OPINIONS = """
SELECT o.*, d.seat, s.contestant, d.turn, d.action FROM opinions o
JOIN decisions d ON d.match = o.match AND d.number = o.number
JOIN seats s ON s.match = d.match AND s.seat = d.seat
WHERE {where} ORDER BY o.match, o.number, o.place
"""


def matches(run: Run, chosen: Selection = EVERYTHING, *, superseded: bool = True) -> Iterator[Row]:
    """One row per seat; the payoff twice, as a number and exactly.

    Args:
        run: the run.
        chosen: whose seats in which games.
        superseded: whether matches are included that do not count any more.
    """
    at = list(KINDS["matches"]).index("payoff")
    where, values = chosen.of("s")
    where += "" if superseded else " AND superseded IS NULL"
    for row in run.rows(_MATCHES.format(where=where), *values):
        points = None if row[at] is None else float(payoff_of(row[at]))
        yield (*row[:at], points, *row[at + 1 :])


def decisions(run: Run, chosen: Selection = EVERYTHING) -> Iterator[Row]:
    """One row per decision."""
    where, values = chosen.of("d")
    return run.rows(_DECISIONS.format(where=where), *values)


def attempts(run: Run, chosen: Selection = EVERYTHING) -> Iterator[Row]:
    """One row per attempt."""
    where, values = chosen.of("s")
    return run.rows(_ATTEMPTS.format(where=where), *values)


def opinions(run: Run, chosen: Selection = EVERYTHING) -> Iterator[Row]:
    """One row per answer of a part of a composite agent, with who prevailed in a council."""
    where, values = chosen.of("d")
    rows = run.rows(_OPINIONS.format(where=where), *values)
    for (match, number), group in groupby(rows, key=itemgetter(0, 1)):
        own = [*group]
        told = [opinion_of(row[2:-4]) for row in own]
        first = prevailing(told, action_in(own[0][-1]))
        last = last_round(told)
        for row, opinion in zip(own, told, strict=True):
            _, _, place, *given = row[:-4]
            seat, contestant, turn, action = row[-4:]
            judged = first is not None and opinion in last
            who = (match, number, place, seat, contestant, turn)
            yield (*who, *given, action, opinion is first if judged else None)
