"""Runs in batches: the record of a live run at half the price, whatever befalls a batch."""

import json
import re
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from arena.engine.interruption import Interruption
from arena.engine.replay import replay
from arena.engine.verify import problems
from arena.record.batch_files import BATCHES
from arena.record.run import Run
from games import BadInput
from tests.arena.batched import (
    KEY,
    PRICE,
    Heard,
    alone,
    dilemma,
    each_provider,
    interrupted_at,
    kept,
    play,
)
from tests.arena.kills import varied
from tests.batches import PROVIDERS, AnthropicLoopback, BatchLoopback, Provider
from tests.loopback import Loopback, Reply

pytestmark = pytest.mark.usefixtures("quick")


@each_provider
def test_it_is_the_record_of_a_live_run_at_half_the_price(
    provider: Provider, tmp_path: Path
) -> None:
    heard = Heard()
    with provider.server(varied) as server:
        assert play(dilemma(server, provider, rounds=2), tmp_path / "batch", heard) is None
        assert server.called["create"] == 4, "two waves, of a file for each of two models"
        assert server.called["content"] == 4, "nothing reads them for itself"
        names = server.lines()
    with provider.server(varied) as live:
        assert play(dilemma(live, provider, rounds=2), tmp_path / "live", batch=False) is None
        bodies = sent_to(live)
    same = "SELECT match, seat, turn, number, messages, verdict, reply, usage, served_model, {}"
    query = same.format("cost, seconds, sampling FROM attempts ORDER BY 1, 2, 3, 4")
    batched, lived = (kept(tmp_path / name, query) for name in ("batch", "live"))
    assert [row[:9] for row in batched] == [row[:9] for row in lived]
    assert [row[9] for row in batched] == pytest.approx([row[9] / 2 for row in lived])
    for row, other in zip(batched, lived, strict=True):
        about = json.loads(row[11])
        assert about.pop("batch") in server.batches
        assert about["lane"] == "acompletion: its calls wait for batches"
        assert {**about, "lane": "direct"} == json.loads(other[11])
        assert row[10] == 0
    attempts = sorted("-".join(map(str, row[:4])) for row in batched)
    assert sorted(re.sub("^[0-9a-f]{12}-", "", name) for name in names) == attempts
    assert sent_to(server) == bodies
    assert heard.cost == pytest.approx(sum(row[9] for row in batched))
    assert any(
        re.search("in_progress: 0 of 4 done, since .*, expires", line) for line in heard.lines
    )
    assert not (tmp_path / "batch" / BATCHES).exists(), "nothing is left that nobody will ask for"
    with closing(Run(tmp_path / "batch")) as found:
        assert list(problems(found)) == list(replay(found)) == []


def sent_to(server: BatchLoopback) -> list[str]:
    """All questions as they came, in some order."""
    raw = server.raw if isinstance(server, AnthropicLoopback) else server.bodies
    return sorted(json.dumps(body, sort_keys=True) for body in raw)


def some_lines_go_wrong(asked: Mapping[str, Any], number: int) -> Reply:
    """The first line fails, the second one has no answer."""
    wrong = {0: Reply("down", status=500), 1: Reply(drop=True)}
    return wrong.get(number) or varied(asked, number)


@each_provider
@pytest.mark.parametrize("ending", ["expired", "cancelled"])
def test_lines_that_fail_or_have_no_answer_are_on_record_and_asked_again(
    provider: Provider, ending: str, tmp_path: Path
) -> None:
    endings = (ending, ending, "completed")
    with provider.server(some_lines_go_wrong, endings=endings) as server:
        assert play(dilemma(server, provider), tmp_path) is None
        assert len(server.lines()) == len(set(server.lines())) == 8 + 2
    failures = kept(tmp_path, "SELECT failure, number FROM attempts WHERE failure IS NOT NULL")
    about = [json.loads(failure) for failure, number in failures if number == 0]
    word = ending.removesuffix("led")
    assert len(about) == 2
    assert {"down"} < {each["message"] for each in about}
    told = {"expired": "expired|not executed", "cancelled": "canceled|not executed"}[ending]
    assert any(re.search(told, each["message"]) for each in about), word
    assert {each["kind"] for each in about} == {"server"}
    assert kept(tmp_path, "SELECT count(*) FROM counted WHERE ending = 'completed'") == [(4,)]


BUSY, DOWN, LOST = Reply("slow down", status=429), Reply("down", status=503), Reply(drop=True)
HTML = Reply(body=b"<html>")


def stumbling(endpoint: str, number: int) -> Reply | None:
    """Each endpoint is busy, is down, is lost and talks of something else; then it works.

    What was lost, or is not understood, has been done.
    """
    return {0: BUSY, 1: DOWN, 2: HTML, 3: LOST}.get(number - (endpoint == "list"))


