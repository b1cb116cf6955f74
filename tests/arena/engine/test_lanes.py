"""The lane of each call on record, and notes of calls that do not go past LiteLLM's own work."""

from pathlib import Path

import pytest

import arena
from agents.core.models.model import DIRECT, Failure
from agents.core.types import Attempt
from arena.design.tournament import Tournament
from arena.engine.lanes import LaneNotes
from arena.engine.options import RunOptions
from arena.engine.runner import run
from prompts import Verdict
from tests.arena.designs import Silent, design
from tests.arena.kills import varied
from tests.loopback import Loopback


def test_a_fall_back_is_noted_once_with_its_reason() -> None:
    noted: list[tuple[str, str]] = []
    lanes = LaneNotes(lambda kind, about: noted.append((kind, about)))
    for lane in (None, DIRECT, "acompletion: it changed", "acompletion: it changed"):
        failure = Failure("gone", 500, lane=lane)
        lanes.attempted(Attempt((), None, Verdict.PROVIDER_ERROR, failure), "openai/m")
    assert noted == [("lane", "openai/m: acompletion: it changed")]


def test_the_lane_of_each_call_is_on_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    with Loopback(varied) as server:
        common = {"agent": "llm", "form": "json", "api_base": server.url}
        players = [
            {"name": "usual", "model": "openai/m0", **common},
            {"name": "other", "model": "openai/m1", "extra": {"drop_params": True}, **common},
        ]
        data = design(games=[{"name": "prisoners_dilemma"}], contestants=players)
        assert run(Tournament(data), tmp_path, Silent(), how=RunOptions(preflight=False)) is None
    with arena.Run(tmp_path) as played:
        lanes = played.attempts().groupby("model")["lane"].unique()
    why = "acompletion: it sets drop_params"
    assert {model: [*each] for model, each in lanes.items()} == {
        "openai/m0": [DIRECT], "openai/m1": [why],
    }  # fmt: skip
