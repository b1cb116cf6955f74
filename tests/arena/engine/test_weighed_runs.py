"""Runs that decide by probabilities: found out beforehand, planned, and exact in what they tell."""

from collections.abc import Mapping
from contextlib import closing
from math import log
from pathlib import Path
from string import ascii_letters, digits
from typing import Any

import pytest

import games
from arena import api
from arena.analysis.information_sets import elicited
from arena.design.tournament import Tournament
from arena.engine.runner import run as play
from arena.engine.verify import problems
from arena.planning.plan import plan
from arena.record.run import Run
from games import BadInput
from games.core.solve import exploitability
from games.core.tree import build
from tests.arena.designs import Silent, played
from tests.loopback import Loopback, Reply

EVEN = [{"token": each, "logprob": log(1 / 64)} for each in (*ascii_letters, *digits, "}", "-")]


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for provider in ("OPENAI", "ANTHROPIC", "OPENROUTER"):
        monkeypatch.setenv(f"{provider}_API_KEY", "sk-loopback")


def even(asked: Mapping[str, Any], _number: int) -> Reply:
    """It goes on from the beginning of a reply, and has no preference among options."""
    if asked["messages"][-1]["role"] != "assistant":
        return Reply("yes")
    token = {**EVEN[0], "top_logprobs": EVEN}
    return Reply("a", "length", choice={"logprobs": {"content": [token]}})


def plain(asked: Mapping[str, Any], _number: int) -> Reply:
    """It passes over what is asked beside the question."""
    return Reply("yes" if "response_format" not in asked else '{"action": "yes", "intensity": 5}')


def design(game: str, **more: Any) -> dict[str, Any]:
    row = {"agent": "llm", "name": "m", "model": "openai/x", "decide_by": "probabilities"}
    row |= {"form": "json"}
    own = {key: more.pop(key) for key in ("api_base", "model") if key in more}
    games_ = [{"name": game, **more}]
    base = {"name": "weighed", "games": games_, "contestants": [row | own, {"agent": "uniform"}]}
    return base | {"repetitions": 1}


def test_a_server_that_tells_no_probabilities_is_found_before_play(tmp_path: Path) -> None:
    with Loopback(plain) as server:
        data = design("prisoners_dilemma", api_base=server.url)
        with pytest.raises(BadInput, match=r"'openai/x' cannot be used: .*no token probabilities"):
            play(Tournament(data), tmp_path / "run", Silent())
        assert len(server.requests) == 2, "a question, and one token of its answer"
    with closing(Run(tmp_path / "run")) as run:
        assert run.counts == {}


@pytest.mark.parametrize(
    ("game", "model", "reason"),
    [
        ("prisoners_dilemma", "anthropic/claude-sonnet-4-5", "lists no token probabilities"),
        ("dictator", "openrouter/a/b", "on amounts, which begin with the same digits"),
    ],
)
def test_a_plan_refuses_what_cannot_be_weighed(game: str, model: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        plan(Tournament(design(game, model=model)))


@pytest.mark.parametrize(
    ("game", "calls"),
    [("prisoners_dilemma", (1, 1)), ("dictator", (11, 11)), ("ultimatum", (1, 11))],
)
def test_a_plan_counts_the_places_at_which_options_part(game: str, calls: tuple[int, int]) -> None:
    found = plan(Tournament(design(game, model="embedded/smollm2"))).contestants["m"]
    each = found.calls.low / found.decisions.low
    assert calls[0] <= each <= calls[1]


def test_one_answer_in_each_information_set_tells_the_whole_policy(tmp_path: Path) -> None:
    with Loopback(even) as server:
        asked = {"schedule": {"kind": "elicitation"}}
        data = design("kuhn_poker", api_base=server.url, **asked)
        data["contestants"] = data["contestants"][:1]
        folder = played(data, tmp_path / "run")
    with closing(Run(folder)) as run:
        assert list(problems(run)) == []
        poker = games.load("kuhn_poker")
        policy = elicited(run.matches(), poker, "m")
        assert all(p == pytest.approx(0.5) for row in policy.values() for p in row.values())
        tree, table = build(poker), api.Run(run.folder).ratings("exploitability", rounds=20)
        truth = exploitability(tree, tree.uniform())
        assert table["exploitability"].iloc[0] == pytest.approx(truth)
        assert table["fewest"].iloc[0] == 1