@each_provider
def test_no_question_is_paid_twice_where_the_provider_stumbles(
    provider: Provider, tmp_path: Path
) -> None:
    with provider.server(fault=stumbling) as server:
        assert play(alone(server, provider), tmp_path) is None
        assert server.called["create"] == 3, "it was found once it was made"
        assert len(server.lines()) == len(set(server.lines())) == 2
        assert set(server.called) == set(provider.endpoints)
    assert kept(tmp_path, "SELECT count(*) FROM attempts WHERE failure IS NOT NULL") == [(0,)]


def lost(endpoint: str, number: int) -> Reply | None:
    """The first batch is made, and nothing is heard of it."""
    return LOST if (endpoint, number) == ("create", 0) else None


@each_provider
def test_a_batch_that_is_not_listed_yet_is_looked_for_several_times(
    provider: Provider, tmp_path: Path
) -> None:
    heard = Heard()
    with provider.server(fault=lost, lag=2, polls=2) as server:
        assert play(alone(server, provider), tmp_path, heard) is None
        assert server.called["create"] == 1
        assert server.called["list"] > 3
    assert any("may have arrived" in line for line in heard.lines)


@each_provider
def test_a_batch_is_looked_for_on_all_pages_of_the_list(provider: Provider, tmp_path: Path) -> None:
    def fault(endpoint: str, number: int) -> Reply | None:
        if (endpoint, number) == ("list", 1):
            server.add_strangers(2)
        return lost(endpoint, number)

    with provider.server(fault=fault, page=1) as server:
        assert play(alone(server, provider), tmp_path) is None
        assert server.called["create"] == 1


def garbled(lines: list[bytes], number: int) -> list[bytes]:
    """Broken off at first; then with lines that say nothing, of others, and said twice."""
    if number == 0:
        return [*lines[:1], lines[-1][:20]]
    other = lines[0].replace(b'"custom_id": "', b'"custom_id": "other')
    return [other, b"[]", b"{", b"\xff", b'{"custom_id": 3}', *lines, *lines, lines[0][:-9]]


@each_provider
def test_what_is_broken_in_results_costs_no_answer(provider: Provider, tmp_path: Path) -> None:
    with provider.server(varied, garble=garbled) as server:
        assert play(dilemma(server, provider), tmp_path) is None
        assert len(server.lines()) == 8
    assert kept(tmp_path, "SELECT count(*), sum(failure IS NULL) FROM attempts") == [(8, 8)]


@each_provider
def test_a_question_that_the_results_leave_out_is_asked_again(
    provider: Provider, tmp_path: Path
) -> None:
    with provider.server(garble=lambda lines, n: lines[n < 3 :]) as server:
        assert play(alone(server, provider), tmp_path) is None
        assert len(server.lines()) == 3
    failed = kept(tmp_path, "SELECT failure FROM attempts WHERE failure IS NOT NULL")
    assert [json.loads(failure)["status"] for (failure,) in failed] == [503]


NO_MODEL = "The model m0 does not exist"


@pytest.mark.parametrize(
    ("provider", "how"),
    [
        (PROVIDERS[0], {"endings": ["failed"], "why": {"code": "no_model", "message": NO_MODEL}}),
        *((each, {"fault": None}) for each in PROVIDERS),
    ],
    ids=["later", *map(str, PROVIDERS)],
)
def test_a_batch_that_fails_as_a_whole_is_the_failure_of_each_line(
    provider: Provider, how: dict[str, Any], tmp_path: Path
) -> None:
    refused = {"create": Reply(NO_MODEL, status=400)}
    if "fault" in how:
        how = {"fault": lambda endpoint, _: refused.get(endpoint)}
    with provider.server(**how) as server:
        stopped = play(alone(server, provider), tmp_path)
    assert stopped is not None
    assert NO_MODEL in stopped
    assert kept(tmp_path, "SELECT total(cost) FROM reservations") == [(0.0,)]


_POINTS = [("upload", True), ("create", False), ("state", True), ("content", True)]


@pytest.mark.parametrize(
    ("provider", "endpoint", "after"),
    [
        *((provider, "create", True) for provider in PROVIDERS),
        *(
            pytest.param(provider, *point, marks=pytest.mark.soak)
            for provider in PROVIDERS
            for point in _POINTS
            if point[0] in provider.endpoints
        ),
    ],
)
def test_the_next_start_goes_on_with_the_batch_and_pays_nothing_twice(
    provider: Provider,
    endpoint: str,
    *,
    after: bool,
    tmp_path: Path,
    signals: list[Interruption],
) -> None:
    fault = interrupted_at(endpoint, signals, after=after)
    with provider.server(fault=fault) as server:
        data = alone(server, provider)
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


