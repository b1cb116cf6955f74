"""Matches on a Ray cluster: the one module that imports Ray.

A few actors run the same worker as a single process does. They own no state: they request every
call from the driver, and send every attempt and result to the driver, which alone writes. If a
worker dies, only its calls in flight are lost. Another worker restarts its matches from the record.
A call of Ray's takes the driver about a millisecond of the processor, so messages are gathered.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from arena.core.signals import catch_again
from arena.core.types import Match
from arena.design.destinations import variables
from arena.design.tournament import Tournament
from arena.engine.driver import Driver
from arena.engine.options import RunOptions
from arena.engine.queue import Queue
from arena.engine.ray_access import access
from arena.engine.ray_worker import GATHER, GRACE, Actor
from arena.engine.reports import Remote, Reports
from arena.record.dialects import dialects
from games import BadInput

_PATIENCE = 20.0
"""Seconds in which an unreachable worker may return."""
_FAILURES = 5
"""Largest number of workers that die in a row without progress."""


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
        self._reports = Reports(driver, queue)
        self._share = max(1, -(-queue.places // how.workers))
        self._failures = 0

    async def serve(self) -> None:
        """Keep one worker busy until no match is left."""
        while (match := await self._queue.take()) is not None:
            remote = Remote(self._start())
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

    def _give(self, remote: Remote, match: Match) -> None:
        remote.playing[match.id] = match
        given = self._driver.beginnings.get(match.id)
        remote.tell("play", match, self._driver.recorded(match), given)

    async def _hand_out(self, remote: Remote) -> None:
        """Hand out matches while the worker has capacity; returns when no match is left."""
        while True:
            while len(remote.playing) < self._share and (match := self._queue.next()) is not None:
                self._give(remote, match)
            if not remote.playing and self._queue.over:
                return
            await self._queue.change()

    async def _speak(self, remote: Remote) -> None:
        """Send commands that no exchange has taken along meanwhile; to an idle worker, soon."""
        while True:
            await remote.told.wait()
            idle = len(remote.calls) <= len(remote.outbox)
            until = remote.since + (GRACE if idle else GATHER)
            wait = until - asyncio.get_running_loop().time()
            if wait > 0:
                await asyncio.sleep(wait)
            elif remote.outbox:
                remote.delivered += 1
                parcel = remote.parcel()
                await self._patiently(remote.actor.deliver.remote, remote.delivered, parcel)

    async def _listen(self, remote: Remote) -> None:
        """Exchange commands for the reports of a worker."""
        while True:
            remote.exchanged += 1
            about = (remote.exchanged, remote.parcel(), remote.taken)
            report = await self._patiently(remote.actor.exchange.remote, *about)
            self._reports.take(remote, report)
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

    async def shut_down(self, remote: Remote, tasks: list["asyncio.Task[None]"]) -> None:
        """End a worker: requeue its matches, and drop its requests."""
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._ray.kill(remote.actor)
        self._reports.drop(remote)
