"""Plans: what they say is compared with what runs really do; making one asks nobody."""

import json
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from agents.core.models.meter import Meter
from arena.core.types import PASSIVE
from arena.design.tournament import Tournament, shipped
from arena.planning import plan as planning
from arena.planning import stand_ins
from arena.planning.plan import Plan, plan
from arena.planning.share import Range
from arena.record.run import Run
from arena.report.plan import notes, plan_json, plan_text
from games import BadInput, available
from tests.arena.designs import DILEMMA, KUHN, PLAYERS, arena, design, played, toml
from tests.loopback import Loopback

PRICED = "openai/gpt-4o-mini"
MODEL: dict[str, Any] = {"agent": "llm", "name": "m", "model": PRICED}
ELICITED: dict[str, Any] = {**KUHN, "id": "asked", "schedule": {"kind": "elicitation"}}
MIXED = design(games=[KUHN, DILEMMA, ELICITED])


def planned(**changes: Any) -> Plan:
    return plan(Tournament(design(**changes)))


def decisions(run: Run) -> Counter[str]:
    """Decisions that a run really took, by contestant."""
    return Counter(t.match.seats[d.player] for t in run.matches() for d in t.decisions)


def meter(data: dict[str, Any], name: str) -> Meter:
    """What is known of a contestant's model."""
    (need,) = Tournament(data).contestants[name][1].model_specs()
    return Meter(need, local=False)


def inside(figure: Range, real: float) -> bool:
    return figure.low <= real <= figure.high


def test_a_plan_of_scripted_players_is_exact(tmp_path: Path) -> None:
    found = plan(Tournament(MIXED))
    run = Run(played(MIXED, tmp_path / "run"))
    assert found.total.matches == (run.planned,) * 3 == (18 + 18 + 108,) * 3
    assert found.matches == Counter(t.match.game for t in run.matches())
    real = decisions(run)
    assert {name: share.decisions for name, share in found.contestants.items()} == {
        name: (count,) * 3 for name, count in real.items()
    }
    seats = Counter(n for t in run.matches() for n in t.match.seats if n != PASSIVE)
    assert {n: s.matches for n, s in found.contestants.items()} == {
        n: (count,) * 3 for n, count in seats.items()
    }
    assert found.design_hash == run.manifest.design_hash
    assert found.total.cost == (0, 0, 0)
    assert found.seconds == (0, 0, 0)


def test_a_sample_states_an_interval_that_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "SETTLED", 10)
    data = {**MIXED, "repetitions": 10}
    found = plan(Tournament(data))
    real = decisions(Run(played(data, tmp_path / "run")))
    assert found.total.decisions.low < found.total.decisions.high
    assert found.total.matches == (480, 480, 480)
    for name, share in found.contestants.items():
        assert inside(share.decisions, real[name])


def test_a_budget_that_results_decide_about_is_bounded(tmp_path: Path) -> None:
    game = {**KUHN, "schedule": {"kind": "adaptive", "budget": 60, "batch": 12}}
    data = design(games=[game])
    found = plan(Tournament(data))
    run = Run(played(data, tmp_path / "run"))
    assert found.total.matches == (60, 60, 60)
    real, seats = decisions(run), Counter(n for t in run.matches() for n in t.match.seats)
    assert inside(found.total.decisions, real.total())
    for name, share in found.contestants.items():
        assert inside(share.matches, seats[name])
        assert inside(share.decisions, real[name])
        assert share.matches.expected == 60 * 2 / 3


