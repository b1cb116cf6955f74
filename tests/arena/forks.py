"""The command line as a process of its own that can be killed, without importing LiteLLM for each
anew: `python -m tests.arena.forks` imports it once and forks."""

import atexit
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from tempfile import TemporaryDirectory
from typing import Any, Self

PATIENCE = 600
"""Seconds after which something hangs; on a busy machine the start of a program takes minutes."""

AWAKE = {"RAY_worker_niceness": "0"}
"""Of a Ray cluster whose workers do not starve beside other tests."""


@dataclass(frozen=True)
class Done:
    """What came of a command.

    Args:
        status: its exit status; negative if a signal ended it.
        said: what it wrote to standard output.
        blamed: what it wrote to standard error, if that was kept apart.
    """

    status: int
    said: str
    blamed: str = ""


class Forks:
    """Starts `arena …` again and again."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.arena.forks"]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def start(self, folder: Path, *arguments: object) -> "Program":
        """Start the command in a folder, in the environment as it is now.

        What it writes goes into one file of that folder.
        """
        said = folder / f"said {time.monotonic_ns()}.txt"
        return self._start(folder, said, said, dict(os.environ), arguments)

    def run(self, folder: Path, *arguments: object) -> Done:
        """Start the command and wait for it."""
        return self.start(folder, *arguments).wait()

    def apart(self, folder: Path, *arguments: object, **env: str) -> Done:
        """Start the command, wait for it, and keep what it writes to each stream apart."""
        with TemporaryDirectory() as kept:
            streams = Path(kept) / "out", Path(kept) / "err"
            return self._start(folder, *streams, {**os.environ, **env}, arguments).wait()

    def _start(
        self,
        folder: Path,
        out: Path,
        err: Path,
        environment: dict[str, str],
        arguments: Sequence[object],
    ) -> "Program":
        for stream in (out, err):
            stream.touch()  # a program may be killed before it has said anything
        what = [str(folder), str(out), str(err), environment, list(map(str, arguments))]
        return Program(self, self.ask(*what), out, err)

    def ask(self, *what: Any) -> int:
        """Have something done by the process that forks."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@dataclass(frozen=True)
class Program:
    """A command that was started."""

    forks: Forks
    pid: int
    out: Path
    err: Path

    @property
    def said(self) -> str:
        """What it has written so far."""
        return self.out.read_text()

    def says(self, words: str) -> None:
        """Wait until it has written some words."""
        until = time.monotonic() + PATIENCE
        while words not in self.said:
            assert time.monotonic() < until, self.said
            time.sleep(0.01)

    def send(self, what: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, what)

    def wait(self) -> Done:
        """Wait for its end."""
        status = self.forks.ask(self.pid)
        return Done(status, self.said, self.err.read_text() if self.err != self.out else "")

    def kill(self) -> int:
        """Kill it; its exit status, in case that it had ended before."""
        self.send(signal.SIGKILL)
        return self.wait().status


@cache
def forks() -> Forks:
    """The one process that forks for this one, for as long as this one lasts."""
    started = Forks().__enter__()
    atexit.register(started.__exit__)
    return started


_NOT = ("arena.bridges", "arena.engine.cluster", "arena.plots", "arena.testing", "arena.templates")
"""Modules that few commands load, with all that they load."""


def _warm() -> None:
    """Import what commands load, and read what they read of the program, so that forks have it."""
    import litellm  # noqa: F401, PLC0415
    import openai  # noqa: F401, PLC0415

    import agents  # noqa: PLC0415
    import arena  # noqa: PLC0415
    import games  # noqa: PLC0415
    import ratings  # noqa: PLC0415
    from prompts import catalogue  # noqa: PLC0415
    from ratings.core.human.studies import baselines  # noqa: PLC0415

    for package in (arena, ratings):
        for each in walk_packages(package.__path__, f"{package.__name__}.", onerror=None):
            if not each.name.startswith(_NOT):
                import_module(each.name)
    for registry in (games.REGISTRY, agents.REGISTRY, ratings.REGISTRY):
        registry.usable()
    catalogue()
    baselines()


def _serve() -> None:
    _warm()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until the program catches it itself
    for line in sys.stdin:
        match json.loads(line):
            case [int(pid)]:
                answer = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            case what:
                answer = os.fork() or _become(*what)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _become(
    folder: str, out: str, err: str, environment: dict[str, str], arguments: list[str]
) -> int:
    """Be the command; does not come back."""
    from arena.__main__ import main  # noqa: PLC0415

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    written = os.open(out, os.O_WRONLY | os.O_APPEND)
    os.dup2(written, 1)
    os.dup2(written if err == out else os.open(err, os.O_WRONLY | os.O_APPEND), 2)
    sys.argv = ["arena", *arguments]
    status = 0
    try:
        main()
    except SystemExit as end:
        status = int(end.code or 0)
    except BaseException:  # noqa: BLE001 - as an interpreter ends
        sys.excepthook(*sys.exc_info())
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    _serve()