@each_provider
def test_models_without_batches_are_asked_by_themselves(provider: Provider, tmp_path: Path) -> None:
    with provider.server(varied) as server, Loopback(varied) as live:
        data = dilemma(server, provider)
        data["contestants"][1] |= {"model": "hosted_vllm/m1", "api_base": live.url}
        data["prices"] = {f"{provider}/m0": PRICE, "hosted_vllm/m1": PRICE}
        assert play(data, tmp_path) is None
        assert len(server.lines()) == 4
    query = "SELECT model, cost, json_extract(sampling, '$.batch') IS NULL FROM attempts"
    costs = {(model, live): cost for model, cost, live in kept(tmp_path, query)}
    assert costs == {(f"{provider}/m0", 0): 0.0125, ("hosted_vllm/m1", 1): 0.025}


@pytest.mark.parametrize(
    ("how", "changes", "told"),
    [
        ({"executor": "ray"}, {}, "goes with no --executor ray"),
        ({}, {"contestants": [{"agent": "uniform"}, {"agent": "tit_for_tat"}]}, "it has no models"),
        ({}, {"extra": {"extra_headers": {"x-title": "t"}}}, "no question in a batch can have"),
    ],
)
@each_provider
def test_what_cannot_be_batched_is_refused_by_name(
    provider: Provider, how: dict[str, Any], changes: dict[str, Any], told: str, tmp_path: Path
) -> None:
    data = dilemma(provider.server(), provider)
    if "contestants" in changes:
        data |= changes | {"prices": {}}
    else:
        data["contestants"] = [row | changes for row in data["contestants"]]
    with pytest.raises(BadInput, match=told):
        play(data, tmp_path, **how)


@each_provider
def test_a_server_without_batches_is_refused_by_name(provider: Provider, tmp_path: Path) -> None:
    with (
        provider.server(fault=lambda *_: Reply("no such route", status=404)) as server,
        pytest.raises(BadInput, match=f"batches of {provider}/m0 cannot be listed: no such route"),
    ):
        play(alone(server, provider), tmp_path)


def test_anthropics_key_goes_to_its_own_host_alone(tmp_path: Path) -> None:
    provider = PROVIDERS[1]
    with provider.server() as server, provider.server() as other:
        assert isinstance(server, AnthropicLoopback)
        data = alone(server, provider)
        data["contestants"][0]["api_key_env"] = "ANTHROPIC_API_KEY"
        server.elsewhere = other.url
        stopped = play(data, tmp_path)
        assert stopped is not None
        assert "results at 127.0.0.1" in stopped
        assert {each.get("x-api-key") for each in server.heard} == {KEY}
        assert {each.get("anthropic-version") for each in server.heard} == {"2023-06-01"}
        server.elsewhere = None
        [batch] = server.batches.values()
        batch["results_url"] = batch["results_url"].replace(other.url, server.url)
        assert play(data, tmp_path) is None, "the batch was not lost"
        assert other.heard == []
        assert len(server.lines()) == 2


def test_trial_features_of_anthropics_are_named_with_the_batch(tmp_path: Path) -> None:
    provider, model = PROVIDERS[1], "anthropic/claude-sonnet-4-5"
    with provider.server(varied) as server:
        data = dilemma(server, provider, repetitions=1)
        data["contestants"][0]["model"] = model
        data["prices"] = {model: PRICE, "anthropic/m1": PRICE}
        assert play(data, tmp_path) is None
        created = [each for each in server.heard if int(each.get("content-length", 0))]
    betas = {None, "structured-outputs-2025-11-13"}
    assert {each.get("anthropic-beta") for each in created} == betas
    assert kept(tmp_path, "SELECT count(*) FROM attempts WHERE cost > 0") == [(4,)]


def test_a_redirect_is_not_followed_with_anthropics_key(tmp_path: Path) -> None:
    provider = PROVIDERS[1]
    with provider.server() as other:
        away = Reply(status=307, headers={"Location": f"{other.url}/v1/messages/batches"}, body=b"")
        with (
            provider.server(fault=lambda *_: away) as server,
            pytest.raises(BadInput, match=r"redirects .307.: not followed"),
        ):
            play(alone(server, provider), tmp_path)
        assert other.heard == []


@pytest.mark.parametrize("mine", [0, 1])
def test_another_batch_of_as_many_questions_is_not_taken_for_the_lost_one(
    mine: int, tmp_path: Path
) -> None:
    """Anthropic's list does not say whose questions a batch holds: its results do."""
    provider, other = PROVIDERS[1], {"model": "m", "messages": []}
    asked = [{"custom_id": f"{n}", "params": other} for n in range(2)]

    def fault(endpoint: str, number: int) -> Reply | None:
        """Nothing is heard of the batch, which is made or not, beside another one."""
        if (endpoint, number) != ("create", 0):
            return None
        server.serve("create", "", json.dumps({"requests": asked}).encode())
        return LOST if mine else DOWN

    heard = Heard()
    with provider.server(fault=fault, polls=4) as server:
        assert play(alone(server, provider), tmp_path, heard) is None
        assert server.called["create"] == 3 - mine
        assert len(server.lines()) == 4
    assert any("which is known once that ends" in line for line in heard.lines)
    assert kept(tmp_path, "SELECT count(*) FROM attempts WHERE failure IS NULL") == [(2,)]
