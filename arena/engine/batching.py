"""`Batching`: the batches of a run, and what is left of those of earlier sessions."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Self

from agents.core.batches.courier import Pace
from agents.core.batches.desk import Desk
from agents.core.batches.providers import BATCHED, has_batches, service
from agents.core.models.gate import Bounds
from agents.core.models.limiter import Limiter, batched
from arena.design.tournament import Tournament
from arena.engine.bounds import bounds
from arena.engine.watcher import Watcher
from arena.record.batch_files import BatchFiles
from arena.record.store import Store
from games import BadInput

PACE = Pace()

_RESERVED = "SELECT rowid, cost FROM reservations WHERE model = ?"


@dataclass(frozen=True)
class _Teller:
    """Sends messages on batches to the record and to the watcher.

    Args:
        note: keeps a note of a kind, and shows it.
        noted: shows a note of a kind.
    """

    note: Callable[[str, str], None]
    noted: Callable[[str, str], None]

    def record(self, about: str) -> None:
        """Keep a line for good, and show it."""
        self.note("batch", about)

    def show(self, about: str) -> None:
        """Show a line."""
        self.noted("batch", about)


def require_batches(tournament: Tournament) -> frozenset[str]:
    """The models of a design that are asked in batches.

    Raises:
        BadInput: there are none.
    """
    if found := frozenset(name for name in tournament.models if has_batches(name)):
        return found
    named = ", ".join(sorted(tournament.models)) or "it has no models"
    raise BadInput(
        f"no model of this design is asked in batches ({named}), but models of "
        f"{', '.join(BATCHED)} are: leave --batch out"
    )


class Batching:
    """The batches of one run; without models if none are asked in batches.

    Args:
        tournament: the design.
        store: the record.
        wanted: whether models are asked in batches.

    Attributes:
        models: names of those that are.
        desk: gathers their questions; None if there are none.

    Raises:
        BadInput: no model has batches; or questions are to be asked by themselves although a batch
            with them is under way.
    """

    def __init__(self, tournament: Tournament, store: Store, *, wanted: bool) -> None:
        self._tournament, self._store = tournament, store
        self._shelf = BatchFiles(store.folder)
        self.models: frozenset[str] = frozenset()
        self.desk: Desk | None = None
        if not wanted:
            self._refuse_open()
            return
        self.models = require_batches(tournament)

    def bounds(self) -> dict[str, Bounds]:
        """Limits of all models of the design."""
        names = self._tournament.models
        return {name: bounds(self._tournament, name, batched=name in self.models) for name in names}

    def open(self, limiter: Limiter, note: Callable[[str, str], None], watcher: Watcher) -> None:
        """Set up the desk.

        Args:
            limiter: permits calls.
            note: keeps a note of a kind, and shows it.
            watcher: is told of costs, and of what is not kept.
        """
        if self.models:
            self._limiter, self._watcher = limiter, watcher
            teller = _Teller(note, watcher.noted)
            self.desk = Desk(limiter, self._shelf, service, teller, self._store.closed, PACE)

    async def __aenter__(self) -> Self:
        """Begin to gather questions."""
        if self.desk is not None:
            self.desk.begin()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End all waiting for batches."""
        if self.desk is not None:
            await self.desk.close()

    async def resume(self) -> None:
        """Go on with the batches of earlier sessions.

        Raises:
            BadInput: a server has no batches, or a batch is in an account that is not used.
        """
        if self.desk is None:
            return
        await self.desk.check()
        held, known = self.desk.resume(), 0.0
        for model in sorted(self.models):
            for number, cost in self._store.rows(_RESERVED, batched(model)).fetchall():
                known += cost
                if number not in held:  # the run was killed before its question was sent
                    self._store.settle(number)
                    self._limiter.spent -= cost
        self._watcher.paid(-known)  # counted once they are answered

    async def stop(self) -> None:
        """End all waiting for batches with an exception."""
        if self.desk is not None:
            self.desk.stop("the run ends")
            await asyncio.sleep(0)

    def state(self) -> dict[str, Any] | None:
        """Questions that wait for the next batches, and batches under way; None without any."""
        if self.desk is None:
            return None
        under_way = [asdict(each) for each in self.desk.under_way]
        return {"gathered": self.desk.gathered, "under_way": under_way}

    def _refuse_open(self) -> None:
        closed = self._store.closed()
        for batch in self._shelf.load():
            if not batch.without(closed).asked:
                self._shelf.drop(batch.key)  # its matches may be played again
                continue
            raise BadInput(
                f"a batch of {len(batch.lines)} questions to {batch.model} is under way "
                f"({batch.id or 'perhaps not sent'}), and they would be paid for twice: "
                "go on with --batch"
            )
