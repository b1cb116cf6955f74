"""Runs in a thread that runs an event loop already, as notebooks do; and runs that are interrupted
there."""

import asyncio
import ctypes
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from arena.core.signals import catch_again
from arena.design.tournament import Tournament
from arena.engine.interruption import Interrupted, Interruption, in_own_loop
from arena.engine.options import RunOptions
from arena.engine.replay import replay
from arena.engine.runner import run
from arena.planning.plan import plan
from arena.record.run import Run
from tests.arena.designs import Silent, design, played
from tests.arena.kills import asked_again, attempts, check, models
from tests.loopback import Loopback, Reply, answering

HOW = RunOptions(preflight=False)


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """Whatever happens, signals are handled afterwards as they were before."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    yield
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def in_a_cell(work: Callable[[], Any]) -> Any:
    """What comes of work in a thread whose event loop runs."""

    async def cell() -> Any:
        return work()

    return asyncio.run(cell())


def test_a_cell_plays_plans_and_replays(tmp_path: Path) -> None:
    data = design(repetitions=1)
    here = list(Run(played(data, tmp_path / "here")).matches())
    in_a_cell(lambda: played(data, tmp_path / "there"))
    there = Run(tmp_path / "there")
    assert list(there.matches()) == here
    assert in_a_cell(lambda: list(replay(there))) == []
    assert in_a_cell(lambda: sum(plan(Tournament(data)).matches.values())) == len(here)


def test_what_fails_in_a_cell_is_raised_there(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file in its place")
    with pytest.raises(ValueError, match="cannot be written"):
        in_a_cell(lambda: played(design(), tmp_path / "run"))


@pytest.mark.parametrize("where", [in_a_cell, lambda work: work()], ids=["cell", "script"])
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_is_gone_on_with(
    where: Callable[[Callable[[], Any]], Any], end: signal.Signals, tmp_path: Path
) -> None:
    def interrupting(asked: Mapping[str, Any], number: int) -> Reply:
        if number == 5:
            os.kill(os.getpid(), end)
        return Reply(answering(asked).text, delay=0.1)

    with Loopback(interrupting) as server:
        tournament = Tournament(models(server.url, 1))
        with pytest.raises(Interrupted) as stopped:
            where(lambda: run(tournament, tmp_path, Silent(), how=HOW))
        assert stopped.value.status == 128 + end
        assert isinstance(stopped.value, KeyboardInterrupt)
        assert asked_again(server, tmp_path) == 0
        assert attempts(tmp_path) < 40
        where(lambda: run(tournament, tmp_path, Silent(), how=HOW))
        assert asked_again(server, tmp_path) == 0
    check(tmp_path, 2)


def test_a_second_interruption_spares_the_notebook(tmp_path: Path) -> None:
    class Impatient(Silent):
        def noted(self, kind: str, about: str) -> None:
            if kind == "interrupted" and "finishing" in about:
                os.kill(os.getpid(), signal.SIGINT)

    def stuck(_asked: Mapping[str, Any], number: int) -> Reply:
        if number == 2:
            os.kill(os.getpid(), signal.SIGINT)
        return Reply(delay=60)

    with Loopback(stuck) as server:
        tournament = Tournament(models(server.url, 1))
        with pytest.raises(Interrupted):
            in_a_cell(lambda: run(tournament, tmp_path, Impatient(), how=HOW))
        assert attempts(tmp_path) == 0


def test_a_signal_before_the_loop_ends_at_once_and_one_after_it_waits() -> None:
    said: list[str] = []

    def early() -> None:
        with Interruption() as interruption:
            interruption.interrupt(signal.SIGTERM)
            said.append("goes on")

    async def loop(interruption: Interruption) -> None:
        with interruption.heard(lambda: said.append("heard")):
            await asyncio.sleep(0)

    def late() -> None:
        with Interruption() as interruption:
            asyncio.run(loop(interruption))
            interruption.interrupt(signal.SIGTERM)
            said.append("closed")

    with pytest.raises(Interrupted):
        early()
    with pytest.raises(Interrupted) as end:
        late()
    assert said == ["closed"]
    assert end.value.status == 143


def test_a_thread_that_waits_hands_its_interruption_on() -> None:
    """The caller's own handler raises: there is no other where signals cannot be caught."""
    over = threading.Event()

    def work() -> bool:
        os.kill(os.getpid(), signal.SIGINT)
        return over.wait(30)

    async def cell() -> None:
        in_own_loop(work, over.set)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    loop = asyncio.new_event_loop()
    try:
        with pytest.raises(KeyboardInterrupt):
            loop.run_until_complete(cell())
    finally:
        loop.close()
        signal.signal(signal.SIGINT, before)
    assert over.is_set()


def test_signals_that_a_library_below_python_caught_are_caught_again() -> None:
    """As Ray's core does; Python is not told."""
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    try:
        ctypes.CDLL(None).signal(int(signal.SIGTERM), ctypes.c_void_p(1))  # SIG_IGN
        os.kill(os.getpid(), signal.SIGTERM)
        assert heard == []
        catch_again()
        os.kill(os.getpid(), signal.SIGTERM)
        assert heard == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, before)
