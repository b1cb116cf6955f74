"""Plays the continuations of a fork that are missing from its record."""

import asyncio

from agents.core.models.limiter import Halted
from agents.core.models.pool import ModelPool
from arena.engine import descriptors
from arena.engine.driver import Driver
from arena.engine.interruption import Interruption, in_own_loop
from arena.engine.manifest import manifest
from arena.engine.options import RunOptions
from arena.engine.runner import most_calls
from arena.engine.watcher import Watcher
from arena.forking.continuing import continued
from arena.forking.fork import NOTE, Continuation, Fork, Forked, forked
from arena.record.run import Run
from arena.record.store import Store
from games import BadInput

FOLDER = "forks"
"""Folder of the run of forks, in the folder of the run that is forked."""


def play_fork(run: Run, fork: Fork, watcher: Watcher, how: RunOptions) -> str | None:
    """Play the missing continuations of a fork.

    Args:
        run: the recorded run.
        fork: what is changed, where.
        watcher: receives the progress.
        how: options; the cap on cost is that of all forks of the run.

    Returns:
        Why continuations were left open; None if none were.

    Raises:
        BadInput: the match cannot be forked so, or a model cannot be used.
    """
    if how.executor != "local":
        raise BadInput(f"forks are played in one process: leave out {how.executor}")
    if fork.times < 1:
        raise BadInput(f"a fork has at least 1 continuation of each arm, not {fork.times}")
    if len(set(fork.changes)) < len(fork.changes) or not fork.changes:
        raise BadInput("a fork has at least one change, and each change once")
    state = forked(run, fork)
    with Interruption() as interruption:
        return in_own_loop(
            lambda: asyncio.run(_play(run, fork, state, watcher, how, interruption)),
            interruption.interrupt,
        )


async def _play(
    run: Run, fork: Fork, state: Forked, watcher: Watcher, how: RunOptions, signals: Interruption
) -> str | None:
    """Play in the running event loop."""
    tournament, every = run.tournament, list(fork.continuations(state.base.match))
    with Store(run.folder / FOLDER, manifest(tournament, 0)) as store:
        said = "SELECT EXISTS (SELECT 1 FROM notes WHERE kind = ? AND about = ?)"
        if not next(store.rows(said, NOTE, fork.note))[0]:
            store.note(NOTE, fork.note)
        closed = store.closed()
        todo = [one for one in every if one.match.id not in closed][: how.limit]
        watcher.begin(len(every), sum(one.match.id in closed for one in every))
        if not todo:
            return None
        descriptors.ensure(most_calls(tournament, len(todo)), ray=False)
        driver = Driver(tournament, store, watcher, how.max_cost, signals, how.allow)
        room = asyncio.Semaphore(tournament.concurrency)
        async with driver.opened() as pool:
            await driver.make_ready(pool, how)
            work = [_one(driver, state, one, pool, watcher, room) for one in todo]
            await driver.finish_all([asyncio.create_task(each) for each in work])
        return driver.why_open()


async def _one(
    driver: Driver,
    state: Forked,
    one: Continuation,
    pool: ModelPool,
    watcher: Watcher,
    room: asyncio.Semaphore,
) -> None:
    """Play one continuation, and record it; it stays open if calls have ended."""
    async with room:
        recorded = driver.recorded(one.match)
        try:
            transcript = await continued(driver.tournament, state, one, pool, recorded, driver.file)
        except Halted:
            return
        driver.store.finish(transcript)
        watcher.finished(transcript)
