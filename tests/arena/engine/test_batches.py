"""Runs in batches: the record of a live run at half the price, whatever befalls a batch."""

import json
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agents.core.batches.courier import Pace
from arena.design.tournament import Tournament
from arena.engine import batching
from arena.engine.interruption import Interruption
from arena.engine.options import RunOptions
from arena.engine.replay import replay
from arena.engine.runner import run
from arena.engine.verify import problems
from arena.record.batch_files import BATCHES
from arena.record.run import Run
from games import BadInput
from tests.arena.designs import Silent, design
from tests.arena.kills import varied
from tests.batches import BatchLoopback, Fault
from tests.loopback import Loopback, Reply

PRICE = {"prompt": 1_000, "completion": 2_000}
"""US dollars per million tokens."""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    pace = Pace(quiet=0.05, patience=5, poll=0.01, longest=0.02, doubt=0.1)
    monkeypatch.setattr(batching, "PACE", pace)


class Heard(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.cost = 0.0

    def paid(self, cost: float) -> None:
        self.cost += cost

    def attempted(self, attempt: Any, model: str) -> None:  # noqa: ARG002
        done = attempt.completion
        self.cost += (done.cost or 0.0) if done else 0.0

    def noted(self, kind: str, about: str) -> None:
        self.lines.append(f"{kind}: {about}")


def dictators(url: str, repetitions: int = 2, rounds: int = 1, **model: Any) -> dict[str, Any]:
    """Two models in the prisoner's dilemma; each match is 2 x rounds questions."""
    common = {"agent": "llm", "form": "json", "api_base": url, "backoff": 0.001, **model}
    players = [{"name": f"m{n}", "model": f"openai/m{n}", **common} for n in range(2)]
    game = {"name": "prisoners_dilemma", "params": {"rounds": rounds}}
    prices = {f"openai/m{n}": PRICE for n in range(2)}
    return design(games=[game], contestants=players, repetitions=repetitions, prices=prices)


def alone(url: str) -> dict[str, Any]:
    """One model as a dictator: two matches of one question each."""
    data = dictators(url)
    data["games"] = [{"name": "dictator"}]
    del data["contestants"][1], data["prices"]["openai/m1"]
    return data


def play(data: dict[str, Any], folder: Path, watch: Any = None, **how: Any) -> str | None:
    how = {"preflight": False, "batch": True, "max_cost": 1_000.0, **how}
    return run(Tournament(data), folder, watch or Silent(), how=RunOptions(**how))


def kept(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(Run(folder)) as found:
        return list(found.rows(query))


def test_it_is_the_record_of_a_live_run_at_half_the_price(tmp_path: Path) -> None:
    heard = Heard()
    with BatchLoopback(varied) as server:
        assert play(dictators(server.url, rounds=2), tmp_path / "batch", heard) is None
        assert server.called["create"] == 4, "two waves, of a file for each of two models"
        assert server.called["content"] == 4, "LiteLLM does not read them for itself"
        names = server.lines()
    with Loopback(varied) as live:
        assert play(dictators(live.url, rounds=2), tmp_path / "live", batch=False) is None
        bodies = live.bodies
    same = "SELECT match, seat, turn, number, messages, verdict, reply, usage, served_model, {}"
    query = same.format("cost, seconds, sampling FROM attempts ORDER BY 1, 2, 3, 4")
    batched, lived = (kept(tmp_path / name, query) for name in ("batch", "live"))
    assert [row[:9] for row in batched] == [row[:9] for row in lived]
    assert [row[9] for row in batched] == pytest.approx([row[9] / 2 for row in lived])
    for row, other in zip(batched, lived, strict=True):
        about = json.loads(row[11])
        assert about.pop("batch").startswith("batch_")
        assert about["lane"] == "acompletion: its calls wait for batches"
        assert {**about, "lane": "direct"} == json.loads(other[11])
        assert row[10] == 0
    assert sorted(names) == sorted("-".join(map(str, row[:4])) for row in batched)
    key = lambda body: json.dumps(body, sort_keys=True)  # noqa: E731
    assert sorted(map(key, server.bodies)) == sorted(map(key, bodies))
    assert heard.cost == pytest.approx(sum(row[9] for row in batched))
    assert any("in_progress: 0 of 4 done, since" in line for line in heard.lines)
    assert not (tmp_path / "batch" / BATCHES).exists(), "nothing is left that nobody will ask for"
    with closing(Run(tmp_path / "batch")) as found:
        assert list(problems(found)) == list(replay(found)) == []


def some_lines_go_wrong(asked: Mapping[str, Any], number: int) -> Reply:
    """The first line fails, the second one expires."""
    wrong = {0: Reply("down", status=500), 1: Reply(drop=True)}
    return wrong.get(number) or varied(asked, number)


def test_lines_that_fail_or_expire_are_on_record_and_asked_again(tmp_path: Path) -> None:
    with BatchLoopback(some_lines_go_wrong) as server:
        assert play(dictators(server.url), tmp_path) is None
    failures = kept(tmp_path, "SELECT failure, number FROM attempts WHERE failure IS NOT NULL")
    about = [json.loads(failure) for failure, number in failures if number == 0]
    assert {each["message"] for each in about} == {"down", "This request expired."}
    assert {each["kind"] for each in about} == {"server"}
    assert len(server.lines()) == len(set(server.lines())) == 8 + 2
    assert kept(tmp_path, "SELECT count(*) FROM counted WHERE ending = 'completed'") == [(4,)]


def stumbling(endpoint: str, number: int) -> Reply | None:
    """Each endpoint goes wrong once, and the one that creates batches in two ways."""
    return {
        ("upload", 0): Reply("down", status=500),
        ("create", 0): Reply("down", status=500),
        ("create", 1): Reply(drop=True),  # it was created
        ("list", 1): Reply(drop=True),
        ("state", 0): Reply("slow down", status=429),
        ("state", 1): Reply(body=b"<html>"),
        ("content", 0): Reply(drop=True),
    }.get((endpoint, number))


def test_no_question_is_paid_twice_where_the_provider_stumbles(tmp_path: Path) -> None:
    with BatchLoopback(fault=stumbling) as server:
        assert play(alone(server.url), tmp_path) is None
        assert server.called["create"] == 2
        assert len(server.lines()) == len(set(server.lines())) == 2
    assert kept(tmp_path, "SELECT count(*) FROM attempts WHERE failure IS NOT NULL") == [(0,)]


def test_a_batch_that_fails_as_a_whole_is_the_failure_of_each_line(tmp_path: Path) -> None:
    why = {"code": "model_not_found", "message": "The model m0 does not exist"}
    with BatchLoopback(ending="failed", why=why) as server:
        stopped = play(alone(server.url), tmp_path)
    assert stopped is not None
    assert "The model m0 does not exist" in stopped
    assert kept(tmp_path, "SELECT total(cost) FROM reservations") == [(0.0,)]


def interrupted_at(endpoint: str, signals: list[Interruption], *, after: bool) -> Fault:
    """An interruption at the first request of an endpoint, before or after it did its work."""

    def fault(at: str, number: int) -> Reply | None:
        if (at, number) != (endpoint, 0):
            return None
        signals[0].interrupt()
        return Reply(drop=True) if after else Reply("too late", status=500)

    return fault


@pytest.mark.parametrize(
    ("endpoint", "after"),
    [
        ("create", True),
        *(
            pytest.param(*each, marks=pytest.mark.soak)
            for each in [("upload", True), ("create", False), ("state", True), ("content", True)]
        ),
    ],
)
def test_the_next_start_goes_on_with_the_batch_and_pays_nothing_twice(
    endpoint: str, *, after: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signals: list[Interruption] = []
    made = Interruption.__enter__

    def entered(self: Interruption) -> Interruption:
        signals.append(self)
        return made(self)

    monkeypatch.setattr(Interruption, "__enter__", entered)
    fault = interrupted_at(endpoint, signals, after=after)
    with BatchLoopback(fault=fault) as server:
        data = alone(server.url)
        with pytest.raises(KeyboardInterrupt):
            play(data, tmp_path)
        before = kept(tmp_path, "SELECT count(*), total(cost) FROM reservations")[0]
        assert before[0] + kept(tmp_path, "SELECT count(*) FROM attempts")[0][0] == 2
        with pytest.raises(BadInput, match="go on with --batch"):
            play(data, tmp_path, batch=False)
        heard = Heard()
        # The cap leaves no room for another reservation: what is under way needs none.
        assert play(data, tmp_path, heard, max_cost=before[1] * 1.01) is None
        assert len(server.lines()) == len(set(server.lines())) == 2
    costs = kept(tmp_path, "SELECT total(cost) FROM attempts")
    assert heard.cost == pytest.approx(costs[0][0])
    assert kept(tmp_path, "SELECT count(*) FROM reservations") == [(0,)]
    with closing(Run(tmp_path)) as found:
        assert list(problems(found)) == []


def test_models_without_batches_are_asked_by_themselves(tmp_path: Path) -> None:
    with BatchLoopback(varied) as server:
        data = dictators(server.url)
        data["contestants"][1] |= {"model": "hosted_vllm/m1"}
        data["prices"] = {"openai/m0": PRICE, "hosted_vllm/m1": PRICE}
        assert play(data, tmp_path) is None
        assert len(server.lines()) == 4
    query = "SELECT model, cost, json_extract(sampling, '$.batch') IS NULL FROM attempts"
    costs = {(model, live): cost for model, cost, live in kept(tmp_path, query)}
    assert costs == {("openai/m0", 0): 0.0125, ("hosted_vllm/m1", 1): 0.025}


@pytest.mark.parametrize(
    ("how", "changes", "told"),
    [
        ({"executor": "ray"}, {}, "goes with no --executor ray"),
        ({}, {"contestants": [{"agent": "uniform"}, {"agent": "tit_for_tat"}]}, "it has no models"),
        ({}, {"extra": {"extra_headers": {"x-title": "t"}}}, "no question in a batch can have"),
    ],
)
def test_what_cannot_be_batched_is_refused_by_name(
    how: dict[str, Any], changes: dict[str, Any], told: str, tmp_path: Path
) -> None:
    data = dictators("http://127.0.0.1:9/v1")
    if "contestants" in changes:
        data |= changes | {"prices": {}}
    else:
        data["contestants"] = [row | changes for row in data["contestants"]]
    with pytest.raises(BadInput, match=told):
        play(data, tmp_path, **how)


def test_a_server_without_batches_is_refused_by_name(tmp_path: Path) -> None:
    with (
        BatchLoopback(fault=lambda *_: Reply("no such route", status=404)) as server,
        pytest.raises(BadInput, match="batches of openai/m0 cannot be listed: no such route"),
    ):
        play(alone(server.url), tmp_path)
