"""The command line as a process of its own that can be killed, without importing LiteLLM for each
anew: `python -m tests.arena.forks` imports it once and forks."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True)
class Done:
    """What came of a command.

    Args:
        status: its exit status; negative if a signal ended it.
        said: what it wrote, to either stream.
    """

    status: int
    said: str


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
        """Start the command in a folder, in the environment as it is now."""
        said = folder / f"said {time.monotonic_ns()}.txt"
        said.touch()  # a program may be killed before it has said anything
        what = [str(folder), str(said), dict(os.environ), list(map(str, arguments))]
        return Program(self, self.ask(*what), said)

    def run(self, folder: Path, *arguments: object) -> Done:
        """Start the command and wait for it."""
        return self.start(folder, *arguments).wait()

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

    @property
    def said(self) -> str:
        """What it has written so far."""
        return self.out.read_text()

    def says(self, words: str) -> None:
        """Wait until it has written some words."""
        until = time.monotonic() + 60
        while words not in self.said:
            assert time.monotonic() < until, self.said
            time.sleep(0.01)

    def send(self, what: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, what)

    def wait(self) -> Done:
        """Wait for its end."""
        return Done(self.forks.ask(self.pid), self.said)

    def kill(self) -> int:
        """Kill it; its exit status, in case that it had ended before."""
        self.send(signal.SIGKILL)
        return self.wait().status


def _serve() -> None:
    import litellm  # noqa: F401, PLC0415 - the forks find it imported
    import openai  # noqa: F401, PLC0415

    import arena.__main__  # noqa: PLC0415
    import arena.cli.playing  # noqa: PLC0415
    import arena.cli.runs  # noqa: PLC0415
    import arena.engine.runner  # noqa: F401, PLC0415

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until the program catches it itself
    for line in sys.stdin:
        match json.loads(line):
            case [int(pid)]:
                answer = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            case what:
                answer = os.fork() or _become(*what)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _become(folder: str, said: str, environment: dict[str, str], arguments: list[str]) -> int:
    """Be the command; does not come back."""
    from arena.__main__ import main  # noqa: PLC0415

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    written = os.open(said, os.O_WRONLY | os.O_CREAT)
    os.dup2(written, 1)
    os.dup2(written, 2)
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
    os._exit(status)


if __name__ == "__main__":
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    _serve()
