"""Runs killed at random instants, disks that fill, two processes in one folder."""

import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from arena.again import replay
from arena.log import log_lines
from arena.records import canonical
from arena.run import Run
from arena.store import FILE, text_hash
from arena.verify import problems
from tests.arena.designs import arena, design, toml
from tests.arena.forks import Forks
from tests.loopback import Loopback, Reply, answering

CALLS = 400
"""Decisions of the design below: 20 matches of 10 rounds."""

COMMAND = ("run", "t.toml", "--out", "run", "--no-preflight", "--quiet")


def models(url: str, repetitions: int = 10, **changes: Any) -> dict[str, Any]:
    common = {"agent": "llm", "form": "json", "api_base": url, "backoff": 0.001}
    players = [{"name": f"m{n}", "model": f"openai/m{n}", **common} for n in range(2)]
    game = {"name": "prisoners_dilemma", "params": {"rounds": 10}}
    return design(games=[game], contestants=players, repetitions=repetitions, **changes)


def slowly(asked: Mapping[str, Any], number: int) -> Reply:
    return Reply(answering(asked, number).text, delay=0.01)


def asked_again(server: Loopback, folder: Path) -> int:
    """Requests beyond those on record; each question is put once in this design."""
    return len(server.requests) - attempts(folder)


def questions(folder: Path) -> Counter[tuple[str, str]]:
    """How often each question is on record: which model, and what it was sent, texts as hashes."""
    try:
        with closing(sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)) as db:
            return Counter(db.execute("SELECT model, messages FROM attempts").fetchall())
    except sqlite3.OperationalError:  # there is none yet
        return Counter()


def question(body: Mapping[str, Any]) -> tuple[str, str]:
    """What a request asks, as `questions` has it."""
    said = [[m["role"], text_hash(m["content"])] for m in body["messages"]]
    return f"openai/{body['model']}", canonical(said)


def attempts(folder: Path) -> int:
    """Number of attempts on record."""
    try:
        with closing(sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM attempts").fetchone()[0])
    except sqlite3.OperationalError:  # there is none yet
        return 0


def asked(server: Loopback, wanted: int) -> None:
    """Wait until the server has been asked so often."""
    until = time.monotonic() + 60
    while len(server.requests) < wanted:
        assert time.monotonic() < until, "the run does not get on"
        time.sleep(0.01)


def some_attempts(folder: Path, rng: Random) -> None:
    """Wait for so many: a wait for so long would be over before the first one on a slow machine."""
    wanted, until = min(attempts(folder) + rng.randrange(16), CALLS), time.monotonic() + 90
    while attempts(folder) < wanted:
        assert time.monotonic() < until, "the run does not get on"
        time.sleep(rng.uniform(0.005, 0.02))


def check(folder: Path, matches: int) -> None:
    found = Run(folder)
    assert found.counts == {"completed": matches}
    assert list(problems(found)) == []
    assert list(replay(found)) == []
    found.close()


def killed(forks: Forks, tmp_path: Path, times: int, seed: int, *options: str) -> None:
    """Kill a run so many times, go on to the end, and see that nothing was lost or paid twice."""
    rng, concurrency, known = Random(seed), 4, []
    with Loopback(slowly) as server:
        (tmp_path / "t.toml").write_text(toml(models(server.url, concurrency=concurrency)))
        for _ in range(times):
            program = forks.start(tmp_path, *COMMAND, *options)
            some_attempts(tmp_path / "run", rng)
            assert program.kill() in {-signal.SIGKILL, 0}
            known.append((questions(tmp_path / "run"), len(server.requests)))
        done = forks.run(tmp_path, *COMMAND, *options)
        assert done.status == 0, done.said
        # What was in flight when the run was killed could not be recorded; nothing else is lost.
        assert 0 <= asked_again(server, tmp_path / "run") <= times * 2 * concurrency
        whole = questions(tmp_path / "run")
        for then, requests in known:
            settled = {one for one, count in then.items() if count == whole[one]}
            assert settled.isdisjoint(map(question, server.bodies[requests:]))
    check(tmp_path / "run", 20)


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")


def test_killed_eight_times(forks: Forks, tmp_path: Path) -> None:
    killed(forks, tmp_path, 8, 1)


@pytest.mark.soak
def test_killed_twenty_five_times(forks: Forks, tmp_path: Path) -> None:
    killed(forks, tmp_path, 25, 2)


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
            until = time.monotonic() + 30
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


def test_ctrl_c_finishes_the_calls_in_flight(forks: Forks, tmp_path: Path) -> None:
    with Loopback(lambda a, _n: Reply(answering(a).text, delay=0.3)) as server:
        (tmp_path / "t.toml").write_text(toml(models(server.url)))
        program = forks.start(tmp_path, *COMMAND)
        asked(server, 8)
        program.send(signal.SIGINT)
        done = program.wait()
        assert done.status == 130
        assert done.said.splitlines()[-1] == "Interrupted. Run the same command again to go on."
        assert "Traceback" not in done.said
        assert asked_again(server, tmp_path / "run") == 0, "all in flight are on record"
        server.script = answering
        assert forks.run(tmp_path, *COMMAND).status == 0
        assert asked_again(server, tmp_path / "run") == 0
    check(tmp_path / "run", 20)


def test_a_second_ctrl_c_ends_at_once(forks: Forks, tmp_path: Path) -> None:
    with Loopback(lambda a, _n: Reply(answering(a).text, delay=5)) as server:
        (tmp_path / "t.toml").write_text(toml(models(server.url)))
        program = forks.start(tmp_path, *COMMAND)
        asked(server, 4)
        program.send(signal.SIGINT)
        time.sleep(0.5)
        began = time.monotonic()
        program.send(signal.SIGINT)
        assert program.wait().status == 130
        assert time.monotonic() - began < 2
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
        assert reserved(tmp_path / "run") == lost
    with closing(Run(tmp_path / "run")) as found:
        assert f"in flight or lost: {lost} calls, reckoned at $" in "\n".join(log_lines(found))


def test_ctrl_c_gives_up_a_preflight_that_takes_too_long(forks: Forks, tmp_path: Path) -> None:
    with Loopback(lambda _a, _n: Reply("yes", delay=60)) as server:
        (tmp_path / "t.toml").write_text(toml(capped(server.url)))
        program = forks.start(tmp_path, "run", "t.toml", "--out", "run", "--max-cost", CAP)
        asked(server, 2)
        program.send(signal.SIGINT)
        began = time.monotonic()
        done = program.wait()
        assert done.status == 130, done.said
        assert time.monotonic() - began < 15
        assert "calls in flight after 10 s were given up" in done.said
        assert reserved(tmp_path / "run") == 2, "they may be charged"
        server.closing.set()
