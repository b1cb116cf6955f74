"""Matches on a Ray cluster: the one module that imports Ray.

A few actors run the same worker as a single process does. They own no state: they request every
call from the driver, and send every attempt and result to the driver, which alone writes. If a
worker dies, only its calls in flight are lost. Another worker restarts its matches from the record.
"""

import asyncio
import itertools
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from agents.core.models.gate import Ask, Halted, Rejected
from agents.core.models.model import Completion, Failure
from agents.core.models.pool import ModelPool
from agents.core.strategies.functions import restore
from agents.core.types import Attempt
from arena.core.signals import catch_again
from arena.core.types import Match, Transcript
from arena.design.destinations import variables
from arena.design.tournament import Tournament
from arena.engine.beginning import Beginning
from arena.engine.driver import Driver
from arena.engine.options import RunOptions
from arena.engine.queue import Queue
from arena.engine.ray_access import access
from arena.engine.seating import Recorded
from arena.engine.worker import Worker
from arena.record.dialects import dialects
from games import BadInput

_GATHER = 0.005
"""Seconds in which a worker gathers events into one report."""
_PATIENCE = 20.0
"""Seconds in which an unreachable worker may return."""
_FAILURES = 5
"""Largest number of workers that die in a row without progress."""

Event = tuple[Any, ...]
"""From a worker: ("ask", ticket, ask), ("settle", ticket, outcome), ("file", …), ("finish", …),
("open", match, whether to play it later), ("error", match, message, whether the user can mend it).
"""


class Actor:
    """A worker process: plays its matches, and reports."""

    def __init__(
        self,
        data: dict[str, Any],
        environment: dict[str, str],
        functions: Sequence[str],
        **pool: Any,  # noqa: ANN401
    ) -> None:
        os.environ.update(environment)
        for name in functions:
            restore(name)
        self._tournament = Tournament(data)
        self._events: list[Event] = []
        self._taken = self._heard = 0
        self._news = asyncio.Event()
        self._tickets = itertools.count()
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._entered: dict[int, int] = {}
        self._pool = ModelPool(self, self._tournament.prices, **pool)
        self._worker = Worker(self._tournament, self._pool, self)
        self._tasks: set[asyncio.Task[None]] = set()

    # Methods called by the driver

    async def deliver(self, number: int, commands: list[tuple[Any, ...]]) -> None:
        """Receive commands of the driver: matches to play, permissions and refusals of calls.

        Args:
            number: number of the parcel; the driver resends a parcel without confirmation.
            commands: content of the parcel.
        """
        if number <= self._heard:
            return
        self._heard = number
        for kind, what, more in commands:
            if kind == "play":
                task = asyncio.create_task(self._play(what, *more))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            elif (place := self._waiting.pop(what, None)) is not None and not place.done():
                if kind == "go":
                    place.set_result(None)
                else:
                    place.set_exception(Halted(more))

    async def collect(self, taken: int) -> list[Event]:
        """Events since the last report; waits until there is one.

        Args:
            taken: number of events that the driver has received; earlier events can be discarded.
        """
        del self._events[: max(0, taken - self._taken)]
        self._taken = max(taken, self._taken)
        while not self._events:
            self._news.clear()
            await self._news.wait()
        await asyncio.sleep(_GATHER)
        return list(self._events)

    async def _play(self, match: Match, recorded: Recorded, beginning: Beginning | None) -> None:
        try:
            await self._worker.play(match, recorded, beginning=beginning)
        except Halted as error:
            self._say("open", match, isinstance(error, Rejected))
        except Exception as error:  # noqa: BLE001 - raised again by the driver
            self._say("error", match, f"{error}", isinstance(error, BadInput))

    # Methods called by the worker, as a gate and a recorder

    async def enter(self, ask: Ask) -> None:
        """Request permission for a call from the driver."""
        ticket = next(self._tickets)
        place = self._waiting[ticket] = asyncio.get_running_loop().create_future()
        self._say("ask", ticket, ask)
        await place
        self._entered[id(ask)] = ticket

    def leave(self, ask: Ask, outcome: Completion | Failure | None) -> None:
        """Report the outcome of a call to the driver; its text goes with the attempt."""
        self._say("settle", self._entered.pop(id(ask)), outcome and _bare(outcome))

    def file(
        self, match: Match, seat: int, turn: int, number: int, attempt: Attempt, model: str
    ) -> None:
        """Send an attempt to the driver for the record."""
        self._say("file", match, seat, turn, number, attempt, model)

    def finish(self, transcript: Transcript) -> None:
        """Send a match to the driver for the record."""
        self._say("finish", transcript)

    def _say(self, *event: Any) -> None:  # noqa: ANN401
        self._events.append(event)
        self._news.set()


