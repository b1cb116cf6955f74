"""Runs on Ray: the same matches as in one process, whatever dies on the way."""

import itertools
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.ray_access import SETTINGS
from arena.engine.runner import run
from arena.engine.verify import problems
from arena.record.filing import ClosedMatch, FiledAttempt
from arena.record.run import Run
from arena.record.store import Store
from games import BadInput
from tests.arena.designs import Silent, design, played
from tests.arena.engine.test_kill import slowly
from tests.arena.forks import AWAKE, PATIENCE, Forks
from tests.arena.kills import (
    CONCURRENCY,
    Rows,
    Toll,
    asked_again,
    attempts,
    check,
    end_often,
    models,
    varied,
)
from tests.loopback import Loopback, Reply, answering

RAY = RunOptions(preflight=False, executor="ray", workers=2)
QUICK = {
    "RAY_health_check_initial_delay_ms": "1000",
    "RAY_health_check_period_ms": "500",
    "RAY_health_check_timeout_ms": "5000",
    "RAY_health_check_failure_threshold": "3",
    **AWAKE,
}
"""A node that is gone is noticed within seconds."""

TOKEN = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "0123456789abcdef" * 4}

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A cluster on this machine, which this process drives."""
    with pytest.MonkeyPatch.context() as patch:
        for key, value in {**SETTINGS, **QUICK, **TOKEN, "OPENAI_API_KEY": "sk-loopback"}.items():
            patch.setenv(key, value)
        import ray  # noqa: PLC0415 - loading it takes seconds
        from ray.cluster_utils import Cluster  # noqa: PLC0415

        nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
        ray.init(address=nodes.address, log_to_driver=False, logging_level="ERROR")
        yield nodes
        ray.shutdown()
        nodes.shutdown()


def workers() -> set[int]:
    """Process ids of the workers of this cluster."""
    names = (folder.name for folder in Path("/proc").iterdir())
    return {int(name) for name in names if name.isdigit() and _is_ours(int(name))}


def _is_ours(pid: int) -> bool:
    """Whether a process is a worker, of this program's cluster and nobody else's."""
    try:
        if b"ray::Actor" not in Path(f"/proc/{pid}/cmdline").read_bytes():
            return False
        while pid not in {1, os.getpid()}:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # it has just ended
        return False
    return pid != 1


def meanwhile(folder: Path, acts: Mapping[int, Callable[[], object]]) -> threading.Thread:
    """Do things once so many attempts are on record."""

    def wait() -> None:
        for wanted, act in acts.items():
            until = time.monotonic() + PATIENCE
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


def test_a_killed_worker_and_a_node_that_leaves_take_nothing_with_them(
    cluster: Any, tmp_path: Path
) -> None:
    second = cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    before = workers()
    acts = {
        40: lambda: os.kill(min(workers() - before), signal.SIGKILL),
        150: lambda: cluster.remove_node(second, allow_graceful=False),
    }
    with Loopback(slowly) as server:
        data = models(server.url, repetitions=10)
        thread = meanwhile(tmp_path, acts)
        assert run(Tournament(data), tmp_path, Silent(), how=RAY) is None
        thread.join()
        assert attempts(tmp_path) == 400
        assert 0 <= asked_again(server, tmp_path) <= 2 * 8
        reference = tmp_path / "local"
        run(Tournament(data), reference, Silent(), how=RunOptions(preflight=False))
    check(tmp_path, 20)
    results = [
        [(t.match, t.deals, t.payoffs, t.ending) for t in Run(folder).matches()]
        for folder in (tmp_path, reference)
    ]
    assert results[0] == results[1]
    assert ("worker",) in set(Run(tmp_path).rows("SELECT kind FROM notes"))


class Watched:
    """Answers slowly, and counts the questions that wait for their answer at the same time."""

    def __init__(self) -> None:
        self.flight = self.most = 0
        self._lock = threading.Lock()

    def __call__(self, asked: Mapping[str, Any], number: int) -> Reply:
        watched = self

        class Leaving(Reply):
            def content(self, asked: Mapping[str, Any]) -> bytes:
                with watched._lock:
                    watched.flight -= 1
                return super().content(asked)

        with self._lock:
            self.flight += 1
            self.most = max(self.most, self.flight)
        return Leaving(answering(asked, number).text, delay=0.01)


@pytest.mark.usefixtures("cluster")
def test_limits_and_the_cap_hold_for_all_workers_together(tmp_path: Path) -> None:
    watched = Watched()
    with Loopback(watched) as server:
        data = models(server.url, repetitions=5, concurrency=2)
        data["contestants"] = [{**row, "max_tokens": 16} for row in data["contestants"]]
        data["prices"] = {f"openai/m{n}": {"prompt": 1e6, "completion": 1e6} for n in range(2)}
        how = RunOptions(max_cost=3_000, preflight=False, executor="ray", workers=2)
        why = run(Tournament(data), tmp_path, Silent(), how=how)
        assert why is not None
        assert "the cap of $3000 is reached" in why
        assert len(server.requests) * 18 <= 3_000
        assert len(server.requests) == attempts(tmp_path)
    assert 2 < watched.most <= 4


@pytest.mark.usefixtures("cluster")
def test_a_wrong_key_loses_no_reply_of_any_worker(tmp_path: Path) -> None:
    def expiring(asked: Mapping[str, Any], number: int) -> Reply:
        if number == 30:
            return Reply("no such key", status=401)
        return Reply(answering(asked).text, delay=0.05)

    with Loopback(expiring) as server:
        data = models(server.url, concurrency=4)
        assert "no such key" in str(run(Tournament(data), tmp_path, Silent(), how=RAY))
        assert asked_again(server, tmp_path) == 1, "all but the one that was refused"


def test_a_driver_that_is_killed_goes_on(
    cluster: Any, forks: Forks, tmp_path: Path, short: Rows
) -> None:
    where = on(cluster)
    toll = end_often(forks, tmp_path, signal.SIGKILL, 1, *where, repetitions=2, settled=no_workers)
    toll.settle(short)


@pytest.mark.soak
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM], ids=lambda end: end.name)
def test_a_driver_that_is_ended_twenty_five_times_goes_on(
    cluster: Any,
    forks: Forks,
    tmp_path: Path,
    long: Rows,
    end: signal.Signals,
    figures: Callable[[str], None],
) -> None:
    toll = end_often(forks, tmp_path, end, 25, *on(cluster), settled=no_workers)
    figures(f"driver on Ray, {end.name}: {toll.settle(long)}")


@pytest.mark.soak
@pytest.mark.usefixtures("cluster")
def test_twenty_five_killed_workers_take_nothing_with_them(
    tmp_path: Path, long: Rows, figures: Callable[[str], None]
) -> None:
    folder = tmp_path / "run"
    with Loopback(varied) as server:
        toll = Toll(server, folder)

        def kill() -> None:
            """Stop all workers, so that what they have in flight can be counted; then kill them."""
            victims = some_workers()
            try:
                for victim in victims:
                    os.kill(victim, signal.SIGSTOP)
                time.sleep(0.5)  # what they have reported is recorded
                toll.ended(signal.SIGKILL)
            finally:
                for victim in victims:
                    os.kill(victim, signal.SIGKILL)

        thread = meanwhile(folder, {15 * n: kill for n in range(1, 26)})
        data = models(server.url, concurrency=CONCURRENCY)
        assert run(Tournament(data), folder, Silent(), how=RAY) is None
        thread.join()
    figures(f"workers on Ray, SIGKILL: {toll.settle(long)}")


def no_workers() -> None:
    """Wait until the workers of an ended driver are gone."""
    until = time.monotonic() + PATIENCE
    while workers():
        assert time.monotonic() < until, "workers outlive their driver"
        time.sleep(0.1)


def some_workers() -> set[int]:
    """The workers, as soon as there are any."""
    until = time.monotonic() + PATIENCE
    while not (found := workers()):
        assert time.monotonic() < until, "no worker starts"
        time.sleep(0.05)
    return found


class Unavailable(Exception):
    """A reply of a worker was lost on the way; the call was carried out all the same."""


class Hiccups(ModuleType):
    """Stands for Ray: workers in this process, whose replies get lost now and then.

    Args:
        lost: numbers of the calls to each method of a worker whose replies are lost.
    """

    exceptions = SimpleNamespace(RayError=Unavailable, ActorUnavailableError=Unavailable)

    def __init__(self, lost: Mapping[str, set[int]]) -> None:
        super().__init__("ray")
        self.calls = {name: itertools.count() for name in lost}
        self.lost = lost

    def is_initialized(self) -> bool:
        return True

    def kill(self, actor: object) -> None: ...

    def remote(self, **_options: Any) -> Callable[[type], Any]:
        return lambda kind: SimpleNamespace(remote=lambda *a, **k: self._handle(kind(*a, **k)))

    def _handle(self, actor: Any) -> SimpleNamespace:
        methods = {name: SimpleNamespace(remote=self._far(actor, name)) for name in self.lost}
        return SimpleNamespace(**methods)

    def _far(self, actor: Any, name: str) -> Callable[..., Any]:
        async def call(*arguments: Any) -> Any:
            reply = await getattr(actor, name)(*arguments)
            if next(self.calls[name]) in self.lost[name]:
                raise Unavailable
            return reply

        return call


@pytest.mark.parametrize("way", ["deliver", "exchange"])
def test_a_reply_that_is_lost_on_the_way_costs_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, way: str
) -> None:
    for key, value in {**SETTINGS, "OPENAI_API_KEY": "sk-loopback"}.items():
        monkeypatch.setenv(key, value)
    lost = {"deliver": set[int](), "exchange": set[int](), way: {0, 3, 4}}
    ray = Hiccups(lost)
    monkeypatch.setitem(sys.modules, "ray", ray)
    with Loopback() as server:
        data = models(server.url, repetitions=3, concurrency=1)
        assert run(Tournament(data), tmp_path, Silent(), how=RAY) is None
        assert len(server.requests) == attempts(tmp_path) == 120
    assert next(ray.calls[way]) > max(lost[way]), "all those replies were lost"
    assert list(Run(tmp_path).rows("SELECT * FROM notes")) == [], "no worker was given up"
    check(tmp_path, 6)


def test_a_report_that_cannot_be_recorded_lets_no_call_be_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for key, value in {**SETTINGS, "OPENAI_API_KEY": "sk-loopback"}.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setitem(sys.modules, "ray", Hiccups({"deliver": set(), "exchange": set()}))
    keep, kept = Store.keep, itertools.count()

    def full(store: Store, filed: Sequence[FiledAttempt], closed: Sequence[ClosedMatch]) -> None:
        keep(store, filed, closed)
        if filed and next(kept) == 3:
            raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Store, "keep", full)
    with Loopback() as server:
        data = models(server.url, concurrency=1)
        data["prices"] = {f"openai/m{n}": {"prompt": 1, "completion": 1} for n in range(2)}
        how = replace(RAY, workers=1, max_cost=1.0)
        with pytest.raises(BadInput, match="database or disk is full"):
            run(Tournament(data), tmp_path, Silent(), how=how)
        lost = len(server.requests) - attempts(tmp_path)
        assert 1 <= lost <= 2, "what was settled in that report, and no call after it"
        with closing(Run(tmp_path)) as found:
            assert found.rows("SELECT count(*) FROM reservations").fetchone() == (lost,)
        assert run(Tournament(data), tmp_path, Silent(), how=replace(RAY, workers=1)) is None
        assert asked_again(server, tmp_path) == lost


def on(cluster: Any) -> tuple[str, ...]:
    return ("--executor", "ray", "--address", cluster.address)
