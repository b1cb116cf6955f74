"""Whether a run's record agrees with itself: everything in it that follows from something else."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from arena.limits import Price
from arena.records import Match, Transcript, payoff_of
from arena.run import Run
from arena.schedule import batches
from arena.store import text_hash
from games import BadInput, Game
from games.core.errors import IllegalAction
from games.core.types import CHANCE, Payoff
from prompts import OPENING

_TEXTS_USED = """
SELECT reply FROM attempts WHERE reply IS NOT NULL UNION
SELECT reasoning FROM attempts WHERE reasoning IS NOT NULL UNION
SELECT json_extract(value, '$[1]') FROM attempts, json_each(messages)
"""
_GAPS = """
SELECT match, seat, turn, count(*), max(number) FROM attempts
GROUP BY match, seat, turn HAVING max(number) + 1 != count(*)
"""
_LAST = """
SELECT d.match, d.number, d.verdict, a.verdict FROM decisions d JOIN attempts a
    ON a.match = d.match AND a.seat = d.seat AND a.turn = d.turn
WHERE a.verdict != d.verdict AND a.number = (SELECT max(number) FROM attempts b
    WHERE b.match = d.match AND b.seat = d.seat AND b.turn = d.turn)
"""
_STRAY = """
SELECT DISTINCT match FROM {table} WHERE match NOT IN (SELECT id FROM matches)
"""
_BILLS = """
SELECT match, model, cost, json_extract(usage, '$.prompt_tokens'),
    json_extract(usage, '$.completion_tokens') FROM attempts WHERE cost IS NOT NULL
"""
_CENTS = 1e-9


def problems(run: Run) -> Iterator[str]:
    """Everything that is wrong with a run, one line each; nothing if all is well.

    Every match is played again from its recorded actions, and its id made again from the design;
    attempts are numbered without a gap and fit their decisions; texts fit their hashes; where every
    session's file stated a model's price, cost follows from the tokens at one of them.
    """
    results = partial(_results, run)
    planned = {m.id: m for batch in batches(run.tournament, results) for m in batch}
    outcomes = run.manifest["record"] == "outcomes"
    for (key,) in run.rows("SELECT id FROM matches ORDER BY id"):
        transcript = run.transcript(key, texts=False)
        found, base = transcript.match, key.partition("~")[0]
        match = replace(found, id=base)
        if planned.get(base) != match:
            yield f"match {key}: its id is not that of what was played"
            continue
        game = run.tournament.rules(match)
        wrong = _sums(transcript) if outcomes else _replayed(transcript, game)
        if wrong:
            yield f"match {key}: {wrong}"
    yield from _attempts(run)
    yield from _texts(run)
    yield from _bills(run)


def _results(run: Run, matches: Iterable[Match]) -> dict[str, tuple[Payoff, ...] | None]:
    """Payoffs of closed matches, by which later batches were drawn."""
    found: dict[str, tuple[Payoff, ...] | None] = {}
    query = "SELECT payoff FROM seats WHERE match = ? ORDER BY seat"
    for match in matches:
        if points := [text for (text,) in run.rows(query, match.id)]:
            found[match.id] = None if None in points else tuple(map(payoff_of, points))
    return found


def _sums(transcript: Transcript) -> str | None:
    """What can be said of a match of which only the payoffs are kept."""
    void = transcript.ending.kind == "void"
    return "payoffs and ending do not fit" if void != (transcript.payoffs is None) else None


def _replayed(transcript: Transcript, game: Game[Any]) -> str | None:
    """What is wrong with a match, played again from its deals and actions."""
    try:
        void, points = _played(transcript, game)
    except StopIteration:
        return "it ends too early"
    except (IllegalAction, BadInput, _Disorder) as error:
        return f"cannot be played again: {error}"
    if void != (transcript.ending.kind == "void"):
        return "its ending does not fit its decisions"
    if transcript.payoffs != points:
        return f"payoffs are {transcript.payoffs} and should be {points}"
    return None


class _Disorder(Exception):
    """Decisions that are not those of the movers."""


def _played(transcript: Transcript, game: Game[Any]) -> tuple[bool, tuple[Payoff, ...] | None]:
    """Whether a decision is missing, and what the seats earned."""
    moves_made = [played for played in transcript.decisions if played.turn != OPENING]
    deals, decisions = iter(transcript.deals), iter(moves_made)
    openings = (p.decision for p in transcript.decisions if p.turn == OPENING)
    unopened = any(opening.affect is None for opening in openings)
    state, void = game.initial_state(), False
    while not void and (movers := game.movers(state)):
        if movers == (CHANCE,):
            state = game.apply(state, {CHANCE: next(deals)})
            continue
        if void := unopened:
            break
        made = {player: next(decisions) for player in movers}
        if any(played.player != player for player, played in made.items()):
            raise _Disorder("decisions are not in the order of play")
        moves = {p: m.decision.action for p, m in made.items() if m.decision.action is not None}
        void = len(moves) < len(made)
        state = state if void else game.apply(state, moves)
    if next(deals, None) is not None or next(decisions, None) is not None:
        raise _Disorder("it goes on after its end")
    return void, None if void else game.payoffs(state)


def _attempts(run: Run) -> Iterator[str]:
    for match, seat, turn, made, last in run.rows(_GAPS):
        yield f"match {match}: seat {seat}, turn {turn}: {made} attempts, the last is {last}"
    for match, number, said, found in run.rows(_LAST):
        yield f"match {match}: decision {number} is {said}, its last attempt {found}"
    for table in ("seats", "decisions"):
        for (match,) in run.rows(_STRAY.format(table=table)):
            yield f"match {match}: {table} without a match"


def _texts(run: Run) -> Iterator[str]:
    kept = set()
    for key, text in run.rows("SELECT hash, text FROM texts"):
        kept.add(key)
        if text_hash(text) != key:
            yield f"text {key}: its hash is {text_hash(text)}"
    if run.manifest["record"] == "full":
        for (key,) in run.rows(_TEXTS_USED):
            if key not in kept:
                yield f"text {key} is missing"


def _bills(run: Run) -> Iterator[str]:
    prices = {
        model: [price and Price(**price) for price in stated]
        for model, stated in run.manifest["prices"].items()
    }
    for match, model, cost, prompt, completion in run.rows(_BILLS):
        if cost < 0:
            yield f"match {match}: a call to {model} costs {cost}"
        # No prompt has no tokens: such figures were not counted, and the call costs its bound.
        usable = all(isinstance(n, int) for n in (prompt, completion)) and prompt > 0 <= completion
        stated = prices.get(model, [None])
        if not usable or None in stated:
            continue
        right = [price.of(prompt, completion) for price in stated if price is not None]
        if all(abs(charge - cost) > _CENTS for charge in right):
            should = " or ".join(f"{charge:.6f}" for charge in right)
            yield f"match {match}: a call to {model} cost {cost:.6f} and should cost {should}"