def test_a_plan_of_models_holds_what_a_run_takes(tmp_path: Path) -> None:
    with Loopback() as server:
        model = {**MODEL, "form": "json", "api_base": server.url, "emotion": {"mode": "visible"}}
        data = design(
            contestants=[*PLAYERS, model], games=[{**KUHN, "contestants": ["m", "uniform"]}]
        )
        run = Run(played(data, tmp_path / "run"))
        requests = sum(body["messages"][0]["role"] == "system" for body in server.bodies)
    share = plan(Tournament(data)).contestants["m"]
    assert inside(share.decisions, decisions(run)["m"])
    assert inside(share.calls, requests)
    counted = meter(data, "m")
    whole = [run.match(t.match.id) for t in run.matches()]
    tries = [a for t in whole for d in t.decisions for a in d.decision.attempts]
    assert inside(share.prompt, sum(counted.tokens(a.messages) for a in tries))
    replies = [a.completion.text for a in tries if a.completion]
    assert inside(share.completion, sum(map(counted.length, replies)))


@pytest.mark.usefixtures("socket_disabled")
def test_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    models = [
        "openai/gpt-4o",
        "anthropic/claude-3-haiku",
        "ollama/llama3.2",
        "groq/llama-3.1-8b-instant",
    ]
    models += ["embedded/smollm2", "cohere_chat/command-r", "openai/nobody-knows"]
    row = {**MODEL, "model": models, "emotion": {"mode": ["absent", "manipulative"]}}
    found = planned(contestants=[*PLAYERS, row], games=[{"name": "dictator", "contestants": ["m"]}])
    assert all(share.calls.low == 3 for share in found.contestants.values())


@pytest.mark.parametrize("game", available())
def test_stand_ins_answer_every_question_at_once(game: str) -> None:
    row = {
        **MODEL,
        "form": ["json", "text"],
        "emotion": {"mode": ["absent", "hidden", "visible", "manipulative"]},
    }
    params = {"rounds": 2} if game == "prisoners_dilemma" else {}
    found = planned(
        contestants=[row], games=[{"name": game, "params": params}], repetitions=1
    ).total
    assert found.calls.low == found.decisions.low > 0


def test_prices_come_from_the_table_or_from_the_file() -> None:
    games = [{"name": "dictator"}]
    rows = [MODEL, {**MODEL, "name": "own", "model": "openai/own"}]
    rows.append({**MODEL, "name": "local", "model": "embedded/smollm2"})
    found = planned(contestants=rows, games=games)
    assert found.unpriced == ("openai/own",)
    assert found.contestants["own"].cost is None
    assert found.contestants["local"].cost == (0, 0, 0)
    price = meter(design(contestants=[MODEL], games=games), "m").price
    share = found.contestants["m"]
    assert price is not None
    assert share.cost is not None
    assert share.cost == found.total.cost
    tokens = zip(share.prompt, share.completion, share.cost, strict=True)
    assert all(cost == pytest.approx(price.of(a, b)) for a, b, cost in tokens)
    stated = {"openai/own": {"prompt": 2, "completion": 10}}
    own = planned(contestants=rows, games=games, prices=stated).contestants["own"]
    assert own.cost is not None
    assert own.cost.low == pytest.approx((own.prompt.low * 2 + own.completion.low * 10) / 1e6)


def test_the_upper_bound_lets_every_re_ask_and_every_token_be_used() -> None:
    row = {**MODEL, "max_tokens": 100, "reasks": 2}
    share = planned(contestants=[row], games=[{"name": "dictator"}]).contestants["m"]
    assert share.decisions == (3, 3, 3)
    assert share.calls == pytest.approx((3, 3 * (1 + planning.REASKED), 9))
    assert share.completion.high == 3 * 3 * 100
    assert share.prompt.high > 3 * share.prompt.low + 3 * (100 + 200)
    never = planned(contestants=[{**row, "reasks": 0}], games=[{"name": "dictator"}])
    assert never.contestants["m"].calls == (3, 3, 3)
    assert never.contestants["m"].prompt.low == share.prompt.low
    assert never.contestants["m"].prompt.high < share.prompt.low * 1.1  # wordings differ a little


def test_models_that_reason_are_expected_to_use_half_of_what_they_may() -> None:
    row = {**MODEL, "model": "openai/o3-mini", "max_tokens": 5000, "reasks": 0}
    found = planned(contestants=[row], games=[{"name": "dictator"}])
    assert found.thinkers == ("openai/o3-mini",)
    assert found.contestants["m"].completion.expected == 3 * 5000 / 2


