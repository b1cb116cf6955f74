"""Reports of workers, as the driver takes them: settled, recorded and answered together."""

import asyncio
import pickle
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from agents.core.models.gate import Ask
from agents.core.models.model import Completion
from arena.core.types import Match
from arena.engine.driver import Driver
from arena.engine.queue import Queue
from arena.engine.ray_worker import Command, packed
from arena.record.filing import ClosedMatch, FiledAttempt
from games import BadInput


@dataclass(eq=False)
class Remote:
    """The driver's state of a worker.

    Args:
        actor: handle of the worker.
        playing: its matches.
        calls: its calls in flight, by ticket.
        outbox: commands not sent yet.
        since: time of the event loop at which the first of them was added.
        told: set while there are any.
        exchanged: number of exchanges.
        delivered: number of parcels sent besides.
        taken: number of events received.
        gone: whether it is given up.
    """

    actor: Any
    playing: dict[str, Match] = field(default_factory=dict)
    calls: dict[int, Ask] = field(default_factory=dict)
    outbox: list[Command] = field(default_factory=list)
    since: float = 0.0
    told: asyncio.Event = field(default_factory=asyncio.Event)
    exchanged: int = 0
    delivered: int = 0
    taken: int = 0
    gone: bool = False

    def tell(self, *command: Any) -> None:  # noqa: ANN401
        """Send a command with the next parcel."""
        if not self.outbox:
            self.since = asyncio.get_running_loop().time()
            self.told.set()
        self.outbox.append(command)

    def parcel(self) -> bytes:
        """The commands not sent yet, which are sent now."""
        sent, self.outbox = self.outbox, []
        self.told.clear()
        return packed(sent)


@dataclass(eq=False, slots=True)
class _Place:
    """A call of a worker that waits for permission.

    Args:
        reports: tells the worker.
        remote: the worker.
        ticket: of the call.
        ask: the call.
        answered: whether it was permitted or refused.
    """

    reports: "Reports"
    remote: Remote
    ticket: int
    ask: Ask
    answered: bool = False

    def done(self) -> bool:
        """Whether it was answered, or its worker is gone."""
        return self.answered or self.remote.gone

    def set_result(self, _: None, /) -> None:
        """Permit the call, once its reservation is on record."""
        self.answered = True
        self.remote.calls[self.ticket] = self.ask
        self.reports.grant(self.remote, self.ticket)

    def set_exception(self, exception: Exception, /) -> None:
        """Refuse the call."""
        self.answered = True
        self.remote.tell("no", self.ticket, str(exception))


class Reports:
    """Takes reports of workers.

    One transaction holds all that a report brings: attempts, closed matches, settled reservations,
    and the reservations of the calls that it makes room for. These are permitted after the commit.

    Args:
        driver: of the run.
        queue: its matches.
    """

    def __init__(self, driver: Driver, queue: Queue) -> None:
        self._driver, self._queue = driver, queue
        self._granted: list[tuple[Remote, int]] | None = None
        """Calls permitted in the transaction under way; None if there is none."""

    def take(self, remote: Remote, report: bytes) -> None:
        """Take a report of a worker.

        Raises:
            BadInput: it cannot be recorded. No call that it made room for is made.
        """
        events = pickle.loads(report)  # noqa: S301 - from our own worker
        filed: list[FiledAttempt] = []
        closed: list[ClosedMatch] = []
        granted: list[tuple[Remote, int]] = []
        self._granted = granted
        try:
            with self._driver.store.together(), self._driver.limiter.gathering():
                left = [e for e in events if not self._settled(remote, e, filed, closed)]
                self._driver.store.keep(filed, closed)
        except BaseException as error:
            self._driver.fail(error)
            for each, ticket in granted:
                self._driver.limiter.leave(each.calls.pop(ticket), None)
            raise
        finally:
            self._granted = None
        remote.taken += len(events)
        for each, ticket in granted:
            each.tell("go", ticket)
        self._tell(remote, filed, closed)
        for kind, match, *more in left:
            self._over(remote, match, later=kind == "open" and more[0])
            if kind == "error":
                message, mendable = more
                self._driver.fail(BadInput(message) if mendable else RuntimeError(message))

    def grant(self, remote: Remote, ticket: int) -> None:
        """Permit a call now, or after the transaction under way."""
        if self._granted is None:
            remote.tell("go", ticket)
        else:
            self._granted.append((remote, ticket))

    def drop(self, remote: Remote) -> None:
        """Give up a worker: its matches are played again, and its requests dropped."""
        remote.gone = True
        for ask in remote.calls.values():
            self._driver.limiter.leave(ask, None)
        for match in remote.playing.values():
            self._queue.done(match, again=True)

    def _settled(
        self,
        remote: Remote,
        event: tuple[Any, ...],
        filed: list[FiledAttempt],
        closed: list[ClosedMatch],
    ) -> bool:
        """Take an event that the limiter or the record is told of; returns whether it is one."""
        kind, *what = event
        if kind == "ask":
            ticket, *limits = what
            ask = Ask(*limits)
            self._driver.limiter.line_up(ask, _Place(self, remote, ticket, ask))
        elif kind == "paid":
            ticket, cost, tokens = what
            self._driver.limiter.leave(remote.calls.pop(ticket), _paid(cost, tokens))
        elif kind == "failed":
            ticket, failure = what
            self._driver.limiter.leave(remote.calls.pop(ticket), failure)
        elif kind == "file":
            filed.append(FiledAttempt(*what))
        elif kind == "finish":
            match, ending, decisions, rows = what
            closed.append(ClosedMatch(remote.playing[match], ending, range(decisions), rows))
        else:
            return False
        return True

    def _tell(
        self, remote: Remote, filed: Sequence[FiledAttempt], closed: Sequence[ClosedMatch]
    ) -> None:
        """Tell of what is on record now."""
        for attempt in filed:
            self._driver.attempted(attempt.bare(), attempt.model)
        for match in closed:
            self._driver.watcher.finished(match)
            self._over(remote, match.match.id)

    def _over(self, remote: Remote, match: str, *, later: bool = False) -> None:
        self._queue.done(remote.playing.pop(match), later=later)
        self._driver.tell_paused(self._queue)


@lru_cache(maxsize=1_000)
def _paid(cost: float | None, tokens: int | None) -> Completion:
    """A completion of which only the figures are known."""
    return Completion("", "stop", {"total_tokens": tokens}, cost, "", 0.0)
