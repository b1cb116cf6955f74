"""Batches in all commands that ask models; and what a run in play says that it waits for."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from arena.engine.interruption import Interruption
from arena.engine.replay import replay
from arena.engine.verify import problems
from arena.forking.playing import FOLDER
from arena.forking.verify import fork_problems, replayed_forks
from arena.record.control import command as of_a_run
from arena.record.control import send
from arena.record.run import Run
from dashboard.data import runs as data
from tests.arena.batched import (
    alone,
    dilemma,
    each_provider,
    interrupted_at,
    kept,
    play,
)
from tests.arena.commands import command
from tests.arena.designs import toml
from tests.arena.kills import varied
from tests.batches import BatchLoopback, Provider
from tests.dashboard.views.test_pages import opened
from tests.loopback import Reply, answering

pytestmark = pytest.mark.usefixtures("quick")

PATIENCE = 300.0
_BATCHED = "SELECT count(*), sum(json_extract(sampling, '$.batch') IS NOT NULL) FROM attempts"


def _sound(folder: Path) -> None:
    with closing(Run(folder)) as run:
        assert list(problems(run)) == list(replay(run)) == []


@each_provider
def test_a_pilot_and_the_run_that_goes_on_with_it(provider: Provider, tmp_path: Path) -> None:
    emotions = [{"mode": "hidden"}, {"mode": "hidden", "induced": "anger"}]
    with provider.server() as server:
        data = alone(server, provider)
        [model] = data["contestants"]
        data |= {"repetitions": 4, "contestants": []}
        for number, emotion in enumerate(emotions):
            data["contestants"].append({**model, "name": f"c{number}", "emotion": emotion})
        (tmp_path / "t.toml").write_text(toml(data))
        how = "t.toml", "--out", "run", "--no-preflight", "--quiet", "--batch"
        done = command(tmp_path, "pilot", *how, "--blocks", "2")
        assert done.status == 0, done.said
        first = len(server.lines())
        assert kept(tmp_path / "run", _BATCHED) == [(first, first)]
        done = command(tmp_path, "run", *how)
        assert done.status == 0, done.said
        assert len(server.lines()) == len(set(server.lines())) == 2 * first
    _sound(tmp_path / "run")


@each_provider
def test_void_matches_are_played_again_in_batches(provider: Provider, tmp_path: Path) -> None:
    with provider.server(lambda *_: Reply('{"nothing": 1}')) as server:
        play(alone(server, provider), tmp_path / "run")
        assert kept(tmp_path / "run", "SELECT ending FROM counted") == [("void",)] * 2
        server.script, before = answering, len(server.lines())
        done = command(
            tmp_path, "retry", "run", "--only", "void", "--no-preflight", "--quiet", "--batch"
        )
        assert done.status == 0, done.said
        assert len(server.lines()) == before + 2
    assert kept(tmp_path / "run", "SELECT ending FROM counted") == [("completed",)] * 2
    assert len(set(kept(tmp_path / "run", _BATCHED)[0])) == 1
    _sound(tmp_path / "run")


@each_provider
def test_a_match_that_is_played_again_is_asked_anew(
    provider: Provider, tmp_path: Path, signals: list[Interruption]
) -> None:
    """Its batch is still there, with the answer of the first time, for the sake of another."""
    fault = interrupted_at("create", signals, after=True, number=1)

    def first_fails(asked: Mapping[str, Any], number: int) -> Reply:
        return answering(asked) if number else Reply('{"nothing": 1}')

    with provider.server(first_fails, fault=fault) as server:
        with pytest.raises(KeyboardInterrupt):
            play(alone(server, provider), tmp_path / "run")
        assert kept(tmp_path / "run", "SELECT ending FROM counted") == [("completed",)]
        how = "--only", f"{provider}/m0", "--no-preflight", "--quiet", "--batch"
        done = command(tmp_path, "retry", "run", *how)
        assert done.status == 0, done.said
        bare = [line.split("-", line.count("-") - 3)[-1] for line in server.lines()]
        assert len(bare) == 4
        assert len(set(bare)) == 3, "one question was asked twice, for the match played twice"
    with closing(Run(tmp_path / "run")) as run:
        assert run.superseded == 1
    _sound(tmp_path / "run")


@each_provider
def test_forks_are_played_in_batches(provider: Provider, tmp_path: Path) -> None:
    with provider.server(varied) as server:
        data = dilemma(server, provider, repetitions=1, rounds=2)
        assert play(data, tmp_path / "run", batch=False) is None
        with closing(Run(tmp_path / "run")) as run:
            match = run.ids()[0]
            action = run.match(match).decisions[0].decision.action
        other = {"cooperate": "defect", "defect": "cooperate"}[str(action)]
        design = {"name": "f", "run": "run", "changes": [f"action={other}"], "times": 2}
        (tmp_path / "f.toml").write_text(toml({**design, "where": {"contestant": ["m0"]}}))
        prices = []
        for batch in ([], ["--batch"]):
            planned = command(tmp_path, "plan", "f.toml", "--json", *batch)
            prices.append(json.loads(planned.said)["cost"]["m1"])
        assert prices[1] == pytest.approx(prices[0] / 2)
        how = "--at", "0", "--change", f"action={other}", "--times", "2"
        done = command(tmp_path, "fork", "run", match, *how, "--no-preflight", "--quiet", "--batch")
        assert done.status == 0, done.said
        assert len(server.lines()) == len(set(server.lines())) > 0
    (both,) = kept(tmp_path / "run" / FOLDER, _BATCHED)
    assert len(set(both)) == 1
    with closing(Run(tmp_path / "run" / FOLDER, robots=True)) as forks:
        assert list(fork_problems(forks)) == list(replayed_forks(forks)) == []


def test_a_lab_refuses_batches(tmp_path: Path) -> None:
    done = command(tmp_path, "lab", "t.toml", "--batch")
    assert done.status == 2
    assert "people wait for models, and a batch takes up to a day" in done.said


@contextmanager
def _waiting(server: BatchLoopback, data: dict[str, Any], folder: Path) -> Iterator[None]:
    """A run that waits for its batches until the block is left."""
    server.polls = 10**9
    thread = threading.Thread(target=play, args=(data, folder))
    thread.start()
    try:
        until = time.monotonic() + PATIENCE
        while server.called["state"] < 2 * len(server.batches) or len(server.batches) < 2:
            assert time.monotonic() < until
            time.sleep(0.02)
        yield
    finally:
        server.polls = 0
        for name in server.batches:
            server.end(name)
        thread.join(PATIENCE)


@each_provider
def test_a_run_in_play_says_which_batches_it_waits_for(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(data.SETTINGS, data.Settings(tmp_path).write())
    with (
        provider.server(varied) as server,
        _waiting(server, dilemma(server, provider), tmp_path / "run"),
    ):
        batches = send(tmp_path / "run", of_a_run("status"), PATIENCE)["batches"]
        assert batches["gathered"] == 0
        assert {each["name"] for each in batches["under_way"]} == set(server.batches)
        for each in batches["under_way"]:
            assert (each["questions"], each["done"], each["status"]) == (4, 0, "in_progress")
            assert each["since"] == pytest.approx(time.time(), abs=PATIENCE)
            assert each["expires"] == pytest.approx(each["since"] + 86_400, abs=PATIENCE)
        said = command(tmp_path, "ctl", "run", "status").said.splitlines()
        assert "waiting for 2 batches of 8 questions; 0 questions gathered" in said[-3]
        assert "0 of 4 done, since" in said[-1]
        assert ", expires" in said[-1]
        captions = [each.value for each in opened("runs", run="run").caption]
        assert any(each.startswith("waiting for 2 batches of 8") for each in captions)
        assert sum("0 of 4 done, since" in each for each in captions) == 2
