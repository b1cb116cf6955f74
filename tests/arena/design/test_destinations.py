"""Hosts and keys of a tournament, and the leave that the user gives on the command line."""

import io
import os
import pty
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from agents.core.models.keys import Allowed, Destination
from arena.cli.app import app
from arena.cli.leave import leave
from arena.design.destinations import destinations, variables
from arena.design.tournament import Tournament
from games import BadInput
from tests.arena.designs import arena, design, toml
from tests.loopback import ELSEWHERE, Loopback

MODEL: dict[str, Any] = {"agent": "llm", "form": "json"}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OPENAI_API_BASE", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("OPENAI_API_KEY", "canary-openai-0123456789")
    monkeypatch.setenv("MY_KEY", "canary-mine-0123456789")


def command(*arguments: object) -> None:
    """The command `arena` in this process."""
    app([str(argument) for argument in arguments], standalone_mode=False)


def data(*models: dict[str, Any]) -> dict[str, Any]:
    players = [{"name": f"m{n}", **MODEL, **model} for n, model in enumerate(models)]
    return design(games=[{"name": "dictator"}], contestants=players, repetitions=1)


def elsewhere(server: Loopback, folder: Path) -> Path:
    """A design whose model is reached elsewhere, with a key."""
    there = server.url.replace("127.0.0.1", ELSEWHERE)
    path = folder / "t.toml"
    path.write_text(toml(data({"model": "openai/m", "api_base": there, "api_key_env": "MY_KEY"})))
    return path


def test_each_model_is_listed_with_host_and_key() -> None:
    own = {"model": "openai/m", "api_base": "https://llm.example.org/v1", "api_key_env": "MY_KEY"}
    tournament = Tournament(
        data({"model": "openai/m"}, {"model": "openai/m"}, own, {"model": "embedded/smollm2"})
    )
    usual = Destination("openai/m", "api.openai.com", "OPENAI_API_KEY", allowed=True)
    there = Destination("openai/m", "llm.example.org", "MY_KEY", allowed=False, named_by="design")
    assert destinations(tournament) == [usual, there]
    allowed = Allowed().with_options(["llm.example.org"])
    assert [to.allowed for to in destinations(tournament, allowed)] == [True, True]


def test_workers_get_the_variables_that_the_models_need_and_no_others() -> None:
    named = variables(Tournament(data({"model": "openai/m"})))
    assert {"OPENAI_API_KEY", "OPENAI_API_BASE"} <= named
    assert not {"MY_KEY", "ANTHROPIC_API_KEY"} & named
    here = {"model": "openai/m", "api_base": "http://127.0.0.1:9", "api_key_env": "MY_KEY"}
    assert "MY_KEY" in variables(Tournament(data(here)))
    assert "OPENAI_API_KEY" not in variables(Tournament(data(here)))


@pytest.mark.usefixtures("elsewhere")
def test_a_run_ends_before_anything_is_sent_without_leave(tmp_path: Path) -> None:
    with Loopback() as server:
        play = ("run", elsewhere(server, tmp_path), "--out", tmp_path / "run", "--quiet")
        with pytest.raises(BadInput, match=f"allow it with --allow {ELSEWHERE}=MY_KEY"):
            command(*play)
        assert server.requests == []
        command(*play, "--allow", f"{ELSEWHERE}=MY_KEY")
        assert len(server.requests) == 2
        assert server.requests[0].headers["authorization"] == "Bearer canary-mine-0123456789"


@pytest.mark.parametrize(
    ("answer", "granted", "kept"),
    [("n", 0, False), ("", 0, False), ("y", 1, False), ("a", 1, True)],
)
def test_on_a_terminal_the_user_is_asked(
    monkeypatch: pytest.MonkeyPatch, answer: str, granted: int, *, kept: bool
) -> None:
    user, program = pty.openpty()
    with os.fdopen(program, "r+b", buffering=0) as terminal:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(terminal))
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(terminal, write_through=True))
        os.write(user, f"{answer}\n".encode())
        own = {"model": "openai/m", "api_base": f"https://{ELSEWHERE}", "api_key_env": "MY_KEY"}
        given = leave(Tournament(data(own, own)), ["other.example.org"])
    said = b""
    with suppress(OSError):  # how a terminal ends that its program has left
        while part := os.read(user, 10_000):
            said += part
    os.close(user)
    assert given == ("other.example.org", *[f"{ELSEWHERE}=MY_KEY"] * granted)
    asked = f"Model openai/m asks for the key in MY_KEY to be sent to {ELSEWHERE}."
    assert said.decode().count(asked) == 1
    assert Allowed.read().covers(ELSEWHERE, "MY_KEY") is kept


def test_without_a_terminal_nobody_is_asked_and_remarks_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = {"model": "openai/m", "api_base": f"https://{ELSEWHERE}", "api_key_env": "MY_KEY"}
    monkeypatch.setenv("OPENAI_API_BASE", "http://127.0.0.1:9")
    assert leave(Tournament(data(own, {"model": "openai/m"})), []) == ()
    said = "model 'openai/m' is called at 127.0.0.1, as OPENAI_API_BASE says\n"
    assert capsys.readouterr() == ("", said)
    assert leave(Tournament(data({"model": "openai/m"})), [], quiet=True) == ()
    assert capsys.readouterr() == ("", "")


# Secrets in designs

SECRET = "sk-ant-api03-" + "0123456789abcdefghij"


@pytest.mark.parametrize(
    "spec",
    [
        {"api_base": "http://me:hunter2hunter2@127.0.0.1:9/v1"},
        {"api_base": "http://me@127.0.0.1:9/v1"},
        {"api_base": f"http://127.0.0.1:9/v1?key={SECRET}"},
        {"api_base": "http://127.0.0.1:9/v1?api_key=x"},
        {"extra": {"extra_headers": {"Authorization": "Bearer hunter2hunter2"}}},
        {"extra": {"extra_headers": {"X-Api-Key": "hunter2hunter2"}}},
        {"extra": {"extra_headers": {"X-Gateway": "hunter2hunter2"}}},
        {"extra": {"extra_headers": {"X-Title": SECRET}}},
        {"extra": {"extra_body": {"auth": {"api_key": "hunter2hunter2"}}}},
        {"extra": {"stop": [SECRET]}},
        {"name": SECRET},
        {"model": f"openai/{SECRET}"},
    ],
)
def test_a_design_that_holds_a_secret_is_refused_and_nothing_repeats_it(
    tmp_path: Path, spec: dict[str, Any]
) -> None:
    rows = data({"model": "openai/m", "api_base": "http://127.0.0.1:9", **spec})
    with pytest.raises(BadInput) as refused:
        Tournament(rows)
    assert "hunter2" not in str(refused.value)
    assert SECRET not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_repeats_no_secret_of_a_design(tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(toml(data({"model": "openai/m"})) + f'\nx = "{SECRET}"\n')
    done = arena("run", "t.toml", cwd=tmp_path)
    assert done.returncode == 2
    assert SECRET not in done.stdout + done.stderr
    assert not (tmp_path / "runs").exists()


def test_a_value_of_the_environment_in_a_design_is_a_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MY_KEY", "correct horse battery")
    rows = data({"model": "openai/m", "name": "correct horse battery"})
    with pytest.raises(BadInput, match="name holds what looks like a key or a password"):
        Tournament(rows)
