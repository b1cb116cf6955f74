"""Figures of a run so far: matches, calls, tokens, cost, errors, notes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from agents.core.models.elsewhere import places
from agents.core.responses.endings import CUT, FILTERED, STOP
from arena.record.run import Run

_CALLS = """
SELECT model, count(*), count(stop), total(json_extract(usage, '$.prompt_tokens')),
    total(json_extract(usage, '$.completion_tokens')),
    total(cost) + total(json_extract(failure, '$.cost')),
    sum(stop IS NOT NULL AND cost IS NULL), sum(seconds)
FROM attempts GROUP BY model ORDER BY model
"""
_FAILURES = """
SELECT model, json_extract(failure, '$.kind')
    || coalesce(' ' || json_extract(failure, '$.status'), '')
    || coalesce(' from ' || json_extract(failure, '$.host'), ''), count(*)
FROM attempts WHERE failure IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2
"""
_RAW = """
SELECT model, said.text, verdict = 'legal', count(*) FROM attempts
JOIN texts AS said ON said.hash = raw JOIN texts AS told ON told.hash = reply
WHERE trim(told.text, char(9, 10, 13, 32)) = '' GROUP BY 1, 2, 3
"""
_ODD = f"""
SELECT model, stop, count(*) FROM attempts
WHERE stop NOT IN ('{STOP}', '{CUT}', '{FILTERED}') GROUP BY 1, 2 ORDER BY 3 DESC, 2
"""  # noqa: S608 - our own words
_SPAN = """
SELECT min(filed), max(filed)
FROM (SELECT closed AS filed FROM matches UNION ALL SELECT filed FROM attempts)
"""
_HALF_PLAYED = """
SELECT count(DISTINCT match) FROM attempts
WHERE match NOT LIKE '%~%' AND match NOT IN (SELECT id FROM matches)
"""
_LENIENT = """
SELECT count(*), total(action = lenient), total(action != lenient), total(action IS NULL)
FROM (
    SELECT verdict, lenient, match, seat, turn, min(number) FROM attempts
    WHERE lenient IS NOT NULL AND match IN (SELECT id FROM counted) GROUP BY match, seat, turn
) AS read JOIN decisions USING (match, seat, turn) WHERE read.verdict != 'legal'
"""
"""SQLite takes the other columns from the row with the minimum."""


@dataclass
class Calls:
    """Calls to one model, including superseded ones.

    Args:
        calls: number of calls.
        replies: number of replies.
        prompt_tokens: tokens of all prompts, in the provider's count.
        completion_tokens: tokens of all replies, reasoning included.
        cost: US dollars.
        unpriced: number of replies of unknown cost.
        seconds: total wait for replies.
        verdicts: number of calls by verdict.
        failures: calls without a reply, by kind, HTTP status and host that answered.
        elsewhere: replies without text that were read, by the non-empty fields of the message.
        unread: replies without text that could not be read, likewise.
        endings: replies with an unknown word for the ending, by that word.
    """

    calls: int = 0
    replies: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    unpriced: int = 0
    seconds: float = 0.0
    verdicts: dict[str, int] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    elsewhere: dict[str, int] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)
    endings: dict[str, int] = field(default_factory=dict)


def calls(run: Run) -> dict[str, Calls]:
    """The calls on record, by model."""
    by_model = {
        model: Calls(made, answered, int(asked), int(told), cost, unpriced, seconds or 0.0)
        for model, made, answered, asked, told, cost, unpriced, seconds in run.rows(_CALLS)
    }
    query = "SELECT model, verdict, count(*) FROM attempts GROUP BY 1, 2 ORDER BY 3 DESC, 2"
    for model, verdict, count in run.rows(query):
        by_model[model].verdicts[verdict] = count
    for model, label, count in run.rows(_FAILURES):
        by_model[model].failures[label] = count
    for model, raw, read, count in run.rows(_RAW):
        if where := ", ".join(places(raw)):
            counts = by_model[model].elsewhere if read else by_model[model].unread
            counts[where] = counts.get(where, 0) + count
    for model, word, count in run.rows(_ODD):
        by_model[model].endings[word] = count
    return by_model


def lenient(run: Run) -> dict[str, int]:
    """Effect of lenient reading on the results.

    Returns:
        decisions: number of decisions that would rest on an unaccepted reply; and by their actual
        outcome: same (a later reply with the same action), other (with another one), void (none).
    """
    names = ("decisions", "same", "other", "void")
    return dict(zip(names, map(int, next(run.rows(_LENIENT))), strict=True))


def span(run: Run) -> tuple[str | None, str | None]:
    """Times of the first and the last record, in UTC; None if there is none."""
    first, last = next(run.rows(_SPAN))
    return first, last


def log_document(run: Run) -> dict[str, Any]:
    """The summary as plain JSON."""
    void = "SELECT verdict, count(*) FROM counted WHERE ending = 'void'"
    probes = "SELECT count(*), total(cost) FROM probes"
    lost = "SELECT count(*), total(cost), min(filed) FROM reservations"
    by_model = "SELECT model, count(*), total(cost), min(filed) FROM reservations GROUP BY model"
    keys = ("calls", "cost", "since")
    first, last = span(run)
    return {
        "name": run.manifest.name,
        "design_hash": run.manifest.design_hash,
        "matches": {
            "planned": run.planned,
            **run.counts,
            "half played": next(run.rows(_HALF_PLAYED))[0],
            "superseded": run.superseded,
        },
        "void": dict(run.rows(f"{void} GROUP BY verdict ORDER BY 2 DESC")),
        "decisions": run.decided,
        "models": {model: asdict(made) for model, made in calls(run).items()},
        "lenient": lenient(run),
        "preflight": dict(zip(("calls", "cost"), next(run.rows(probes)), strict=True)),
        "lost": {
            **dict(zip(keys, next(run.rows(lost)), strict=True)),
            "models": {m: dict(zip(keys, row, strict=True)) for m, *row in run.rows(by_model)},
        },
        "first": first,
        "last": last,
        "notes": [list(row) for row in run.rows("SELECT filed, kind, about FROM notes")],
    }


def log_lines(run: Run) -> Iterator[str]:
    """The summary as text."""
    document = log_document(run)
    matches = Counter(document["matches"])
    closed = matches["completed"] + matches["void"]
    yield f"{document['name']}  design {document['design_hash']}"
    yield f"  {closed} of {run.planned} matches closed, {document['decisions']} decisions"
    yield f"  {matches['void']} void{_listed(document['void'])}"
    yield f"  {matches['half played']} half played, {matches['superseded']} superseded"
    if run.manifest.migrated is not None:
        about = run.manifest.migrated
        yield f"  of schema {about.number}, which did not keep {', '.join(about.lacks)}"
    if document["first"]:
        yield f"  recorded from {document['first']} to {document['last']}"
    for model, made in document["models"].items():
        yield from _model_lines(model, Calls(**made))
    if read := document["lenient"]["decisions"]:
        same, other, void = (document["lenient"][key] for key in ("same", "other", "void"))
        yield f"  read leniently, {read} decisions would rest on replies that were not accepted:"
        yield f"    {same} the same, {other} another, {void} instead of none"
    if document["preflight"]["calls"]:
        made, cost = document["preflight"].values()
        yield f"  preflight: {made} calls, {dollars(cost)}"
    if document["lost"]["calls"]:
        made, cost = document["lost"]["calls"], document["lost"]["cost"]
        yield f"  in flight or lost: {made} calls, reckoned at {dollars(cost)} under the cap"
        for model, lost in document["lost"]["models"].items():
            yield f"    {model}: {lost['calls']}, {dollars(lost['cost'])}, since {lost['since']}"
        yield "    arena release RUN --reason TEXT takes them off, once they are known to be free"
    for filed, kind, about in document["notes"]:
        yield f"  {filed}  {kind}: {about}"


def _model_lines(model: str, made: Calls) -> Iterator[str]:
    unknown = f", {made.unpriced} of unknown cost" if made.unpriced else ""
    yield f"  {model}: {made.calls} calls, {made.replies} replies, {made.seconds:.0f} s"
    yield (
        f"    {made.prompt_tokens} + {made.completion_tokens} tokens, {dollars(made.cost)}{unknown}"
    )
    yield f"    verdicts{_listed(made.verdicts)}"
    if made.failures:
        yield f"    failures{_listed(made.failures)}"
    if made.elsewhere:
        yield f"    replies without text, read from{_listed(made.elsewhere)}"
    if made.unread:
        yield f"    replies without text, an answer perhaps in{_listed(made.unread)}"
    if made.endings:
        yield f"    endings of no known meaning{_listed(made.endings)}"


def _listed(counts: dict[str, int]) -> str:
    listed = ", ".join(f"{key} {count}" for key, count in counts.items())
    return f": {listed}" if listed else ""


def dollars(cost: float) -> str:
    """An amount in US dollars, as text."""
    return f"${cost:.2f}" if cost >= 1 else f"${cost:.6f}"
