"""A council that Ray's workers play."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from agents.council import CHAIR, DEFAULT
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.runner import run
from tests.agents.composite_runs import design, made
from tests.arena.designs import Silent
from tests.loopback import Loopback, Reply

OPTIONS = ("cooperate", "defect")


def by_length(asked: Mapping[str, Any], _number: int) -> Reply:
    """An answer that depends on what was asked alone, in whatever order questions arrive."""
    size = sum(len(message["content"]) for message in asked["messages"])
    keys = asked["response_format"]["json_schema"]["schema"]["properties"]
    said = {"reasoning": "So.", "action": OPTIONS[size % 2], "strength": size % 100}
    return Reply(json.dumps({key: said[key] for key in keys if key in said}))


@pytest.mark.soak
def test_workers_play_a_council_as_one_process_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    decisions = {}
    with Loopback(by_length) as server:
        council, other = {"agent": "council", "rounds": 2}, {"agent": "tit_for_tat"}
        tournament = Tournament(design(server.url, council, other))
        for executor in ("local", "ray"):
            how = RunOptions(preflight=False, executor=executor, workers=2)
            for limit in (1, None):  # it stops after a match, and goes on
                run(tournament, tmp_path / executor, Silent(), limit, how=how)
            decisions[executor] = made(tmp_path / executor, "council")
    assert len(decisions["local"]) == 2
    for here, there in zip(decisions["local"], decisions["ray"], strict=True):
        assert (here.action, here.affect, here.opinions) == (
            there.action, there.affect, there.opinions,
        )  # fmt: skip
        parts = Counter(attempt.part for attempt in there.attempts)
        assert parts == {**dict.fromkeys(DEFAULT, 2), CHAIR: 1}
