"""Runs that start Ray themselves, and signals to all that a terminal or `timeout` would reach."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from arena.core.signals import ENDING
from tests.arena.designs import toml
from tests.arena.kills import COMMAND, asked, asked_again, attempts, models
from tests.loopback import Loopback, Reply, answering

pytestmark = pytest.mark.soak


def started(folder: Path, url: str) -> "subprocess.Popen[str]":
    """A run on a Ray of its own, in a process group of its own."""
    (folder / "t.toml").write_text(toml(models(url)))
    command = [sys.executable, "-m", "arena", *COMMAND, "--executor", "ray"]
    environment = {**os.environ, "OPENAI_API_KEY": "sk-loopback"}
    return subprocess.Popen(
        command, cwd=folder, stderr=subprocess.PIPE, text=True, env=environment, process_group=0
    )


@pytest.mark.parametrize("end", ENDING, ids=lambda end: end.name)
def test_a_signal_to_the_whole_group_loses_no_call(tmp_path: Path, end: signal.Signals) -> None:
    with Loopback(lambda a, _n: Reply(answering(a).text, delay=5)) as server:
        program = started(tmp_path, server.url)
        asked(server, 4, patience=300)
        os.killpg(program.pid, end)
        said = program.communicate()[1]
        assert program.returncode == 128 + end, said
        assert "interrupted: finishing " in said
        assert "Traceback" not in said
        assert asked_again(server, tmp_path / "run") == 0
        assert attempts(tmp_path / "run") < 400


@pytest.mark.parametrize("seconds", [0.5, 3, 6])
def test_a_signal_while_ray_starts_ends_tidily(tmp_path: Path, seconds: float) -> None:
    with Loopback() as server:
        program = started(tmp_path, server.url)
        until = time.monotonic() + 60
        while not (tmp_path / "run" / "run.sqlite").is_file():
            assert time.monotonic() < until
            time.sleep(0.05)
        time.sleep(seconds)
        os.killpg(program.pid, signal.SIGTERM)
        said = program.communicate()[1]
        assert program.returncode == 143, said
        assert "Traceback" not in said
        assert asked_again(server, tmp_path / "run") == 0
    until = time.monotonic() + 30
    while left := started_in(tmp_path):
        assert time.monotonic() < until, f"processes outlive the run: {left}"
        time.sleep(0.1)


def started_in(folder: Path) -> list[str]:
    """Process ids of what works in a folder: Ray's processes, too, keep that of the run."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has just ended
            if (process / "cwd").readlink() == folder:
                found.append(process.name)
    return found
