"""Plays the continuations of forks that are missing from their record."""

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path

from arena.design.tournament import Tournament
from arena.engine import descriptors
from arena.engine.driver import Driver
from arena.engine.interruption import Interruption, in_own_loop
from arena.engine.manifest import manifest
from arena.engine.options import RunOptions
from arena.engine.runner import elsewhere, most_calls
from arena.engine.watcher import Watcher
from arena.forking.fork import NOTE, Fork, Forked, design_of, forked, stated
from arena.record.place import FILE
from arena.record.run import Run
from arena.record.store import Store

FOLDER = "forks"
"""Folder of the run of forks, in the folder of the run that is forked."""
_SAID = "SELECT EXISTS (SELECT 1 FROM notes WHERE kind = ? AND about = ?)"


def forks_of(run: Run) -> Run | None:
    """The run of forks of a run; None if nothing was forked."""
    folder = run.folder / FOLDER
    return Run(folder, robots=True) if (folder / FILE).exists() else None


def play_forks(run: Run, forks: Sequence[Fork], watcher: Watcher, how: RunOptions) -> str | None:
    """Play the missing continuations of forks.

    Args:
        run: the recorded run.
        forks: what is changed, where.
        watcher: receives the progress.
        how: options; the cap on cost is that of all forks of the run.

    Returns:
        Why continuations were left open; None if none were.

    Raises:
        BadInput: a match cannot be forked so, or a model cannot be used.
    """
    states = [forked(run, fork) for fork in forks]
    with Interruption() as interruption:
        return in_own_loop(
            lambda: asyncio.run(_play(run, states, watcher, how, interruption)),
            interruption.interrupt,
        )


def _design(run: Run, forks: Iterable[Fork]) -> Tournament:
    """The design of the run of forks: those on record and those that are new."""
    if (before := forks_of(run)) is None:
        return design_of(run, forks)
    known = stated(before)
    before.close()
    return design_of(run, [*known, *forks])


async def _play(
    run: Run,
    states: Sequence[Forked],
    watcher: Watcher,
    how: RunOptions,
    signals: Interruption,
) -> str | None:
    """Play in the running event loop."""
    tournament = _design(run, [state.fork for state in states])
    tournament.require_vectors()
    about = manifest(tournament, 0).model_copy(update={"forks": run.manifest.name})
    with Store(_folder(run), about) as store:
        for state in states:
            if not next(store.rows(_SAID, NOTE, state.fork.note))[0]:
                store.note(NOTE, state.fork.note)
        closed, todo, total = store.closed(), {}, dict[str, None]()
        for state in states:
            for one in state.continuations():
                total[one.match.id] = None
                if one.match.id not in closed:
                    todo[one.match] = state.beginnings[one.arm]
        watcher.begin(len(total), sum(key in closed for key in total))
        todo = dict([*todo.items()][: how.limit])
        if not todo:
            return None
        descriptors.ensure(most_calls(tournament, len(todo)), ray=how.executor == "ray")
        driver = Driver(
            tournament, store, watcher, how.max_cost, signals, how.allow, batch=how.batch
        )
        return await driver.play_given(todo, how, elsewhere(how))


def _folder(run: Run) -> Path:
    return run.folder / FOLDER
