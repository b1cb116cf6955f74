"""Tournaments whose provider has a bad day: nothing lost, nothing invented, nothing paid twice."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from agents.core.models.lite import LiteModel
from agents.core.models.model import ModelSpec, Request
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.replay import replay
from arena.engine.runner import run
from arena.engine.verify import problems
from arena.record.place import FILE
from arena.record.run import Run
from games import BadInput
from prompts import Message
from tests import loopback
from tests.arena.designs import Silent, design
from tests.arena.faults import FAULTS, FIGURES, LONGEST, BadDay
from tests.loopback import Loopback, Reply, answering

PRICE = {"prompt": 1_000_000, "completion": 1_000_000}
"""A dollar a token."""


def models(url: str, count: int = 2, rounds: int = 10, **changes: Any) -> dict[str, Any]:
    """Models in the repeated prisoner's dilemma; every match has 2 x rounds decisions."""
    common = {"agent": "llm", "form": "json", "api_base": url, "backoff": 0.001, "retries": 8}
    common |= {"max_tokens": LONGEST, "timeout": 2.5, **changes.pop("model", {})}
    players = [{"name": f"m{n}", "model": f"openai/m{n}", **common} for n in range(count)]
    game = {"name": "prisoners_dilemma", "params": {"rounds": rounds}}
    return design(games=[game], contestants=players, **changes)


def play(data: dict[str, Any], folder: Path, **how: Any) -> str | None:
    return run(Tournament(data), folder, Silent(), how=RunOptions(**{"preflight": False, **how}))


def check(folder: Path) -> Run:
    """The run, if all that follows from something else in it does."""
    found = Run(folder)
    assert list(problems(found)) == []
    assert list(replay(found)) == []
    return found


def counted(folder: Path, query: str) -> Any:
    with sqlite3.connect(folder / FILE) as db:
        return db.execute(query).fetchone()[0]


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    """LiteLLM's first call takes seconds; timeouts in these tests are shorter."""
    with Loopback() as server:
        spec = ModelSpec(model="openai/m", api_base=server.url, form="text")
        loopback.run(LiteModel(spec).complete(Request((Message("user", "?"),))))


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")


def bad_day(url: str, pairs: int, gifts: int, timeout: float) -> dict[str, Any]:
    """Models in ten rounds of the dilemma, answering in JSON, and as dictators, in text."""
    data = models(url, repetitions=pairs, concurrency=16, model={"timeout": timeout})
    (common,) = [row for row in data["contestants"] if row["name"] == "m0"]
    giver = common | {"name": "giver", "model": "openai/giver", "form": "text"}
    data["contestants"].append(giver)
    data["games"][0] |= {"contestants": ["m0", "m1"]}
    data["games"].append({"name": "dictator", "contestants": ["giver"], "repetitions": gifts})
    return data


def wrong(folder: Path, day: BadDay) -> list[tuple[Any, ...]]:
    """Decisions whose action is not the one that the last reply meant."""
    query = """
        SELECT d.match, d.turn, served_model, action FROM decisions d JOIN attempts a
            ON d.match = a.match AND d.seat = a.seat AND d.turn = a.turn
        WHERE a.verdict = 'legal'"""
    with sqlite3.connect(folder / FILE) as db:
        rows = db.execute(query).fetchall()
    return [row for row in rows if json.loads(row[3]) != day.meant[row[2]]]


