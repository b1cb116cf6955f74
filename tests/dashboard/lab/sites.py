"""Labs that serve, in this process and as processes of their own."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self

from arena.lab.pages import Desk
from dashboard.lab.app import application
from dashboard.lab.links import Links
from dashboard.lab.server import listen, served
from dashboard.lab.settings import Settings
from tests.dashboard.serving import PATIENCE

LINKS = Links(b"s" * 32)
_STARTING = 4 * PATIENCE
"""Seconds that a lab may take to serve; with models, a busy machine needs one minute."""

_LINK = re.compile(r"^Link for all participants: (\S+)/$", re.MULTILINE)


@asynccontextmanager
async def site(desk: Desk, **changes: Any) -> AsyncIterator[str]:
    """The application over a desk, in this process; its origin."""
    with listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        origin = f"http://127.0.0.1:{port}"
        settings = Settings(**{"public": origin, "port": port} | changes)
        async with served(application(desk, LINKS, settings), listening):
            yield origin


@contextmanager
def site_beside(desk: Desk, **changes: Any) -> Iterator[str]:
    """The same in a thread, for tests that wait for a browser."""
    origins: list[str] = []
    ready, over = Event(), Event()

    async def whole() -> None:
        async with site(desk, **changes) as origin:
            origins.append(origin)
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = Thread(target=asyncio.run, args=(whole(),))
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield origins[0]
    finally:
        over.set()
        thread.join()


class LabProcess:
    """`arena lab`, which can be killed and started again.

    Args:
        design: file of the tournament.
        folder: of the run.
        options: of the command.
    """

    def __init__(self, design: Path, folder: Path, *options: str) -> None:
        self.folder = folder
        self._log = folder.with_suffix(".log")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._command = [sys.executable, "-m", "arena", "lab", str(design), "--out", str(folder)]
        self._command += ["--port", str(self.port), *options]
        self._process: subprocess.Popen[bytes] | None = None
        self.origin = ""

    def start(self) -> None:
        """Begin, or go on; returns once it serves."""
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, env=os.environ)
        end = time.monotonic() + _STARTING
        while "Ctrl-C ends" not in self.said():
            assert self._process.poll() is None, self.said()
            assert time.monotonic() < end, "the lab does not serve"
            time.sleep(0.05)
        if found := _LINK.search(self.said()):
            self.origin = found[1]

    def said(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal; the exit status."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(PATIENCE)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self.end(signal.SIGKILL)
