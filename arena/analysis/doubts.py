"""Doubts: what a reader must know of a run before its numbers, each with the record behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from agents.core.ledger import CHECK
from agents.core.responses.endings import CUT
from arena.analysis.rating import Rated, Request, rate
from arena.record.drift import changes
from arena.record.registration import standing
from arena.record.run import Run
from games import BadInput
from prompts import Verdict
from ratings.core.comparisons.counts import compared
from ratings.core.emotion.effects import ENOUGH

Part = Literal["run", "ranking", "effects"]
"""Part of the results that a doubt concerns."""

SOME = 0.01
"""Share of a contestant's replies from which it is worth a sentence."""

_DECIDING = f"a.failure IS NULL AND a.turn > {CHECK}"
"""Replies about decisions and displays; those to the manipulation check come after the match."""
_REPLIES = f"""
SELECT s.contestant, count(*) AS replies, total(a.verdict = ?) AS refused, total(a.stop = ?) AS cut
FROM attempts a JOIN seats s USING (match, seat) JOIN counted c ON c.id = a.match
WHERE {_DECIDING} GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - our own expressions
_FIRST = f"""
SELECT a.match, a.seat, a.turn, a.number
FROM attempts a JOIN seats s USING (match, seat) JOIN counted c ON c.id = a.match
WHERE s.contestant = ? AND {_DECIDING} AND {{}} ORDER BY c.place, a.turn, a.number LIMIT 1
"""  # noqa: S608 - our own expressions
_VOID = """
SELECT s.contestant, count(*), total(c.ending = 'void'), total(c.ended_by = s.seat),
    min(CASE WHEN c.ended_by = s.seat THEN c.id END)
FROM seats s JOIN counted c ON c.id = s.match GROUP BY 1 ORDER BY 1
"""
_OF_GAME = "SELECT id FROM counted WHERE game = ? ORDER BY place LIMIT 1"
_LAST = f"""
SELECT a.match, a.seat, a.turn, a.number FROM attempts a JOIN seats s USING (match, seat)
WHERE a.match = ? AND s.contestant = ? AND a.turn > {CHECK}
ORDER BY a.turn DESC, a.number DESC LIMIT 1
"""  # noqa: S608 - our own expressions
_SERVED = f"""
SELECT a.match, a.seat, a.turn, a.number FROM attempts a JOIN counted c ON c.id = a.match
WHERE a.match = ? AND a.model = ? AND {_DECIDING} AND a.served_model != ''
ORDER BY a.filed DESC, a.turn DESC LIMIT 1
"""  # noqa: S608 - our own expressions


@dataclass(frozen=True)
class Evidence:
    """A record that shows the reason of a doubt.

    Attributes:
        match: id of the match.
        attempt: seat, turn and number of the attempt; None for the match as a whole.
    """

    match: str
    attempt: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class Doubt:
    """A reason to read a part of the results with care.

    Attributes:
        part: part of the results.
        sentence: what was found, with its figures.
        evidence: a record that shows it; None if there is none.
    """

    part: Part
    sentence: str
    evidence: Evidence | None = None


def doubts(run: Run, *, rating: bool = True) -> tuple[Doubt, ...]:
    """Doubts about a run, those of the whole run first.

    Args:
        run: with closed matches.
        rating: whether the run is rated, for doubts about ratings.
    """
    found = [*_registered(run), *_changed(run), *_replies(run), *_void(run)]
    return (*found, *_rating(run)) if rating else tuple(found)


def _rating(run: Run) -> Iterator[Doubt]:
    """Doubts about ratings; none of a run that cannot be rated, since it has no rating to doubt."""
    try:
        rated = rate([run], Request.checked(rounds=0))
    except BadInput:
        return
    yield from _few(run, rated)
    yield from _missing(run, rated)


def _registered(run: Run) -> Iterator[Doubt]:
    state = standing(run)
    if not state.date or state.differences:
        words = "; ".join((state.words, *state.differences))
        yield Doubt("run", f"The run is {words}.")


def _changed(run: Run) -> Iterator[Doubt]:
    for change in changes([run]):
        yield Doubt("run", change.sentence, _one(run, _SERVED, change.match, change.model))


def _replies(run: Run) -> Iterator[Doubt]:
    """Contestants that refuse, and whose replies are cut."""
    for name, replies, refused, cut in run.rows(_REPLIES, str(Verdict.REFUSED), CUT):
        if refused >= max(1, SOME * replies):
            yield Doubt(
                "effects",
                f"{name} refused in {_share(refused, replies, 'replies')}: its choices are those "
                "of the times when it did not.",
                _one(run, _FIRST.format("a.verdict = ?"), name, str(Verdict.REFUSED)),
            )
        if cut >= max(1, SOME * replies):
            yield Doubt(
                "effects",
                f"{_share(cut, replies, 'replies')} of {name} were cut at the limit "
                "of tokens; a cut reply is never read as a decision.",
                _one(run, _FIRST.format("a.stop = ?"), name, CUT),
            )


def _void(run: Run) -> Iterator[Doubt]:
    """Contestants that end matches as void more often than another one."""
    rows = list(run.rows(_VOID))
    shares = {name: faults / matches for name, matches, _, faults, _ in rows}
    least = min(shares.values(), default=0.0)
    for name, matches, _, faults, match in rows:
        if faults and shares[name] - least >= SOME:
            yield Doubt(
                "ranking",
                f"{_share(faults, matches, 'matches')} of {name} are void through it; the least of "
                f"all contestants is {100 * least:.1f} %.",
                _ended(run, match, name),
            )


def _few(run: Run, rated: Rated) -> Iterator[Doubt]:
    """Ratings on few clusters."""
    for game, record in rated.records.items():
        if not len(record.comparisons):
            continue
        clusters = compared(record).clusters
        if clusters < ENOUGH:
            yield Doubt(
                "ranking",
                f"Ratings in {game} rest on {clusters} cluster{'s' * (clusters != 1)} (matches "
                f"with the same wording and chance): below {ENOUGH}, intervals say little.",
                Evidence(next(run.rows(_OF_GAME, game))[0]),
            )


def _missing(run: Run, rated: Rated) -> Iterator[Doubt]:
    """Contestants without a rating where others have one."""
    ranked = {
        name
        for table in rated.tables.values()
        for name in table["contestant"][table["rating"].notna()]
    }
    played = {name: rest for name, *rest in run.rows(_VOID)}
    for name in run.manifest.design["contestants"]:
        if name in ranked or not ranked:
            continue
        matches, void, _, match = played.get(name, (0, 0, 0, None))
        if not matches:
            why = "none of its matches is closed"
        elif matches == void:
            why = f"all its {matches} matches are void"
        else:
            why = "no decided comparison connects it with anybody"
        evidence = None if match is None else _ended(run, match, name)
        yield Doubt("ranking", f"{name} has no rating: {why}.", evidence)


def _ended(run: Run, match: str, name: str) -> Evidence:
    """The last attempt of a contestant in a match; the match where none is on record."""
    return _one(run, _LAST, match, name) or Evidence(match)


def _one(run: Run, query: str, *values: object) -> Evidence | None:
    """The attempt that a query finds."""
    for match, *attempt in run.rows(query, *values):
        return Evidence(match, tuple(attempt))
    return None


def _share(part: float, whole: int, what: str) -> str:
    """A count as a share of a whole: 3 of 20 replies (15.0 %)."""
    return f"{part:.0f} of {whole} {what} ({100 * part / whole:.1f} %)"