@pytest.mark.parametrize(
    ("limits", "seconds"),
    [
        ({}, 30 * 2 / 4),
        ({"concurrency": 1}, 60),
        ({"requests_per_minute": 10}, 180),
        ({"requests_per_minute": 600}, 15),
        ({"tokens_per_minute": 1}, None),
    ],
)
def test_wall_time_follows_the_narrowest_limit(
    limits: dict[str, int], seconds: float | None
) -> None:
    row = {**MODEL, "reasks": 0}
    data = design(
        contestants=[row], games=[{"name": "dictator"}], limits={PRICED: limits}, repetitions=30
    )
    found = plan(Tournament(data), seconds=2)
    tokens = found.total.prompt.expected + found.total.completion.expected
    assert found.seconds.expected == (60 * tokens if seconds is None else seconds)


def test_a_match_is_one_decision_after_the_other() -> None:
    game = {"name": "prisoners_dilemma", "params": {"rounds": 20}, "contestants": ["m", "uniform"]}
    data = design(
        contestants=[*PLAYERS, MODEL],
        games=[game],
        repetitions=1,
        limits={PRICED: {"concurrency": 99}},
    )
    assert plan(Tournament(data), seconds=2).seconds.low == 20 * 2


def printed(found: Plan) -> str:
    stream = StringIO()
    plan_text(found, stream)
    return " ".join(stream.getvalue().split())


DESIGNS = [pytest.param(n, marks=pytest.mark.soak) if n == "eai" else n for n in shipped()]
"""Shipped designs; that of 192 contestants is planned in half a minute."""


@pytest.mark.parametrize("name", DESIGNS)
def test_the_text_says_what_the_plan_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "SAMPLE", (1, 1))  # whatever the figures are
    found = plan(Tournament.read(shipped()[name]))
    out = printed(found)
    assert f"{name}: design {found.design_hash}" in out
    assert name != "eai_ethics" or found.unpriced == ()
    assert all(f"{key} {found.schedules[key]} {n:,}" in out for key, n in found.matches.items())
    asks = name not in {"controls", "dyadic_map", "poker"}
    assert ("Wall time: " in out) == asks
    unmade = "Warning: there are no vectors of embedded/smollm2 as its file is now"
    assert (unmade in out) == (name == "three_ways")


def test_a_plan_says_what_a_providers_cache_may_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    priced = {**MODEL, "model": "openai/gpt-4o-mini"}
    game = {"name": "prisoners_dilemma", "params": {"rounds": 10}}

    def told(**changes: Any) -> Plan:
        return planned(
            **{"contestants": [priced, {"agent": "tit_for_tat"}], "games": [game]} | changes
        )

    assert told().total.cached == (0, 0, 0)  # its prompts are too short for that
    monkeypatch.setattr(stand_ins, "LEAST_CACHED", 1)
    found = told()
    assert found.total.cached.expected >= 0.7 * found.total.prompt.expected
    listed = meter(design(contestants=[priced], games=[{"name": "dictator"}]), "m")
    assert listed.price is not None
    assert listed.cached_price is not None
    each = (listed.price.prompt - listed.cached_price) / 1e6
    assert found.total.saved.expected == pytest.approx(each * found.total.cached.expected)
    assert "of the prompt tokens repeat how the prompt before them in the match begins" in printed(
        found
    )
    stated = {"openai/gpt-4o-mini": {"prompt": 1, "completion": 1}}
    assert told(prices=stated).total.saved == (0, 0, 0)
    once = told(games=[{"name": "dictator"}], contestants=[priced])
    assert once.total.cached == (0, 0, 0)
    assert "repeat how the prompt" not in printed(once)


def test_the_text_says_what_is_unknown() -> None:
    own = {**MODEL, "name": "own", "model": ["openai/own", "openai/o3"]}
    out = printed(planned(contestants=[own], games=[{"name": "dictator"}]))
    assert "Price unknown, and left out of the sum: openai/own." in out
    assert "Known to reason before they answer: openai/o3;" in out


