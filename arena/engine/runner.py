"""Plays the matches of a tournament that are missing from the record."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from arena.design.matches import planned
from arena.design.tournament import Tournament
from arena.engine import descriptors
from arena.engine.bounds import bounds
from arena.engine.driver import Driver, Executor
from arena.engine.interruption import Interruption, in_own_loop
from arena.engine.manifest import manifest
from arena.engine.options import RunOptions
from arena.engine.simulation import Simulation
from arena.engine.watcher import Watcher
from arena.record.store import Store

_VOID = """
SELECT verdict, count(*) FROM counted WHERE ending = 'void'
GROUP BY verdict ORDER BY 2 DESC, 1
"""


def run(
    tournament: Tournament,
    folder: Path,
    watcher: Watcher,
    limit: int | None = None,
    how: RunOptions | None = None,
    again: Collection[str] = (),
) -> str | None:
    """Play the matches that are missing from the record.

    Args:
        tournament: the design.
        folder: folder of the run.
        watcher: receives the progress.
        limit: largest number of matches to play; None for all.
        how: options of the run.
        again: ids of closed matches to play again; their old records are set aside.

    Returns:
        Reason that matches were left open, or that all are void; None if some matches are usable
        and none was left open.

    Raises:
        BadInput: the folder or a model cannot be used; existing records are kept.
        Interrupted: by a signal; the calls in flight were finished and recorded.
    """
    how = how or RunOptions(limit=limit)
    with Interruption() as interruption:
        return in_own_loop(
            lambda: asyncio.run(_play(tournament, folder, watcher, how, again, interruption)),
            interruption.interrupt,
        )


async def arun(
    tournament: Tournament, folder: Path, watcher: Watcher, how: RunOptions | None = None
) -> str | None:
    """Play the missing matches in the running event loop.

    Signals are left to the owner of the loop. A cancelled task begins no more calls, and ends after
    the calls in flight are recorded. A second cancellation abandons them.

    Args:
        tournament: the design.
        folder: folder of the run.
        watcher: receives the progress.
        how: options of the run.

    Returns:
        The result of `run`.

    Raises:
        BadInput: the folder or a model cannot be used; existing records are kept.
    """
    interruption = Interruption()
    playing = asyncio.ensure_future(
        _play(tournament, folder, watcher, how or RunOptions(), (), interruption)
    )
    cancelled: asyncio.CancelledError | None = None
    while not playing.done():
        try:
            await asyncio.wait([playing])
        except asyncio.CancelledError as error:
            cancelled = error
            interruption.interrupt()
    if cancelled is not None:
        with suppress(asyncio.CancelledError):
            playing.result()  # what failed besides is raised
        raise cancelled
    return playing.result()


async def _play(
    tournament: Tournament,
    folder: Path,
    watcher: Watcher,
    how: RunOptions,
    again: Collection[str],
    interruption: Interruption,
) -> str | None:
    """Play in the running event loop."""
    how.check_people(tournament.people)
    tournament.require_vectors()
    for _, spec in tournament.contestants.values():
        spec.code()  # missing functions are found before the first paid call
    total, wanted = planned(tournament), planned(tournament, how.blocks)
    simulation = Simulation(tournament) if tournament.record == "outcomes" else None
    covers = None if simulation is None else simulation.covers
    about = manifest(tournament, total, covers)
    with Store(folder, about) as store:
        watcher.begin(wanted, closed := store.count() - len(again))
        if closed >= wanted:  # designs only grow: the record is complete
            return _all_void(store, closed)
        left = wanted - closed if how.limit is None else min(how.limit, wanted - closed)
        descriptors.ensure(most_calls(tournament, left), ray=how.executor == "ray")
        driver = Driver(
            tournament, store, watcher, how.max_cost, interruption, how.allow, batch=how.batch
        )
        playing = driver.play(how, simulation, again, elsewhere(how))
        return await playing or _all_void(store, wanted)


def elsewhere(how: RunOptions) -> Executor | None:
    """Executor outside this process; None for play in this process."""
    if how.executor == "local":
        return None
    from arena.engine.cluster import play  # noqa: PLC0415 - imports Ray

    return play


def _all_void(store: Store, total: int) -> str | None:
    """Message that all matches are void, with verdicts; None if one is usable or open."""
    void = dict(store.rows(_VOID))
    count = sum(void.values())
    if not count or count < total:
        return None
    verdicts = ", ".join(f"{verdict} {n}" for verdict, n in void.items())
    return f"all {count} matches are void ({verdicts}); arena log says what came of the calls"


def most_calls(tournament: Tournament, matches: int) -> int:
    """Largest number of simultaneous calls for a number of matches."""
    seats = max(len(game.roles) for game in tournament.games.values())
    wide = sum(bounds(tournament, model).concurrency for model in tournament.models)
    return min(wide, matches * seats)