def _bare(outcome: Completion | Failure) -> Completion | Failure:
    """An outcome without its text, which is sent in another event."""
    if isinstance(outcome, Failure):
        return outcome
    return Completion("", outcome.stop, outcome.usage, outcome.cost, outcome.served_model, 0.0)


@dataclass
class _Remote:
    """The driver's state of a worker.

    Args:
        actor: handle of the worker.
        playing: its matches.
        calls: its calls in flight, by ticket.
        asking: its calls that wait for permission.
        outbox: commands not sent yet.
        sent: number of parcels sent.
        taken: number of events received.
    """

    actor: Any
    playing: dict[str, Match] = field(default_factory=dict)
    calls: dict[int, Ask] = field(default_factory=dict)
    asking: set["asyncio.Task[None]"] = field(default_factory=set)
    outbox: list[tuple[Any, ...]] = field(default_factory=list)
    sent: int = 0
    taken: int = 0
    told: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, *command: Any) -> None:  # noqa: ANN401
        """Send a command with the next parcel."""
        self.outbox.append(command)
        self.told.set()


async def play(driver: Driver, queue: Queue, how: RunOptions) -> None:
    """Play a queue on a cluster.

    Raises:
        BadInput: there is no cluster at the address, a model cannot be used, or workers keep dying.
    """
    _functions(driver.tournament)
    with access(how.address):
        await _play(driver, queue, how)


async def _play(driver: Driver, queue: Queue, how: RunOptions) -> None:
    import ray  # noqa: PLC0415 - loading it takes seconds

    mine = not ray.is_initialized()
    if mine:
        with _apart(ray):
            _connect(ray, how)
        if driver.interruption.came:
            signal.alarm(0)  # Ray's handler has set an alarm that aborts this process
    try:
        crew = _Crew(ray, driver, queue, how)
        await driver.finish_all([asyncio.create_task(crew.serve()) for _ in range(how.workers)])
    finally:
        if mine:
            ray.shutdown()
            catch_again()


@contextmanager
def _apart(ray: Any) -> Iterator[None]:  # noqa: ANN401 - Ray is loaded when needed
    """Start Ray's processes in process groups of their own, and keep our signal handlers.

    A terminal, `timeout` and a shell send signals to whole groups. Without groups of their own,
    Ray's processes would end with calls in flight. Ray also catches SIGTERM in this process, in
    Python and in C++, and aborts it three seconds later.
    """
    services, utils = ray._private.services, ray._private.utils  # noqa: SLF001 - no public way
    popen, catch = services.ConsolePopen, utils.set_sigterm_handler
    services.ConsolePopen = partial(popen, process_group=0)
    utils.set_sigterm_handler = lambda handler: None  # noqa: ARG005
    try:
        yield
    finally:
        services.ConsolePopen, utils.set_sigterm_handler = popen, catch
        catch_again()


def _connect(ray: Any, how: RunOptions) -> None:  # noqa: ANN401 - Ray is loaded when needed
    own = {"num_cpus": how.workers, "include_dashboard": False} if how.address is None else {}
    try:
        ray.init(address=how.address or "local", log_to_driver=False, logging_level="ERROR", **own)
    except Exception as error:  # noqa: BLE001 - a bare one where a node does not start in time
        line = " ".join(str(error).split())
        raise BadInput(f"there is no Ray cluster at {how.address or 'local'!r}: {line}") from None


def _functions(tournament: Tournament) -> list[str]:
    """Names of the functions that decide for contestants. Workers import their modules.

    Raises:
        BadInput: a function is in no importable module.
    """
    names = [spec.code() for _, spec in tournament.contestants.values()]
    functions = [name for name in names if name is not None]
    for name in functions:
        if name.startswith("__main__:"):
            raise BadInput(
                f"function {name} cannot be played on Ray: its workers import a module, so put it "
                "into a file of its own"
            )
    return functions


