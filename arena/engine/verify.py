"""Consistency of a run's record: checks of all derived values against their sources."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any

from agents.core.ledger import CHECK
from agents.core.models.price import BATCHED, Price
from agents.council import Council
from arena.core.types import Match, Transcript
from arena.design.matches import batches
from arena.engine.match import draw
from arena.engine.replay import changed_since, replay
from arena.engine.seating import filled, gone_on
from arena.engine.verify_councils import councils, misjudged
from arena.engine.verify_people import people_problems
from arena.record.damage import CHAINED, damage
from arena.record.following import mismatches
from arena.record.participants import by_match
from arena.record.place import FILE
from arena.record.rows import results
from arena.record.run import Run
from arena.record.steps import Disorder, steps
from games import BadInput, Game
from games.core.errors import IllegalAction

_MATCHES = "SELECT id, id IN (SELECT match FROM seats) FROM matches ORDER BY id"
_TEXTS_USED = """
WITH used AS (
    SELECT match, reply AS hash FROM attempts UNION
    SELECT match, reasoning FROM attempts UNION
    SELECT match, raw FROM attempts UNION
    SELECT match, json_extract(value, '$[1]') FROM attempts, json_each(messages))
SELECT match, hash FROM used WHERE hash IS NOT NULL AND hash NOT IN (SELECT hash FROM texts)
    AND NOT EXISTS (SELECT 1 FROM drafts d WHERE d.match = used.match AND d.hash = used.hash)
"""
_GAPS = """
SELECT match, seat, turn, count(*), max(number) FROM attempts
GROUP BY match, seat, turn HAVING max(number) + 1 != count(*)
"""
_DECIDED = f"""
WITH decided AS (
    SELECT match, seat, turn, 'turn ' || turn AS place, verdict FROM decisions
    UNION ALL SELECT match, seat, {CHECK}, 'manipulation check', verdict FROM checks)
"""  # noqa: S608 - our own names
_LAST = f"""
{_DECIDED} SELECT d.match, d.seat, d.place, d.verdict, a.verdict FROM decided d JOIN attempts a
    ON a.match = d.match AND a.seat = d.seat AND a.turn = d.turn
WHERE a.verdict != d.verdict AND a.part = '' AND a.number = (SELECT max(number) FROM attempts b
    WHERE b.match = d.match AND b.seat = d.seat AND b.turn = d.turn)
"""  # noqa: S608 - our own names
_UNASKED = f"""
{_DECIDED} SELECT d.match, d.seat, d.turn, d.place, s.contestant FROM decided d
JOIN seats s ON s.match = d.match AND s.seat = d.seat
WHERE NOT EXISTS (SELECT 1 FROM attempts a
    WHERE a.match = d.match AND a.seat = d.seat AND a.turn = d.turn)
"""  # noqa: S608 - our own names
_UNDECIDED = f"""
{_DECIDED} SELECT DISTINCT a.match, a.seat, a.turn FROM attempts a JOIN matches ON id = a.match
WHERE NOT EXISTS (SELECT 1 FROM decided d
    WHERE a.match = d.match AND a.seat = d.seat AND a.turn = d.turn)
"""  # noqa: S608 - our own names
_ASKED = "SELECT DISTINCT match, seat, model FROM attempts"
_ANSWERED = "SELECT DISTINCT match FROM attempts"
_ASIDE = """
SELECT id, superseded IS NOT NULL FROM matches
WHERE (superseded IS NOT NULL) != (instr(id, '~') > 0)
"""
_STRAY = """
SELECT DISTINCT match FROM {table} WHERE match NOT IN (SELECT id FROM matches)
"""
_BILLS = """
SELECT match, model, cost, stop, json_extract(usage, '$.prompt_tokens'),
    json_extract(usage, '$.completion_tokens'), json_extract(usage, '$.total_tokens'),
    json_extract(sampling, '$.batch') IS NOT NULL