def test_the_command_prints_one_document(tmp_path: Path) -> None:
    data = design(contestants=[MODEL], games=[{"name": "dictator"}])
    (tmp_path / "t.toml").write_text(toml(data))
    done = arena("plan", "t.toml", "--json", "--seconds", 2, "--reasked", 0.5, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads(plan_json(plan(Tournament(data), 2, 0.5)))
    document = json.loads(done.stdout)
    assert document["total"]["calls"] == {"low": 3, "expected": 4.5, "high": 9}
    assert document["per_call"] == {"low": 2, "expected": 2, "high": 2}


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(toml(design(limits={"openai/x": {}})))
    done = arena("plan", "t.toml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "arena: unknown model in t.toml: limits 'openai/x' (known: none)\n"


def test_a_plan_names_who_answers_in_which_form() -> None:
    first, second = {**MODEL, "name": "a"}, {**MODEL, "name": "b", "form": "json"}
    game = {"name": "prisoners_dilemma"}
    mixed = planned(games=[game], contestants=[{**first, "form": "text"}, second])
    assert mixed.forms == {"a": "text", "b": "json"}
    assert sum("(JSON: b; lines: a)" in line for line in notes(mixed)) == 1
    same = planned(games=[game], contestants=[{**first, "form": "json"}, second])
    assert not any("different forms" in line for line in notes(same))


def test_growth_with_the_square_of_the_rounds_is_counted_and_said() -> None:
    def of(rounds: int, **params: Any) -> Plan:
        game = {"name": "prisoners_dilemma", "id": "long", "params": {"rounds": rounds}}
        return planned(games=[game], contestants=[{**MODEL, **params}, PLAYERS[0]], repetitions=1)

    def history(rounds: int, **params: Any) -> float:
        """Prompt tokens beyond those of a first question each."""
        share = of(rounds, **params).contestants["m"]
        return share.prompt.expected - share.calls.expected * first

    first = of(1).contestants["m"].prompt.expected / of(1).contestants["m"].calls.expected
    assert history(40) > 3.4 * history(20)
    assert history(40, history=5) < 2.6 * history(20, history=5)
    said = "Every prompt of long tells all earlier rounds again: tokens grow with the square"
    assert any(line.startswith(said) for line in notes(of(20)))
    for quiet in (of(20, history=5), of(1)):
        assert not quiet.retold
        assert not any("square" in line for line in notes(quiet))


@pytest.mark.parametrize("model", ["openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5"])
def test_batches_are_half_the_price_and_say_how_many_follow_one_another(model: str) -> None:
    common = {"agent": "llm", "form": "json"}
    players = [
        {"name": "a", "model": model, **common},
        {"name": "b", "model": "hosted_vllm/b", **common},
    ]
    price = {"prompt": 1, "completion": 2}
    tournament = Tournament(
        design(
            games=[{"name": "prisoners_dilemma", "params": {"rounds": 3}}],
            contestants=players,
            prices={model: price, "hosted_vllm/b": price},
        )
    )
    usual, batched = plan(tournament), plan(tournament, batch=True)
    assert (batched.batched, batched.waves) == ((model,), Range(3, 3, 6))
    for name, share in (("a", 0.5), ("b", 1.0)):
        costs = usual.contestants[name].cost, batched.contestants[name].cost
        assert costs[0] is not None
        assert costs[1] == pytest.approx(costs[0].times(share))
    text = " ".join(notes(batched))
    assert f"at half the price: {model}. 3 (3–6) of them follow one another" in text
    assert "Asked by themselves, at the usual price: hosted_vllm/b." in text
    assert json.loads(plan_json(batched))["waves"] == {"low": 3, "expected": 3, "high": 6}
    with pytest.raises(BadInput, match="no model of this design is asked in batches"):
        plan(Tournament(design()), batch=True)
