"""Runs killed at random instants, disks that fill, two processes in one folder."""

import os
import pty
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from arena.core.signals import ENDING
from arena.engine.verify import problems
from arena.record.place import FILE
from arena.record.run import Run
from arena.report.run_summary import log_lines
from tests.arena.designs import arena, design, toml
from tests.arena.forks import PATIENCE, Forks
from tests.arena.kills import (
    COMMAND,
    Rows,
    asked,
    asked_again,
    attempts,
    check,
    end_often,
    models,
)
from tests.loopback import Loopback, Reply, answering


def slowly(asked: Mapping[str, Any], number: int) -> Reply:
    return Reply(answering(asked, number).text, delay=0.01)


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")


ENDS = (signal.SIGKILL, *ENDING)


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.name)
def test_a_run_that_is_ended_twice_loses_nothing(
    forks: Forks, tmp_path: Path, short: Rows, end: signal.Signals
) -> None:
    end_often(forks, tmp_path, end, 2, repetitions=2).settle(short)


@pytest.mark.soak
@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.name)
def test_a_run_that_is_ended_twenty_five_times_loses_nothing(
    forks: Forks, tmp_path: Path, long: Rows, end: signal.Signals, figures: Callable[[str], None]
) -> None:
    figures(f"{end.name}: {end_often(forks, tmp_path, end, 25).settle(long)}")