def play_a_bad_day(folder: Path, pairs: int, gifts: int, timeout: float) -> None:
    """Nothing lost, nothing invented, nothing paid twice, whatever goes wrong with a fifth."""
    day = BadDay(1, late=1.5 * timeout)
    with Loopback(day) as server:
        assert play(bad_day(server.url, pairs, gifts, timeout), folder) is None
        asked = len(server.requests)
    assert set(day.made) == {"none", *FAULTS}, "every fault has happened"
    assert wrong(folder, day) == []
    found = check(folder)
    assert sum(found.counts.values()) == found.planned == 2 * pairs + gifts
    late = "SELECT count(*) FROM attempts WHERE json_extract(failure, '$.status') = 408"
    # On a busy machine calls are given up that were not to be late, some before they were sent.
    unplanned = counted(folder, late) - day.made["timeout"]
    assert 0 <= counted(folder, "SELECT count(*) FROM attempts") - asked <= unplanned
    decided = counted(folder, "SELECT count(*) FROM decisions WHERE action IS NOT NULL")
    assert decided >= 0.95 * (40 * pairs + gifts)
    voids = "SELECT count(*) FROM matches WHERE ending = 'void' AND verdict IS NULL"
    assert counted(folder, voids) == 0
    found.close()


def test_a_bad_day_on_which_every_fault_happens(tmp_path: Path) -> None:
    assert len(FAULTS) >= 50
    play_a_bad_day(tmp_path, pairs=7, gifts=120, timeout=2.5)


@pytest.mark.soak
def test_fifteen_thousand_decisions_of_which_a_fifth_go_wrong(tmp_path: Path) -> None:
    play_a_bad_day(tmp_path, pairs=275, gifts=4_000, timeout=10)


def test_the_cap_is_never_passed_and_the_run_goes_on_with_a_higher_one(tmp_path: Path) -> None:
    day = BadDay(2, without=("timeout", *FIGURES))
    cap = 4_500.0
    with Loopback(day) as server:
        data = models(server.url, repetitions=50, rounds=3, concurrency=100)
        data["prices"] = {f"openai/m{n}": PRICE for n in range(2)}
        why = play(data, tmp_path, max_cost=cap)
        assert why is not None
        assert "the cap of $4500 is reached" in why
        assert day.charged <= cap
        kept = counted(tmp_path, "SELECT total(cost) FROM attempts")
        kept += counted(tmp_path, "SELECT total(json_extract(failure, '$.cost')) FROM attempts")
        assert day.charged <= kept <= cap
        assert kept > 0.8 * cap, "the cap is used"
        assert play(data, tmp_path, max_cost=cap) is not None
        assert day.charged <= cap
        assert play(data, tmp_path, max_cost=1e6) is None
        assert len(server.requests) == counted(tmp_path, "SELECT count(*) FROM attempts")
    check(tmp_path).close()


def test_watchers_hear_of_all_that_was_spent(tmp_path: Path) -> None:
    class Told(Silent):
        def __init__(self) -> None:
            self.paid_before: list[float] = []

        def paid(self, cost: float) -> None:
            self.paid_before.append(cost)

    data = models("", rounds=1, repetitions=1)
    data["prices"] = {f"openai/m{n}": PRICE for n in range(2)}
    first, second = Told(), Told()
    with Loopback() as server:
        for row in data["contestants"]:
            row["api_base"] = server.url
        run(Tournament(data), tmp_path, first, how=RunOptions(limit=1))
        run(Tournament(data), tmp_path, second, how=RunOptions(preflight=False))
    assert first.paid_before == [0.0, 18.0, 18.0]
    assert second.paid_before == [18.0 * 4], "two probes and two decisions"


def test_a_bill_higher_than_the_bound_is_reported(tmp_path: Path) -> None:
    usage = {"prompt_tokens": 10, "completion_tokens": 50_000, "total_tokens": 50_010}
    with Loopback(lambda asked, _n: Reply(answering(asked).text, usage=usage)) as server:
        data = models(server.url, rounds=1, repetitions=1)
        data["prices"] = {f"openai/m{n}": PRICE for n in range(2)}
        play(data, tmp_path, max_cost=20_000)
    about = counted(tmp_path, "SELECT about FROM notes WHERE kind = 'overbilled'")
    assert "more than was reserved" in about


def test_a_cap_needs_prices(tmp_path: Path) -> None:
    with Loopback() as server, pytest.raises(BadInput, match=r'\[prices."openai/m0"\].*openai/m1'):
        play(models(server.url), tmp_path, max_cost=1)


