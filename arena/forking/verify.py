"""Consistency of a run of forks: every continuation is played again from the two records."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from agents.core.types import Attempt
from arena.core.types import Match, Transcript
from arena.engine.interruption import in_own_loop
from arena.engine.replay import Asked, difference, silent_models
from arena.forking.continuing import continued
from arena.forking.fork import Continuation, Forked, forked, stated
from arena.record.damage import damage
from arena.record.place import FILE
from arena.record.run import Run


def fork_problems(run: Run) -> Iterator[str]:
    """Errors of a run of forks, one line each; nothing if there are none.

    Args:
        run: the run of forks, in the folder of the run that was forked.
    """
    yield from damage(run.folder / FILE, run.source, run.schema)
    base, closed, known = Run(run.folder.parent, robots=True), set(run.ids()), set[str]()
    for fork in stated(run):
        state = forked(base, fork)
        for one in fork.continuations(state.base.match):
            key = one.match.id
            if key in closed - known:
                yield from _replayed(run, state, one)
            known.add(key)
    for key in sorted(closed - known):
        yield f"match {key}: no fork on record has it"


def _replayed(run: Run, state: Forked, one: Continuation) -> Iterator[str]:
    """The difference of a continuation to its replay from the record, if there is one."""
    kept = run.transcript(one.match.id, texts=True)
    recorded = run.recorded(one.match)
    playing = continued(run.tournament, state, one, silent_models(run), recorded, _discard)
    try:
        came = in_own_loop(partial(asyncio.run, playing))
    except (Asked, ValueError) as error:
        yield f"match {one.match.id}: {error}"
        return
    given = sum(map(len, state.before))
    kept, came = _without_attempts(kept, given), _without_attempts(came, given)
    if came != kept:
        yield f"match {one.match.id}: {difference(kept, came)}"


def _without_attempts(transcript: Transcript, given: int) -> Transcript:
    """A record without the attempts of given decisions, which the forked run holds."""
    made = [
        replace(each, decision=replace(each.decision, attempts=(), weights=None))
        for each in transcript.decisions[:given]
    ]
    return replace(transcript, decisions=(*made, *transcript.decisions[given:]))


def _discard(match: Match, seat: int, turn: int, number: int, attempt: Attempt, model: str) -> None:
    """Keep nothing: all attempts are on record already."""