@pytest.mark.parametrize("megabytes", [0.1, 0.3])
def test_a_full_disk_ends_in_one_line_and_the_run_goes_on(tmp_path: Path, megabytes: float) -> None:
    """The bound on the size of files stands for the disk."""
    (tmp_path / "t.toml").write_text(toml(design(repetitions=60)))
    size = int(megabytes * 1e6)

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    done = subprocess.run(
        [sys.executable, "-m", "arena", *COMMAND], cwd=tmp_path, capture_output=True, text=True,
        check=False, preexec_fn=bounded,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    (line,) = (line for line in done.stderr.splitlines() if line.startswith("arena: "))
    assert "run.sqlite cannot be" in line
    assert "Traceback" not in done.stderr
    assert arena(*COMMAND, cwd=tmp_path).returncode == 0
    check(tmp_path / "run", 720)


def test_readers_never_stop_the_writer(tmp_path: Path) -> None:
    """A reader that keeps the file open and reads on and on sees a run that grows and fits."""
    over, seen = threading.Event(), []

    def read() -> None:
        while not over.wait(0.02):
            if (tmp_path / "run" / FILE).is_file():
                found = Run(tmp_path / "run")
                matches = list(found.matches())
                assert list(problems(found)) == []
                seen.append(len(matches))
                found.close()

    (tmp_path / "t.toml").write_text(toml(design(repetitions=100)))
    process = subprocess.Popen([sys.executable, "-m", "arena", *COMMAND], cwd=tmp_path)
    failed: list[BaseException] = []

    def guarded() -> None:
        try:
            until = time.monotonic() + PATIENCE
            while not (tmp_path / "run" / "run.sqlite-wal").is_file():
                assert time.monotonic() < until
                time.sleep(0.01)
            time.sleep(0.2)
            read()
        except BaseException as error:  # noqa: BLE001 - raised again below
            failed.append(error)

    reader = threading.Thread(target=guarded)
    reader.start()
    assert process.wait(timeout=120) == 0
    over.set()
    reader.join()
    assert not failed, failed
    assert seen == sorted(seen)


def test_a_second_process_is_refused_in_one_line(forks: Forks, tmp_path: Path) -> None:
    with Loopback(slowly) as server:
        (tmp_path / "t.toml").write_text(toml(models(server.url)))
        first = forks.start(tmp_path, *COMMAND)
        asked(server, 1)
        second = forks.run(tmp_path, *COMMAND)
        assert second.status == 2
        assert "is in use: another process is playing this run" in second.said
        assert first.wait().status == 0
    check(tmp_path / "run", 20)


@pytest.mark.parametrize("end", ENDING, ids=lambda end: end.name)
def test_a_signal_finishes_the_calls_in_flight(
    forks: Forks, tmp_path: Path, end: signal.Signals
) -> None:
    with Loopback(lambda a, _n: Reply(answering(a).text, delay=0.3)) as server:
        (tmp_path / "t.toml").write_text(toml(models(server.url, 1)))
        program = forks.start(tmp_path, *COMMAND)
        asked(server, 4)
        program.send(end)
        done = program.wait()
        assert done.status == 128 + end
        finishing, *_, last = done.said.splitlines()
        assert re.fullmatch(
            r"interrupted: finishing \d+ calls in flight, at most 120 s; "
            "interrupt again to end at once",
            finishing,
        )
        assert last == "Interrupted. Run the same command again to go on."
        assert "Traceback" not in done.said
        assert asked_again(server, tmp_path / "run") == 0, "all in flight are on record"
        server.script = answering
        assert forks.run(tmp_path, *COMMAND).status == 0
        assert asked_again(server, tmp_path / "run") == 0
    check(tmp_path / "run", 2)


@pytest.mark.parametrize(("first", "second"), [(signal.SIGINT, signal.SIGINT), ENDING[1:]])
def test_a_second_signal_ends_at_once(
    forks: Forks, tmp_path: Path, first: signal.Signals, second: signal.Signals
) -> None:
    with Loopback(lambda a, _n: Reply(answering(a).text, delay=30)) as server:
        (tmp_path / "t.toml").write_text(toml(models(server.url)))
        program = forks.start(tmp_path, *COMMAND)
        asked(server, 4)
        program.send(first)
        program.says("finishing")
        time.sleep(0.25)
        began = time.monotonic()
        program.send(second)
        assert program.wait().status == 128 + second
        assert time.monotonic() - began < 5
        server.closing.set()


def test_a_signal_that_comes_twice_in_a_row_is_one(forks: Forks, tmp_path: Path) -> None:
    """A closed terminal sends SIGHUP, and so does its shell."""
    with Loopback(lambda a, _n: Reply(answering(a).text, delay=0.5)) as server:
        (tmp_path / "t.toml").write_text(toml(models(server.url)))
        program = forks.start(tmp_path, *COMMAND)
        asked(server, 4)
        program.send(signal.SIGHUP)
        time.sleep(0.05)
        program.send(signal.SIGHUP)
        assert program.wait().status == 128 + signal.SIGHUP
        assert asked_again(server, tmp_path / "run") == 0


def test_a_signal_ends_matches_that_are_played_as_arrays(forks: Forks, tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(toml(design(repetitions=200_000, record="outcomes")))
    program = forks.start(tmp_path, *COMMAND)
    until = time.monotonic() + PATIENCE
    while not (counted := matches(tmp_path / "run")):
        assert time.monotonic() < until
        time.sleep(0.02)
    program.send(signal.SIGTERM)
    assert program.wait().status == 128 + signal.SIGTERM
    assert counted <= matches(tmp_path / "run") < 2_400_000


def matches(folder: Path) -> int:
    """Number of matches on record."""
    try:
        with closing(sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM matches").fetchone()[0])
    except sqlite3.OperationalError:  # there is no record yet
        return 0


def test_nohup_stays_nohup(tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(toml(design(repetitions=100)))
    command = ["nohup", sys.executable, "-m", "arena", *COMMAND]
    program = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
    until = time.monotonic() + PATIENCE
    while not matches(tmp_path / "run"):
        assert time.monotonic() < until
        time.sleep(0.01)
    program.send_signal(signal.SIGHUP)
    assert program.wait() == 0
    assert matches(tmp_path / "run") == 1_200


def test_a_terminal_that_is_closed_costs_nothing(tmp_path: Path) -> None:
    """Nothing can be written to it any more, and its whole session is told."""
    with Loopback(lambda a, _n: Reply(answering(a).text, delay=0.3)) as server:
        (tmp_path / "t.toml").write_text(toml(models(server.url)))
        pid, terminal = pty.fork()
        if not pid:
            os.chdir(tmp_path)
            os.execv(sys.executable, [sys.executable, "-m", "arena", *COMMAND[:-1]])  # noqa: S606
        asked(server, 4)
        os.close(terminal)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 128 + signal.SIGHUP
        assert asked_again(server, tmp_path / "run") == 0


def test_calls_in_flight_get_no_longer_than_their_timeout(forks: Forks, tmp_path: Path) -> None:
    with Loopback(lambda _a, _n: Reply("yes", delay=60)) as server:
        data = models(server.url)
        data["contestants"] = [{**row, "timeout": 1} for row in data["contestants"]]
        (tmp_path / "t.toml").write_text(toml(data))
        program = forks.start(tmp_path, *COMMAND)
        asked(server, 1)
        program.send(signal.SIGTERM)
        done = program.wait()
        assert done.status == 128 + signal.SIGTERM
        assert "at most 1 s" in done.said
        assert asked_again(server, tmp_path / "run") <= 0, "that no answer came is on record"
        server.closing.set()


CHARGE = {"prompt_tokens": 390, "completion_tokens": 10, "total_tokens": 400}
"""Close to what is reserved for a call of this design."""
CAP = 40_000


def capped(url: str) -> dict[str, Any]:
    """A design whose calls cost a dollar a token, and have up to 16 tokens of reply."""
    data = models(url, concurrency=4)
    data["contestants"] = [{**row, "max_tokens": 16} for row in data["contestants"]]
    data["prices"] = {f"openai/m{n}": {"prompt": 1e6, "completion": 1e6} for n in range(2)}
    return data


def reserved(folder: Path) -> int:
    """Number of calls on record of which nobody knows what came."""
    with closing(sqlite3.connect(folder / FILE)) as db:
        return int(db.execute("SELECT count(*) FROM reservations").fetchone()[0])


def test_the_cap_holds_over_kills(forks: Forks, tmp_path: Path) -> None:
    """The server charges for every call that it gets, whoever is still there for the answer."""

    def charging(asked: Mapping[str, Any], number: int) -> Reply:
        return Reply(answering(asked, number).text, delay=0.1, usage=CHARGE)

    command, kills = (*COMMAND, "--max-cost", CAP), 2
    with Loopback(charging) as server:
        (tmp_path / "t.toml").write_text(toml(capped(server.url)))
        for _ in range(kills):
            program = forks.start(tmp_path, *command)
            asked(server, len(server.requests) + 6)
            assert program.kill() == -signal.SIGKILL
        assert reserved(tmp_path / "run") >= kills, "what was in flight is on record"
        done = forks.run(tmp_path, *command)
        assert done.status == 3, done.said
        assert f"the cap of ${CAP} is reached" in done.said
        assert len(server.requests) * CHARGE["total_tokens"] <= CAP
        lost = len(server.requests) - attempts(tmp_path / "run")
        held = reserved(tmp_path / "run")
        # A call is reserved before it is sent, so that a kill can come between the two.
        assert lost <= held <= lost + kills * 4
    with closing(Run(tmp_path / "run")) as found:
        assert f"in flight or lost: {held} calls, reckoned at $" in "\n".join(log_lines(found))


def test_a_preflight_that_takes_too_long_ends_with_its_timeout(
    forks: Forks, tmp_path: Path
) -> None:
    with Loopback(lambda _a, _n: Reply("yes", delay=60)) as server:
        data = capped(server.url)
        data["contestants"] = [{**row, "timeout": 1} for row in data["contestants"]]
        (tmp_path / "t.toml").write_text(toml(data))
        program = forks.start(tmp_path, "run", "t.toml", "--out", "run", "--max-cost", CAP)
        asked(server, 2)
        program.send(signal.SIGINT)
        done = program.wait()
        assert done.status == 130, done.said
        with closing(Run(tmp_path / "run")) as found:
            (spent,) = next(
                iter(found.rows("SELECT total(json_extract(failure, '$.cost')) FROM probes"))
            )
            assert spent > 0, "they may be charged"
        server.closing.set()