class _Crew:
    """The workers of a run, each replaced when it dies."""

    def __init__(self, ray: Any, driver: Driver, queue: Queue, how: RunOptions) -> None:  # noqa: ANN401
        self._ray = ray
        self._driver = driver
        self._queue = queue
        self._share = max(1, -(-queue.places // how.workers))
        self._failures = 0

    async def serve(self) -> None:
        """Keep one worker busy until no match is left."""
        while (match := await self._queue.take()) is not None:
            remote = _Remote(self._start())
            self._give(remote, match)
            tasks = [
                asyncio.create_task(work(remote))
                for work in (self._hand_out, self._speak, self._listen)
            ]
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            except self._ray.exceptions.RayError as error:
                self._failures += 1
                self._driver.note("worker", f"died: {type(error).__name__}; its matches go on")
                if self._failures > _FAILURES:
                    raise BadInput(f"workers keep dying: {' '.join(str(error).split())}") from None
            finally:
                await self.shut_down(remote, tasks)

    def _start(self) -> Any:  # noqa: ANN401 - a handle of Ray's
        pool = {
            "capped": self._driver.limiter.cap is not None,
            "counted": [m for m, b in self._driver.bounds.items() if b.tokens is not None],
            "slots": self._driver.tournament.concurrency,
            "dialects": dialects(self._driver.store),
            "allowed": self._driver.allowed,
        }
        # Placed by memory and load, not by processors: a worker mostly waits.
        remote = self._ray.remote(num_cpus=0, max_concurrency=1000, scheduling_strategy="SPREAD")
        names = variables(self._driver.tournament)
        environment = {name: os.environ[name] for name in names if name in os.environ}
        return remote(Actor).remote(
            self._driver.tournament.data, environment, _functions(self._driver.tournament), **pool
        )

    def _give(self, remote: _Remote, match: Match) -> None:
        remote.playing[match.id] = match
        given = self._driver.beginnings.get(match.id)
        remote.tell("play", match, (self._driver.recorded(match), given))

    async def _hand_out(self, remote: _Remote) -> None:
        """Hand out matches while the worker has capacity; returns when no match is left."""
        while True:
            while len(remote.playing) < self._share and (match := self._queue.next()) is not None:
                self._give(remote, match)
            if not remote.playing and self._queue.over:
                return
            await self._queue.change()

    async def _speak(self, remote: _Remote) -> None:
        """Send the pending commands of a worker, in parcels."""
        while True:
            await remote.told.wait()
            remote.told.clear()
            parcel, remote.outbox = remote.outbox, []
            remote.sent += 1
            await self._patiently(remote.actor.deliver.remote, remote.sent, parcel)

    async def _listen(self, remote: _Remote) -> None:
        """Receive the reports of a worker."""
        while True:
            for event in await self._patiently(remote.actor.collect.remote, remote.taken):
                remote.taken += 1
                self._happened(remote, *event)
            self._failures = 0

    async def _patiently(self, call: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401
        """The result of a call; repeated if the worker is unreachable for a moment.

        A repeated call may already have been executed. Workers recognise repeated calls.
        """
        until = asyncio.get_running_loop().time() + _PATIENCE
        while True:
            try:
                return await call(*arguments)
            except self._ray.exceptions.ActorUnavailableError:
                if asyncio.get_running_loop().time() > until:
                    raise
                await asyncio.sleep(0.2)

    def _happened(self, remote: _Remote, kind: str, *what: Any) -> None:  # noqa: ANN401
        if kind == "ask":
            task = asyncio.create_task(self._admit(remote, *what))
            remote.asking.add(task)
            task.add_done_callback(remote.asking.discard)
        elif kind == "settle":
            ticket, outcome = what
            self._driver.limiter.leave(remote.calls.pop(ticket), outcome)
        elif kind == "file":
            self._driver.file(*what)
        elif kind == "finish":
            self._driver.finish(what[0])
            self._over(remote, what[0].match)
        else:
            self._over(remote, what[0], later=kind == "open" and what[1])
            if kind == "error":
                self._driver.fail(BadInput(what[1]) if what[2] else RuntimeError(what[1]))

    def _over(self, remote: _Remote, match: Match, *, later: bool = False) -> None:
        del remote.playing[match.id]
        self._queue.done(match, later=later)
        self._driver.tell_paused(self._queue)

    async def _admit(self, remote: _Remote, ticket: int, ask: Ask) -> None:
        try:
            await self._driver.limiter.enter(ask)
        except Halted as error:
            remote.tell("no", ticket, str(error))
            return
        remote.calls[ticket] = ask
        remote.tell("go", ticket, None)

    async def shut_down(self, remote: _Remote, tasks: list["asyncio.Task[None]"]) -> None:
        """End a worker: requeue its matches, and drop its requests."""
        for task in (*tasks, *remote.asking):
            task.cancel()
        await asyncio.gather(*tasks, *remote.asking, return_exceptions=True)
        self._ray.kill(remote.actor)
        for ask in remote.calls.values():
            self._driver.limiter.leave(ask, None)
        for match in remote.playing.values():
            self._queue.done(match, again=True)
