"""Columns of a run's record that follow from other columns, compared by queries."""

from collections.abc import Iterator

from agents.core.ledger import CHECK
from arena.design.texts import offered
from arena.record.run import Run
from prompts import NEUTRAL, OPENING

_ANSWERED = f"CASE turn WHEN {OPENING} THEN felt IS NOT NULL ELSE action IS NOT NULL END"

_SEATS = """
SELECT match, count(*), min(seat), max(seat) FROM seats GROUP BY match
HAVING min(seat) != 0 OR max(seat) + 1 != count(*)
"""
_ENDINGS = f"""
SELECT id, ending, coalesce(ended_by, 'nobody'), coalesce(verdict, 'none') FROM matches m
WHERE CASE ending
    WHEN 'void' THEN (ended_by, verdict) IS NOT (SELECT seat, verdict FROM decisions d
        WHERE d.match = m.id AND NOT {_ANSWERED} ORDER BY number LIMIT 1)
    ELSE ended_by IS NOT NULL OR verdict IS NOT NULL OR ending != 'completed' END
"""  # noqa: S608 - our own names
_OUTCOMES = """
SELECT id, ending, coalesce(ended_by, 'nobody'), coalesce(verdict, 'none') FROM matches
WHERE CASE ending
    WHEN 'void' THEN verdict IS NULL OR verdict = 'legal' OR (id, ended_by) NOT IN
        (SELECT match, seat FROM seats)
    ELSE ended_by IS NOT NULL OR verdict IS NOT NULL OR ending != 'completed' END
"""
_VERDICTS = f"""
SELECT match, number, verdict FROM decisions WHERE (verdict = 'legal') != ({_ANSWERED})
"""  # noqa: S608 - our own names
_PLACES = """
SELECT match, count(*), max(number) FROM decisions GROUP BY match HAVING max(number) + 1 != count(*)
"""
_TURNS = f"""
SELECT match, number, seat, turn FROM decisions d WHERE turn != {OPENING} AND turn !=
    (SELECT count(*) FROM decisions b WHERE b.match = d.match AND b.seat = d.seat
        AND b.turn != {OPENING} AND b.number < d.number)
"""  # noqa: S608 - our own names
_AFFECTS = """
SELECT match, number, felt, intensity, shown, shown_intensity FROM decisions
WHERE (felt IS NULL) != (intensity IS NULL) OR felt IS NULL AND shown IS NOT NULL
    OR shown IS NULL AND shown_intensity IS NOT NULL
    OR NOT coalesce(intensity, 0) BETWEEN 0 AND 100
    OR NOT coalesce(shown_intensity, 0) BETWEEN 0 AND 100
    OR (shape IS NULL) != (size IS NULL) OR NOT coalesce(size, 0) BETWEEN 0 AND 100
"""
_REPORTS = """
SELECT match, seat, verdict, valence, arousal, emotion FROM checks
WHERE (verdict = 'legal') != (emotion IS NOT NULL)
    OR (valence IS NULL) + (arousal IS NULL) + (emotion IS NULL) NOT IN (0, 3)
    OR NOT coalesce(valence, 1) BETWEEN 1 AND 9 OR NOT coalesce(arousal, 1) BETWEEN 1 AND 9
    OR (match, seat) NOT IN (SELECT match, seat FROM seats)
"""
_EMOTIONS = """
SELECT match, felt FROM decisions UNION SELECT match, shown FROM decisions
UNION SELECT match, emotion FROM checks
"""
_ATTEMPTS = f"""
SELECT match, seat, turn, number, verdict FROM attempts
WHERE turn NOT IN ({CHECK}, {OPENING}) AND turn < 0
    OR verdict IN ('legal') AND stop IS NULL OR (stop IS NULL) != (usage IS NULL)
"""  # noqa: S608 - our own names

_ALWAYS = {
    _SEATS: "match {}: {} seats, numbered from {} to {}",
    _VERDICTS: "match {}: decision {}: its verdict {} does not fit its action",
    _PLACES: "match {}: {} decisions, the last is number {}",
    _AFFECTS: "match {}: decision {}: felt {} ({}) and shown {} ({}) do not fit",
    _REPORTS: "match {}: manipulation check of seat {}: {} does not fit {}, {}, {}",
    _ATTEMPTS: "match {}: seat {}, turn {}, attempt {}: {} does not fit its reply",
}
_PLAYED = {
    _ENDINGS: "match {}: {}, ended by {} ({}), does not fit its decisions",
    _TURNS: "match {}: decision {} of seat {}: turn {} is not its next",
}
_COUNTED = {_OUTCOMES: "match {}: {}, ended by {} ({}), cannot be"}


def mismatches(run: Run) -> Iterator[str]:
    """Columns that do not fit those they follow from, one line each."""
    more = _COUNTED if run.manifest.record == "outcomes" else _PLAYED
    for query, line in (_ALWAYS | more).items():
        for row in run.rows(query):
            yield line.format(*row)
    if run.manifest.file is None:
        return  # nothing tells which emotions were offered
    specs = (spec for _, spec in run.tournament.contestants.values())
    known = {NEUTRAL, None, *(emotion for spec in specs for emotion in offered(spec))}
    for match, emotion in run.rows(_EMOTIONS):
        if emotion not in known:
            yield f"match {match}: there is no emotion {emotion!r}"
