"""A run obeys the commands of its owner while it is played, and has them on record."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from arena.design.tournament import Tournament
from arena.engine.interruption import Interrupted
from arena.engine.options import RunOptions
from arena.engine.runner import run
from arena.record import control
from arena.record.control import Command, Commands, command, send
from arena.record.run import Run
from games import BadInput
from tests.arena.designs import Silent, arena, design, played
from tests.arena.kills import attempts, check, models, varied
from tests.loopback import Loopback, Reply

PATIENCE = 300.0


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")


def slowly(asked: Mapping[str, Any], number: int) -> Reply:
    time.sleep(0.02)
    return varied(asked, number)


@contextmanager
def playing(folder: Path, data: dict[str, Any], **how: Any) -> Iterator[None]:
    """A run that is played meanwhile in another thread, to its end unless it stops before."""
    options = RunOptions(preflight=False, **how)

    def work() -> None:
        with suppress(Interrupted):
            run(Tournament(data), folder, Silent(), how=options)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        until(lambda: attempts(folder) > 0)
        yield
    finally:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(Exception):
            if reached():
                return
        time.sleep(0.02)
    raise AssertionError("it is not reached")


def told(folder: Path, action: str, value: str | None = None, **options: Any) -> dict[str, Any]:
    return send(folder, command(action, value, options), PATIENCE)


def notes(folder: Path) -> list[str]:
    return noted(folder, "control")


def noted(folder: Path, kind: str) -> list[str]:
    found = Run(folder).rows("SELECT about FROM notes WHERE kind = ?", kind)
    return [about for (about,) in found]


def test_a_run_is_paused_changed_and_resumed(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with Loopback(slowly) as server, playing(folder, models(server.url, 2, concurrency=1)):
        assert told(folder, "pause")["paused"]
        until(lambda: not any(_flight(folder).values()))
        paused = attempts(folder)
        wide = told(folder, "concurrency", "7", model="openai/m1")["models"]
        assert [wide[name]["concurrency"] for name in ("openai/m0", "openai/m1")] == [1, 7]
        limited = told(folder, "limit", requests_per_minute=100_000)["models"]
        assert {each["requests_per_minute"] for each in limited.values()} == {100_000}
        free = told(folder, "limit", requests_per_minute=0)["models"]
        assert {each["requests_per_minute"] for each in free.values()} == {None}
        assert attempts(folder) == paused
        assert not told(folder, "resume")["paused"]
    assert attempts(folder) == 80
    check(folder, 2 * 2)
    assert [note.split(":")[0] for note in notes(folder)] == [
        "paused",
        "openai/m1",
        "openai/m0, openai/m1",
        "openai/m0, openai/m1",
        "resumed",
    ]
    assert not (folder / control.CONTROL).exists()


def _flight(folder: Path) -> dict[str, int]:
    state = told(folder, "status")["models"]
    return {name: each["calls_in_flight"] for name, each in state.items()}


def test_a_cap_ends_a_run_that_began_without_one(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    prices = {f"openai/m{n}": {"prompt": 1_000.0, "completion": 1_000.0} for n in range(2)}
    with Loopback(slowly) as server:
        data = models(server.url, 20, concurrency=1)
        with playing(folder, {**data, "prices": prices}):
            assert told(folder, "status")["cap"] is None
            assert told(folder, "cap", "0")["cap"] == 0
        assert 0 < attempts(folder) < 800
    assert notes(folder) == ["cap $0, before none"]
    assert any("the cap of $0 is reached" in about for about in noted(folder, "stopped"))


def test_a_refused_command_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with Loopback(slowly) as server, playing(folder, models(server.url, 1, concurrency=1)):
        for action, value, options, why in (
            ("cap", "3", {}, "what model 'openai/m0' charges is not known"),
            ("concurrency", "3", {"model": "openai/m3"}, "did you mean 'openai/m"),
        ):
            with pytest.raises(BadInput, match=why):
                told(folder, action, value, **options)
        assert told(folder, "status")["cap"] is None
    assert notes(folder) == []


@pytest.mark.parametrize(
    ("action", "value", "options", "why"),
    [
        ("stop", None, {}, "stop"),
        ("pause", "1", {}, "pause takes no value, not '1'"),
        ("pause", None, {"model": "m"}, "pause takes no model"),
        ("concurrency", None, {}, "a number of calls from 1"),
        ("concurrency", "0", {}, "concurrency"),
        ("concurrency", "1.5", {}, "concurrency"),
        ("cap", "nan", {}, "cap"),
        ("cap", "much", {}, "cap"),
        ("cap", "-1", {}, "cap"),
        ("limit", None, {"model": "m"}, "limit takes requests or tokens per minute"),
        ("limit", None, {"tokens_per_minute": -1}, "tokens_per_minute"),
    ],
)
def test_a_wrong_command_is_named(
    action: str, value: str | None, options: dict[str, Any], why: str
) -> None:
    with pytest.raises(BadInput, match=why):
        command(action, value, options)


def test_only_the_owner_can_write_commands(tmp_path: Path) -> None:
    own = tmp_path / control.CONTROL
    own.mkdir(0o700)
    commands = Commands(tmp_path)
    assert not own.exists()  # what was left there by an earlier session is gone
    assert [*commands.waiting()] == []
    own.mkdir(0o700)
    own.chmod(0o720)
    with pytest.raises(BadInput, match="nobody else may write it"):
        next(commands.waiting())
    own.rmdir()
    own.symlink_to(tmp_path)
    with pytest.raises(BadInput, match="is a link"):
        next(commands.waiting())
    own.unlink()
    own.mkdir(0o700)
    (own / "a.command.json").write_text('{"action": "erase"}')
    (own / "b.command.json").write_text('{"action": "pause"}')
    (own / "c.command.json").write_text("{")
    (own / "unfinished").write_text("{")
    ((_, first), (path, second), (_, third)) = commands.waiting()
    assert isinstance(first, str)
    assert isinstance(third, str)
    assert second == Command(action="pause")
    assert [*commands.waiting()] == []
    commands.answer(path, {"done": ""})
    answered = own / "b.answer.json"
    assert answered.stat().st_mode & 0o777 == 0o600
    assert own.stat().st_mode & 0o777 == 0o700


def test_a_run_that_nobody_plays_cannot_be_controlled(tmp_path: Path) -> None:
    folder = played(design(repetitions=1), tmp_path / "run")
    done = arena("ctl", folder, "pause")
    assert done.returncode == 2
    assert "is not being played: only a run in play can be controlled" in done.stderr
