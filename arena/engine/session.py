"""`Session`: matches with people, begun one by one; those without play beside them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from agents.core.models.gate import Halted
from agents.core.models.model import Models
from arena.core.types import Match, Transcript
from arena.design.matches import planned
from arena.design.tournament import Tournament
from arena.engine import descriptors
from arena.engine.driver import Driver
from arena.engine.interruption import Interruption
from arena.engine.manifest import manifest
from arena.engine.options import PATIENT, RunOptions
from arena.engine.runner import most_calls
from arena.engine.seating import People
from arena.engine.watcher import Watcher
from arena.engine.worker import Worker
from arena.record.participants import Seating
from arena.record.store import Store
from games import BadInput


class Session:
    """A run under way, in the event loop that runs.

    Args:
        tournament: the design.
        driver: bounds and records what is played.
        store: the record.
        models: reaches models.

    Attributes:
        people: its participants, who are there before the first match with people is played.
        beside: plays the matches without people.
    """

    people: People
    beside: "asyncio.Task[None]"

    def __init__(
        self, tournament: Tournament, driver: Driver, store: Store, models: Models
    ) -> None:
        self.tournament = tournament
        self.driver = driver
        self.store = store
        self._models = models

    def stopped(self, match: Match) -> bool:
        """Whether a match needs a model that is not called any more."""
        return any(
            self.driver.limiter.stopped(name)
            for name in ("", *self.driver.tournament.models_of(match))
        )

    async def play(self, match: Match, seatings: Sequence[Seating]) -> Transcript | None:
        """Play a match with people to its end; None if it stays open.

        Args:
            match: as the design has it.
            seatings: who holds its seats.

        Raises:
            BadInput: it cannot be played, or not be recorded.
        """
        worker = Worker(self.tournament, self._models, self.driver, self.people)
        try:
            return await worker.play(match, self.driver.recorded(match), seatings)
        except Halted:
            return None

    async def stop(self) -> None:
        """Begin no more calls, and let those in flight finish."""
        self.driver.interrupt()
        await self.driver.last_calls()

    def is_stopping(self) -> bool:
        """Whether no more calls are begun, because the lab is left or failed."""
        return self.driver.stopping

    def is_peopled(self, match: Match) -> bool:
        """Whether a person sits in a match of the design."""
        return not self.tournament.people.isdisjoint(match.seats)


@asynccontextmanager
async def session(
    tournament: Tournament, folder: Path, watcher: Watcher, how: RunOptions
) -> AsyncIterator[Session]:
    """A run that is played until the block is left.

    Args:
        tournament: the design.
        folder: where the run is kept.
        watcher: who is told how it goes.
        how: how it is carried out.

    Raises:
        BadInput: the folder or a model cannot be used, or it is to be played elsewhere or in
            batches.
    """
    how.check_people(tournament.people)
    if how.batch:
        raise BadInput(f"{PATIENT}: arena lab goes with no --batch")
    tournament.require_vectors()
    total = planned(tournament)
    with Store(folder, manifest(tournament, total)) as store:
        watcher.begin(total, store.count())
        descriptors.ensure(most_calls(tournament, total), ray=False)
        driver = Driver(tournament, store, watcher, how.max_cost, Interruption(), how.allow)
        async with driver.opened() as pool:
            made = Session(tournament, driver, store, pool)
            await driver.make_ready(pool, how)
            playing = driver.batches(pool, how, None, mine=lambda match: not made.is_peopled(match))
            made.beside = asyncio.create_task(playing)
            try:
                yield made
            finally:
                await made.stop()
                await asyncio.gather(made.beside, return_exceptions=True)
