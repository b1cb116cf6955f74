"""Runs on Ray: the same matches as in one process, whatever dies on the way."""

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from arena.cluster import SETTINGS
from arena.run import Run
from arena.runner import How, run
from arena.store import FILE
from arena.tournament import Tournament
from arena.verify import problems
from tests.arena.designs import Silent, design, played
from tests.arena.test_kill import asked_again, check, killed, models, slowly
from tests.loopback import Loopback

RAY = How(preflight=False, executor="ray", workers=2)
QUICK = {
    "RAY_health_check_initial_delay_ms": "1000",
    "RAY_health_check_period_ms": "500",
    "RAY_health_check_timeout_ms": "500",
    "RAY_health_check_failure_threshold": "3",
}
"""A node that is gone is noticed within seconds."""

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A cluster of two nodes on this machine, which this process drives."""
    with pytest.MonkeyPatch.context() as patch:
        for key, value in {**SETTINGS, **QUICK, "OPENAI_API_KEY": "sk-loopback"}.items():
            patch.setenv(key, value)
        import ray  # noqa: PLC0415 - loading it takes seconds
        from ray.cluster_utils import Cluster  # noqa: PLC0415

        nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
        ray.init(address=nodes.address, log_to_driver=False, logging_level="ERROR")
        yield nodes
        ray.shutdown()
        nodes.shutdown()


def workers() -> set[int]:
    """Process ids of the workers."""
    found = set()
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and b"ray::Actor" in (folder / "cmdline").read_bytes():
                found.add(int(folder.name))
        except OSError:
            continue  # it has just ended
    return found


def attempts(folder: Path) -> int:
    try:
        with sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True) as db:
            return int(db.execute("SELECT count(*) FROM attempts").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def meanwhile(folder: Path, wanted: int, act: Any) -> threading.Thread:
    """Do something once so many attempts are on record."""

    def wait() -> None:
        until = time.monotonic() + 60
        while attempts(folder) < wanted and time.monotonic() < until:
            time.sleep(0.02)
        act()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


@pytest.mark.usefixtures("cluster")
def test_ray_plays_the_same_matches(tmp_path: Path) -> None:
    data = design(repetitions=10)
    here = list(Run(played(data, tmp_path / "here")).matches())
    assert run(Tournament(data), tmp_path / "there", Silent(), how=RAY) is None
    there = Run(tmp_path / "there")
    assert list(there.matches()) == here
    assert list(problems(there)) == []


@pytest.mark.usefixtures("cluster")
def test_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    hit: list[int] = []

    def kill() -> None:
        hit.extend(sorted(workers())[:1])
        os.kill(hit[0], signal.SIGKILL)

    with Loopback(slowly) as server:
        data = models(server.url, repetitions=15)
        thread = meanwhile(tmp_path, 60, kill)
        assert run(Tournament(data), tmp_path, Silent(), how=RAY) is None
        thread.join()
        assert hit
        assert 0 <= asked_again(server, tmp_path) <= 8
        reference = tmp_path / "local"
        run(Tournament(data), reference, Silent(), how=How(preflight=False))
    check(tmp_path, 30)
    results = [
        [(t.match, t.deals, t.payoffs, t.ending) for t in Run(folder).matches()]
        for folder in (tmp_path, reference)
    ]
    assert results[0] == results[1]
    notes = Run(tmp_path).rows("SELECT kind FROM notes")
    assert ("worker",) in set(notes)


def test_a_node_that_leaves_takes_nothing_with_it(cluster: Any, tmp_path: Path) -> None:
    second = cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    with Loopback(slowly) as server:
        data = models(server.url, repetitions=15)
        thread = meanwhile(tmp_path, 60, lambda: cluster.remove_node(second, allow_graceful=False))
        assert run(Tournament(data), tmp_path, Silent(), how=RAY) is None
        thread.join()
        assert attempts(tmp_path) == 600
        assert asked_again(server, tmp_path) <= 8
    check(tmp_path, 30)


@pytest.mark.usefixtures("cluster")
def test_limits_and_the_cap_hold_for_all_workers_together(tmp_path: Path) -> None:
    flight, most, lock = [0], [0], threading.Lock()

    def watched(asked: Any, number: int) -> Any:
        with lock:
            flight[0] += 1
            most[0] = max(most[0], flight[0])
        threading.Timer(0.009, lambda: flight.__setitem__(0, flight[0] - 1)).start()
        return slowly(asked, number)

    with Loopback(watched) as server:
        data = models(server.url, repetitions=5, concurrency=2)
        data["contestants"] = [{**row, "max_tokens": 16} for row in data["contestants"]]
        data["prices"] = {f"openai/m{n}": {"prompt": 1e6, "completion": 1e6} for n in range(2)}
        how = How(max_cost=3_000, preflight=False, executor="ray", workers=2)
        why = run(Tournament(data), tmp_path, Silent(), how=how)
        assert why is not None
        assert "the cap of $3000 is reached" in why
        assert len(server.requests) * 18 <= 3_000
        assert len(server.requests) == attempts(tmp_path)
    assert most[0] <= 4


def test_a_killed_driver_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    killed(tmp_path, 2, 3, "--executor", "ray", wait=(8.0, 14.0))