def test_preflight_names_all_models_that_cannot_be_used(tmp_path: Path) -> None:
    def wrong(asked: Any, _number: int) -> Reply:
        if asked["model"] == "m0":
            return Reply("no such key", status=401)
        return Reply("You exceeded your current quota", status=429)

    with Loopback(wrong) as server:
        with pytest.raises(BadInput, match=r"openai/m0.*no such key.*openai/m1.*current quota"):
            play(models(server.url), tmp_path, preflight=True)
        assert len(server.requests) == 2
        assert all(body["max_tokens"] == 16 for body in server.bodies)
    assert counted(tmp_path, "SELECT count(*) FROM probes") == 2
    assert counted(tmp_path, "SELECT count(*) FROM attempts") == 0


@pytest.mark.parametrize(
    ("status", "text"), [(429, "insufficient_quota"), (402, "Insufficient credits")]
)
def test_credit_that_runs_out_leaves_the_rest_open(tmp_path: Path, status: int, text: str) -> None:
    def poor(asked: Any, number: int) -> Reply:
        return answering(asked, number) if number < 6 else Reply(text, status=status)

    with Loopback(poor) as server:
        data = models(server.url, count=2, rounds=1)
        why = play(data, tmp_path)
        assert why is not None
        assert "its credit is used up" in why
        assert len(server.requests) <= 6 + 2 * 4, "those in flight when it was known"
        assert counted(tmp_path, "SELECT count(*) FROM attempts") == 6
        assert counted(tmp_path, "SELECT count(*) FROM matches WHERE ending = 'void'") == 0
        assert text in counted(tmp_path, "SELECT about FROM notes WHERE kind = 'paused'")
        server.script = answering
        assert play(data, tmp_path) is None
    assert check(tmp_path).counts == {"completed": 6}


def test_a_provider_that_stays_busy_burns_no_schedule(tmp_path: Path) -> None:
    def busy(asked: Any, number: int) -> Reply:
        return answering(asked, number) if number < 6 else Reply("busy", status=429)

    with Loopback(busy) as server:
        data = models(server.url, repetitions=20, rounds=1, model={"retries": 4})
        why = play(data, tmp_path)
        assert why is not None
        assert "of its last" in why
        closed = counted(tmp_path, "SELECT count(*) FROM matches")
        assert closed < 20, f"of 40, though four decisions are enough to see it; not {closed}"


def test_a_model_that_fails_too_often_is_paused_and_the_others_play_on(tmp_path: Path) -> None:
    def one_down(asked: Any, number: int) -> Reply:
        return Reply("down", status=503) if asked["model"] == "m0" else answering(asked, number)

    with Loopback(one_down) as server:
        data = models(server.url, count=3, rounds=2, repetitions=10)
        why = play(data, tmp_path)
        assert why is not None
        assert "of its last 20 calls failed" in why
        spent = sum(body["model"] == "m0" for body in server.bodies)
        assert spent <= 20 + 4
        closed = counted(tmp_path, "SELECT count(*) FROM matches WHERE ending = 'completed'")
        assert closed == 20, "m1 and m2 met"
        server.script = answering
        assert play(data, tmp_path) is None
    check(tmp_path).close()


def test_a_match_that_takes_too_long_is_void(tmp_path: Path) -> None:
    with Loopback(lambda asked, _n: Reply(answering(asked).text, delay=0.05)) as server:
        data = models(server.url, repetitions=1, deadline=0.2)
        play(data, tmp_path)
        asked = len(server.requests)
    found = check(tmp_path)
    assert found.counts == {"void": 2}
    given_up = "SELECT count(*) FROM attempts WHERE json_extract(failure, '$.status') = 499"
    assert asked + counted(tmp_path, given_up) == counted(tmp_path, "SELECT count(*) FROM attempts")
    found.close()
