"""Consistency of a run of forks: every continuation is played again from the two records."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from agents.core.types import Decision
from arena.core.types import Transcript
from arena.engine.interruption import in_own_loop
from arena.engine.replay import Asked, Discarding, difference, silent_models
from arena.engine.worker import Worker
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
    yield from replayed_forks(run)


def replayed_forks(run: Run) -> Iterator[str]:
    """The continuations that come out otherwise when they are played again from the record.

    Args:
        run: the run of forks, in the folder of the run that was forked.
    """
    base, closed, known = Run(run.folder.parent, robots=True), set(run.ids()), set[str]()
    worker = Worker(run.tournament, silent_models(run), Discarding())
    for fork in stated(run):
        state = forked(base, fork)
        for one in state.continuations():
            key = one.match.id
            if key in closed - known:
                yield from _replayed(run, worker, state, one)
            known.add(key)
    for key in sorted(closed - known):
        yield f"match {key}: no fork on record has it"


def _replayed(run: Run, worker: Worker, state: Forked, one: Continuation) -> Iterator[str]:
    """The difference of a continuation to its replay from the record, if there is one."""
    kept = run.transcript(one.match.id, texts=True)
    recorded, beginning = run.recorded(one.match), state.beginnings[one.arm]
    playing = worker.transcript(one.match, recorded, beginning=beginning)
    try:
        came = in_own_loop(partial(asyncio.run, playing))
    except (Asked, ValueError) as error:
        yield f"match {one.match.id}: {error}"
        return
    given = [len(own) for own in beginning.decisions]
    kept, came = _without_attempts(kept, given), _without_attempts(came, given)
    if came != kept:
        yield f"match {one.match.id}: {difference(kept, came)}"


def _without_attempts(transcript: Transcript, given: Sequence[int]) -> Transcript:
    """A record without the attempts of given decisions, which the forked run holds.

    Args:
        transcript: the record.
        given: by seat, number of its given decisions.
    """
    left, made = list(given), []
    for each in transcript.decisions:
        left[each.player] -= 1
        bare = each if left[each.player] < 0 else replace(each, decision=_bare(each.decision))
        made.append(bare)
    return replace(transcript, decisions=tuple(made))


def _bare(decision: Decision) -> Decision:
    return replace(decision, attempts=(), weights=None)