FROM attempts WHERE stop IS NOT NULL
"""
_CENTS = 1e-9


def problems(run: Run) -> Iterator[str]:
    """Errors of a run, one line each; nothing if there are none.

    The file must be unchanged (see `arena.record.damage`), and its content must be consistent.

    Raises:
        BadInput: SQLite cannot read a table.
    """
    damaged = False
    for line in damage(run.folder / FILE, run.source, run.schema):
        damaged = True
        yield line
    try:
        yield from _contradictions(run)
    except Exception as error:
        if not damaged and run.schema >= CHAINED:  # no chain shows damage of an older file
            raise
        why = " ".join(str(error).split())  # some errors have several lines
        yield f"the rest cannot be checked in a damaged file ({type(error).__name__}: {why})"


def _contradictions(run: Run) -> Iterator[str]:
    """Inconsistencies of a run's record.

    Actions must replay; ids must follow from the design. Decisions of a model must follow from
    its attempts, which are numbered without gaps. Verdicts, seats, turns and endings must agree. A
    match is superseded if and only if it was played again. No text may be missing; tokens must add
    up. If every session's file states a price, cost must follow from tokens at such a price.
    """
    planned = _planned(run) if _as_designed(run) else None
    for key, seated in run.rows(_MATCHES):
        if not seated:
            yield f"match {key}: nobody sits in it"
            continue
        try:
            transcript = run.transcript(key, texts=False)
        except BadInput as error:
            yield str(error)
            continue
        recorded, base = transcript.match, _base(key)
        match = replace(recorded, id=base)
        if planned is not None and _as_kept(planned.get(base), match, run) != match:
            yield f"match {key}: its id is not that of what was played"
            continue
        yield from (f"match {key}: {line}" for line in _mistakes(transcript, match, run))
    yield from mismatches(run)
    yield from people_problems(run)
    yield from _aside(run)
    yield from _attempts(run)
    if planned is not None:
        yield from _asked(run, planned)
    yield from _texts(run)
    yield from _bills(run)
    if planned is not None:
        yield from _replies(run)


def _mistakes(transcript: Transcript, match: Match, run: Run) -> Iterator[str]:
    """Errors in the play of a match."""
    if run.manifest.record == "outcomes":
        wrong = _sums(transcript)
        yield from () if wrong is None else (wrong,)
        return
    kept = run.manifest.file is not None
    game = run.tournament.rules(match) if kept else run.game(match.game)
    yield from _replayed(transcript, game, councils(match, run) if kept else {})


def unchecked(run: Run) -> Iterator[str]:
    """Properties of a run that `problems` cannot check, one line each."""
    schema = run.schema if run.manifest.migrated is None else run.manifest.migrated.number
    if schema < CHAINED:
        yield f"schema {schema} had no chain: changes of single fields do not show"
    if run.manifest.file is None:
        yield f"schema {schema} kept no tournament file: ids, who was asked, emotions, replies"
    elif not _as_designed(run):
        yield "the file makes another design by now: ids, who was asked, replies"
    elif run.manifest.record == "full" and (changed := changed_since(run)):
        yield f"replies: {', '.join(changed)} may not be what they were"


def _as_designed(run: Run) -> bool:
    """Whether the tournament file is on record and still gives the same design."""
    return run.manifest.file is not None and run.tournament.hash == run.manifest.design_hash


def _as_kept(planned: Match | None, recorded: Match, run: Run) -> Match | None:
    """A match of the design, without fields that an old file lacks."""
    lacks = () if run.manifest.migrated is None else run.manifest.migrated.lacks
    if planned is None:
        return None
    said = {
        part: getattr(recorded.wording, part)
        for part in ("event", "order")
        if f"matches.{part}" in lacks
    }
    return replace(planned, wording=replace(planned.wording, **said))


def _planned(run: Run) -> dict[str, Match]:
    """All matches of the design, by id; payoffs determine the matches of later batches."""
    schedule = batches(run.tournament, partial(results, run))
    held = by_match(run)
    whole = (match for batch in schedule for match in batch)
    return {match.id: filled(match, held.get(match.id, ())) for match in whole}


def _base(match: str) -> str:
    """Id of a match before it was superseded."""
    return match.partition("~")[0]


def _sums(transcript: Transcript) -> str | None:
    """Error of a match with recorded payoffs only; None if there is none."""
    void = transcript.ending.kind == "void"
    return "payoffs and ending do not fit" if void != (transcript.payoffs is None) else None


def _replayed(
    transcript: Transcript, game: Game[Any], seated: Mapping[int, Council]
) -> Iterator[str]:
    """Errors in the replay of a match from its deals and actions, councils by seat among them."""
    chance, end = Random(transcript.match.seed), game.initial_state()
    try:
        for step in steps(transcript, game):
            if step.deal is not None and step.deal != draw(game.chance(step.state), chance):
                yield f"cannot be played again: the deal {step.deal!r} is not that of its seed"
                return
            yield from misjudged(step, seated, game)
            end = step.after
    except Disorder as error:
        yield f"cannot be played again: {error.fault}"
        return
    except (IllegalAction, BadInput) as error:
        yield f"cannot be played again: {error}"
        return
    if (end is None) != (transcript.ending.kind == "void"):
        yield "its ending does not fit its decisions"
    elif transcript.payoffs != (points := None if end is None else game.payoffs(end)):
        yield f"payoffs are {transcript.payoffs} and should be {points}"


def _attempts(run: Run) -> Iterator[str]:
    for match, seat, turn, made, last in run.rows(_GAPS):
        yield f"match {match}: seat {seat}, turn {turn}: {made} attempts, the last is {last}"
    for match, seat, place, said, actual in run.rows(_LAST):
        yield f"match {match}: seat {seat}, {place} is {said}, its last attempt {actual}"
    for table in ("seats", "decisions", "opinions"):
        for (match,) in run.rows(_STRAY.format(table=table)):
            yield f"match {match}: {table} without a match"


def _aside(run: Run) -> Iterator[str]:
    for match, aside in run.rows(_ASIDE):
        here, there = ("superseded", "counts") if aside else ("counted", "is superseded")
        yield f"match {match}: it is {here}, and its id is that of one that {there}"


def _asked(run: Run, planned: Mapping[str, Match]) -> Iterator[str]:
    """Check that the models with decisions were asked, and no others."""
    needs = (
        (name, run.tournament.player(name).model_specs()) for name in run.tournament.contestants
    )
    models = {name: {need.model for need in own} for name, own in needs if own}
    held = by_match(run)
    for match, seat, turn, place, name in run.rows(_UNASKED):
        after = gone_on(seat, held.get(match, ()))
        sits = after[1] if after is not None and turn >= after[0] else name
        if sits in models:
            named = " or ".join(sorted(models[sits]))
            yield f"match {match}: seat {seat}, {place}: no attempt of {named} is on record"
    for match, seat, asked in run.rows(_ASKED):
        seats = planned[base].seats if (base := _base(match)) in planned else ()
        after = gone_on(seat, held.get(match, ()))
        sit = (*seats[seat : seat + 1], *(() if after is None else (after[1],)))
        # What people answer is an attempt of no model.
        if not any(asked in models.get(name, {""}) for name in sit):
            yield f"match {match}: seat {seat}: {asked} was asked, and does not sit there"
    for match, seat, turn in run.rows(_UNDECIDED) if run.manifest.record != "outcomes" else ():
        yield f"match {match}: seat {seat}, turn {turn}: attempts without a decision"


def _replies(run: Run) -> Iterator[str]:
    """Read the recorded replies again. Decisions, emotions and endings must follow from them."""
    if run.manifest.record == "full" and not changed_since(run):
        yield from replay(run, {match for (match,) in run.rows(_ANSWERED)})


def _texts(run: Run) -> Iterator[str]:
    for match, key in run.rows(_TEXTS_USED):
        yield f"match {match}: text {key} is missing"


def _bills(run: Run) -> Iterator[str]:
    prices = {
        model: [None if price is None else Price(**price) for price in stated]
        for model, stated in run.manifest.prices.items()
    }
    for match, model, cost, stop, prompt, completion, total, batched in run.rows(_BILLS):
        call = f"match {match}: a call to {model}"
        if cost is not None and cost < 0:
            yield f"{call} costs {cost}"
        if model and None in (prompt, completion) and stop != "content_filter":
            yield f"{call} has a reply and no number of tokens"
        # A prompt has at least one token: a figure of 0 was not counted, and the call costs its
        # bound.
        if not (
            isinstance(prompt, int) and isinstance(completion, int) and prompt > 0 <= completion
        ):
            continue
        if total is not None and total < prompt + completion:
            yield f"{call} took {prompt} + {completion} tokens and {total} altogether"
        stated = prices.get(model, [None])
        share = BATCHED if batched else 1.0
        right = [share * p.of(prompt, completion) for p in stated if p is not None]
        known = len(right) == len(stated)
        if known and (cost is None or all(abs(charge - cost) > _CENTS for charge in right)):
            should = " or ".join(f"{charge:.6f}" for charge in right)
            yield f"{call} cost {cost or 0:.6f} and should cost {should}"
