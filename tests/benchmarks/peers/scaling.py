"""The driver of a cluster beside fake workers; prints one JSON object.

Arguments: workers, calls in flight, seconds of a call, and calls that are measured. The driver is
that of a run on Ray, with its record on disk; the workers are in another process, see
`fake_workers`, and a socket stands for Ray.
"""

import asyncio
import json
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType, SimpleNamespace
from typing import Any

from agents.core.models.lite import LiteModel
from agents.core.models.model import Completion, Request
from arena.core.types import Transcript
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.runner import run
from tests import ROOT
from tests.arena.designs import Silent
from tests.benchmarks.peers.engine import ROUNDS, design
from tests.benchmarks.peers.fake_workers import Pattern, receive, send
from tests.benchmarks.peers.provider import ANSWER

MODEL = "openai/m"

WINDOW = 10_000
"""Calls that are measured together. The least time of the processor counts: others only add."""


class Lost(Exception):
    """Never raised: no fake worker dies."""


class StandIn(ModuleType):
    """Stands for Ray: hands calls of workers' methods to another process.

    Args:
        pattern: what the workers repeat.
    """

    exceptions = SimpleNamespace(RayError=Lost, ActorUnavailableError=Lost)

    def __init__(self, pattern: Pattern) -> None:
        super().__init__("ray")
        self._pattern = pattern
        self._here, there = socket.socketpair()
        command = [sys.executable, "-m", "tests.benchmarks.peers.fake_workers", str(there.fileno())]
        self._process = subprocess.Popen(command, pass_fds=[there.fileno()], cwd=ROOT)
        there.close()
        self._workers, self.calls = count(), 0
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._opening: asyncio.Task[asyncio.StreamWriter] | None = None

    def is_initialized(self) -> bool:
        """It is there."""
        return True

    def kill(self, _: object) -> None:
        """They end with their process."""

    def remote(self, **_options: Any) -> Callable[[type], Any]:
        """Makes workers."""
        return lambda _: SimpleNamespace(remote=self._worker)

    def _worker(self, *_: Any, **_options: Any) -> SimpleNamespace:
        number = next(self._workers)
        methods = ("exchange", "deliver")
        far = {name: SimpleNamespace(remote=partial(self._call, number, name)) for name in methods}
        return SimpleNamespace(**far)

    async def _call(self, worker: int, method: str, *arguments: Any) -> Any:
        if self._opening is None:
            self._opening = asyncio.create_task(self._open())
        writer = await self._opening
        self.calls = number = self.calls + 1
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        send(writer, (number, worker, method, arguments))
        return await answer

    async def _open(self) -> asyncio.StreamWriter:
        reader, writer = await asyncio.open_connection(sock=self._here)
        send(writer, self._pattern)
        self._listening = asyncio.create_task(self._listen(reader))
        return writer

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while True:
            number, reply = await receive(reader)
            self._answers.pop(number).set_result(reply)


class Meter(Silent):
    """A watcher that takes the time of the processor and of the clock, every `WINDOW` attempts.

    Args:
        first: number of the attempt before what is measured.
        last: number of the last attempt.
    """

    def __init__(self, first: int, last: int) -> None:
        self._marks, self.seen = range(first, last + 1, WINDOW), 0
        self.times: list[tuple[float, float]] = []

    def attempted(self, attempt: object, model: str) -> None:  # noqa: ARG002 - only when
        """Count it."""
        self.seen += 1
        if self.seen in self._marks:
            self.times.append((time.process_time(), time.monotonic()))


class Keeper(Silent):
    """A watcher that keeps the match played last."""

    def finished(self, transcript: object) -> None:
        """Keep it."""
        self.transcript = transcript


def pattern(folder: Path, seconds: float) -> Pattern:
    """A match of the design, played with canned replies."""
    usual, keeper = LiteModel.complete, Keeper()
    usage = {"prompt_tokens": 300, "completion_tokens": 7, "total_tokens": 307}

    async def at_once(self: LiteModel, request: Request) -> Completion:  # noqa: ARG001 - a method
        return Completion(ANSWER, "stop", usage, 0.0001, "m", seconds)

    LiteModel.complete = at_once  # type: ignore[method-assign]
    try:
        how = RunOptions(preflight=False, limit=1)
        run(Tournament(design("http://127.0.0.1:9/v1", 4 * ROUNDS)), folder, keeper, how=how)
    finally:
        LiteModel.complete = usual  # type: ignore[method-assign]
    assert isinstance(keeper.transcript, Transcript)
    return Pattern(keeper.transcript, MODEL, seconds)


def figures(workers: int, flight: int, seconds: float, calls: int) -> dict[str, float]:
    """Calls per second of the clock, microseconds of the driver's processor for a call, calls for
    each call of a worker's methods, and megabytes."""
    os.environ["OPENAI_API_KEY"] = "none"
    warm = 4 * flight
    data = design("http://127.0.0.1:9/v1", warm + calls + 2 * flight)
    data["concurrency"] = flight
    meter = Meter(warm, warm + calls)
    with TemporaryDirectory() as folder:
        stand_in = sys.modules["ray"] = StandIn(pattern(Path(folder) / "pattern", seconds))
        how = RunOptions(preflight=False, executor="ray", workers=workers)
        run(Tournament(data), Path(folder) / "run", meter, how=how)
    worked, clock = zip(*meter.times, strict=True)
    own = min(after - before for before, after in pairwise(worked)) / WINDOW
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = {"clock": calls / (clock[-1] - clock[0]), "µs": own * 1e6, "MB": memory}
    return found | {"calls": meter.seen / stand_in.calls}


if __name__ == "__main__":
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    many, flight, seconds, calls = sys.argv[1:]
    found = figures(int(many), int(flight), float(seconds), int(calls))
    sys.stdout.write(json.dumps(found) + "\n")
