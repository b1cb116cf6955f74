"""A real dashboard: the process that `arena dashboard` becomes."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.data.runs import SETTINGS

PATIENCE = 240.0
"""Seconds that anything may take on a busy machine."""

_LINK = re.compile(r"^Dashboard: (\S+) ", re.MULTILINE)


@contextmanager
def serving(root: Path, log: Path, *options: str, **environment: str) -> Iterator[str]:
    """The dashboard as a process.

    Args:
        root: folder of runs.
        log: file for what the process says.
        options: of the command, besides ours.
        environment: variables besides ours.

    Yields:
        The link that it prints.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "arena", "dashboard"]
    command += ["--runs", str(root), "--port", str(port), *options]
    inherited = {key: value for key, value in os.environ.items() if key != SETTINGS}
    with (
        log.open("wb") as file,
        subprocess.Popen(
            command, stdout=file, stderr=file, env={**inherited, **environment}
        ) as process,
    ):
        try:
            yield _printed(log, process)
        finally:
            process.terminate()


def _printed(log: Path, process: "subprocess.Popen[bytes]") -> str:
    end = time.monotonic() + PATIENCE
    while (found := _LINK.search(log.read_text(encoding="utf-8"))) is None:
        assert process.poll() is None, "the dashboard has ended"
        assert time.monotonic() < end, "the dashboard does not answer"
        time.sleep(0.05)
    return found[1]
