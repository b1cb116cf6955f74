"""`Actor`: a worker process on Ray. It plays matches, and reports to the driver.

It owns no state: the driver permits its calls, and alone writes. Messages are pickled tuples of
plain values, which take a fraction of the time of the objects that they stand for.
"""

import asyncio
import itertools
import os
import pickle
from collections.abc import Iterable, Sequence
from typing import Any

from agents.core.models.gate import Ask, Halted, Rejected
from agents.core.models.model import Completion, Failure
from agents.core.models.pool import ModelPool
from agents.core.strategies.functions import restore
from agents.core.types import Attempt
from arena.core.types import Match, Transcript
from arena.design.tournament import Tournament
from arena.engine.beginning import Beginning
from arena.engine.seating import Recorded
from arena.engine.worker import Worker
from arena.record.filing import closed_match, filed_attempt
from games import BadInput

GATHER = 0.04
"""Seconds between two reports of a worker that has calls in flight."""
GRACE = 0.005
"""Seconds between two reports of a worker that has none, since events come together."""

Event = tuple[Any, ...]
"""From a worker: ("ask", ticket, fields of `Ask`), ("paid", ticket, cost, tokens), ("failed",
ticket, failure), ("file", fields of `FiledAttempt`), ("finish", id, ending, number of decisions,
rows), ("open", id, whether to play it later), ("error", id, message, whether the user can mend it).
"""
Command = tuple[Any, ...]
"""To a worker: ("play", match, recorded, beginning), ("go", ticket), ("no", ticket, reason)."""


def packed(messages: Iterable[Event | Command]) -> bytes:
    """Messages as they are sent."""
    return pickle.dumps(list(messages), pickle.HIGHEST_PROTOCOL)


class Messenger:
    """The messages of a worker.

    It obeys commands, and gathers events into reports. An event is kept until the driver has it.
    """

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._taken = self._heard = self._delivered = 0
        self._reported = 0.0
        self._news = asyncio.Event()
        self._tickets = itertools.count()
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._entered: dict[int, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def play(self, match: Match, recorded: Recorded, beginning: Beginning | None) -> None:
        """Play a match to its end."""
        raise NotImplementedError

    # Methods called by the driver

    async def exchange(self, number: int, parcel: bytes, taken: int) -> bytes:
        """Receive commands, and report the events since the last report, once there are any.

        Args:
            number: number of the parcel; the driver repeats a call without reply.
            parcel: commands of the driver.
            taken: number of events that the driver has received; earlier events can be discarded.
        """
        if number > self._heard:
            self._heard = number
            self._obey(parcel)
        del self._events[: max(0, taken - self._taken)]
        self._taken = max(taken, self._taken)
        while not self._events:
            self._news.clear()
            await self._news.wait()
        await self._gather()
        return packed(self._events)

    async def _gather(self) -> None:
        """Wait for more events while calls are in flight: nothing waits for the driver then."""
        clock = asyncio.get_running_loop().time
        for _ in range(round(GATHER / GRACE)):
            await asyncio.sleep(GRACE)
            if not self._entered or clock() >= self._reported + GATHER:
                break
        self._reported = clock()

    async def deliver(self, number: int, parcel: bytes) -> None:
        """Receive commands that no exchange takes along, since one is waited for."""
        if number > self._delivered:
            self._delivered = number
            self._obey(parcel)

    def _obey(self, parcel: bytes) -> None:
        for kind, what, *more in pickle.loads(parcel):  # noqa: S301 - from our own driver
            if kind == "play":
                task = asyncio.create_task(self._play(what, *more))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            elif (place := self._waiting.pop(what, None)) is not None and not place.done():
                if kind == "go":
                    place.set_result(None)
                else:
                    place.set_exception(Halted(*more))

    async def _play(self, match: Match, recorded: Recorded, beginning: Beginning | None) -> None:
        try:
            await self.play(match, recorded, beginning)
        except Halted as error:
            self.say("open", match.id, isinstance(error, Rejected))
        except Exception as error:  # noqa: BLE001 - raised again by the driver
            # A text with half a character cannot be encoded.
            mendable = isinstance(error, BadInput | UnicodeEncodeError)
            self.say("error", match.id, f"{error}", mendable)

    # Methods called by the worker, as a gate

    async def enter(self, ask: Ask) -> None:
        """Request permission for a call from the driver."""
        ticket = next(self._tickets)
        place = self._waiting[ticket] = asyncio.get_running_loop().create_future()
        limits = (ask.tokens, ask.cost, ask.tries, ask.trial, ask.batched)
        self.say("ask", ticket, ask.model, *limits)
        await place
        self._entered[id(ask)] = ticket

    def leave(self, ask: Ask, outcome: Completion | Failure | None) -> None:
        """Report the outcome of a call to the driver; its text goes with the attempt."""
        ticket = self._entered.pop(id(ask))
        if isinstance(outcome, Completion):
            tokens = outcome.usage.get("total_tokens")
            self.say("paid", ticket, outcome.cost, tokens if isinstance(tokens, int) else None)
        else:
            self.say("failed", ticket, outcome)

    def say(self, *event: Any) -> None:  # noqa: ANN401
        """Add an event to the next report."""
        self._events.append(event)
        self._news.set()


class Actor(Messenger):
    """A worker process: plays its matches, and reports."""

    def __init__(
        self,
        data: dict[str, Any],
        environment: dict[str, str],
        functions: Sequence[str],
        **pool: Any,  # noqa: ANN401
    ) -> None:
        super().__init__()
        os.environ.update(environment)
        for name in functions:
            restore(name)
        self._tournament = Tournament(data)
        self._pool = ModelPool(self, self._tournament.prices, **pool)
        self._worker = Worker(self._tournament, self._pool, self)

    async def play(self, match: Match, recorded: Recorded, beginning: Beginning | None) -> None:
        """Play a match to its end. Attempts on record are replayed."""
        await self._worker.play(match, recorded, beginning=beginning)

    def file(
        self, match: Match, seat: int, turn: int, number: int, attempt: Attempt, model: str
    ) -> None:
        """Send an attempt to the driver for the record."""
        self.say("file", *filed_attempt(match.id, seat, turn, number, attempt, model))

    def finish(self, transcript: Transcript) -> None:
        """Send a match to the driver for the record."""
        match, ending, made, rows = closed_match(transcript, self._tournament.record)
        self.say("finish", match.id, ending, len(made), rows)
