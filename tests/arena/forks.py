"""Runs of the command line as processes of their own that can be killed, without importing LiteLLM
for each anew: `python -m tests.arena.forks` imports it once and forks."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self


class Forks:
    """Starts `arena …` again and again in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.arena.forks"]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        self._process = subprocess.Popen(
            command, cwd=self._folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environment,
        )  # fmt: skip
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def start(self, *arguments: str) -> int:
        """Start the command; its process id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\t".join(arguments) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def status(self) -> int:
        """Wait for the command; its exit status, negative if a signal ended it."""
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def kill_after(self, seconds: float, *arguments: str) -> int:
        """Start the command, kill it after a while; its exit status."""
        pid = self.start(*arguments)
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)
        return self.status()


def _serve() -> None:
    import litellm  # noqa: F401, PLC0415 - the forks find it imported
    import openai  # noqa: F401, PLC0415

    from arena.__main__ import main  # noqa: PLC0415

    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            sys.argv = ["arena", *line.rstrip("\n").split("\t")]
            os.dup2(2, 1)
            try:
                main()
            except SystemExit as end:
                os._exit(int(end.code or 0))
            os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    _serve()
