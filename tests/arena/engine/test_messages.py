"""Messages on record: a run that is cut short goes on, and Ray changes nothing."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from arena.core.types import action_of, canonical, seed_of
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.ray_access import SETTINGS
from arena.engine.runner import run
from arena.record.run import Run
from games.core.types import Said
from tests.arena.designs import Silent, design, played, toml
from tests.arena.kills import COMMAND, asked, check, models, rows
from tests.loopback import Loopback, Reply

GAME = {
    "name": "prisoners_dilemma",
    "params": {"rounds": 2, "talk": {"length": 60}, "advice": {"adviser": "first"}},
}
EMOTION = {"mode": "manipulative", "opening": True}
SCRIPTS: list[dict[str, Any]] = [
    {"name": "polite", "agent": "tit_for_tat", "says": "Nice to meet you.", "states": "cooperate"},
    {"name": "curt", "agent": "defector"},
]


def varied(asked: Mapping[str, Any], _number: int) -> Reply:
    """An answer that depends on the question alone."""
    keys = asked["response_format"]["json_schema"]["schema"]["properties"]
    drawn = seed_of(asked["model"], asked["messages"])
    said: dict[str, Any] = {"intensity": drawn % 101, "message": f"{drawn % 997} «так» 😀"}
    said |= {key: p["enum"][drawn % len(p["enum"])] for key, p in keys.items() if "enum" in p}
    return Reply(json.dumps({key: said[key] for key in keys}), delay=0.01)


def talking(url: str, repetitions: int = 1) -> dict[str, Any]:
    data = models(url, repetitions)
    who = [{**row, "emotion": EMOTION} for row in data["contestants"]]
    return {**data, "games": [GAME], "contestants": who, "concurrency": 4}


def test_a_message_is_a_list_in_json_and_back() -> None:
    for action in (Said("a «b» 😀", 40), Said("", "cooperate"), Said(), "cooperate", 40):
        assert action_of(json.loads(canonical(action))) == action
        assert type(action_of(json.loads(canonical(action)))) is type(action)


def test_scripts_say_what_the_design_states_and_are_simulated_without_it(tmp_path: Path) -> None:
    data = design(games=[GAME], contestants=SCRIPTS, repetitions=4)
    run_ = Run(played(data, tmp_path / "whole"))
    said = {
        (match.match.seats[each.player], each.decision.action)
        for match in run_.matches()
        for each in match.decisions
        if isinstance(each.decision.action, Said)
    }
    assert said == {("polite", Said("Nice to meet you.", "cooperate")), ("curt", Said())}
    outcomes = Run(played({**data, "record": "outcomes"}, tmp_path / "outcomes"))
    keys = ["match", "seat"]
    whole, simulated = (each.seats().sort_values(keys) for each in (run_, outcomes))
    assert whole["payoff"].tolist() == simulated["payoff"].tolist()


def test_a_run_that_is_cut_short_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    how = RunOptions(1, preflight=False)
    with Loopback(varied) as server:
        run(Tournament(talking(server.url)), tmp_path / "parts", Silent(), how=how)
        for folder in ("parts", "whole"):
            quick = RunOptions(preflight=False)
            run(Tournament(talking(server.url)), tmp_path / folder, Silent(), how=quick)
    assert rows(tmp_path / "parts") == rows(tmp_path / "whole")
    check(tmp_path / "whole", 2)


@pytest.mark.soak
def test_a_run_with_messages_that_is_killed_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    with Loopback(varied) as server:
        data = talking(server.url, 3)
        run(Tournament(data), tmp_path / "whole", Silent(), how=RunOptions(preflight=False))
        before = len(server.requests)
        (tmp_path / "t.toml").write_text(toml(data))
        command = [sys.executable, "-m", "arena", *COMMAND]
        for more in (10, 25):
            child = subprocess.Popen(command, cwd=tmp_path)
            asked(server, before + more, 300)
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
        assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
    assert rows(tmp_path / "run") == rows(tmp_path / "whole")
    check(tmp_path / "run", 6)


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_messages_are_the_same_on_ray(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray")
    for key, value in {**SETTINGS, "OPENAI_API_KEY": "sk-loopback"}.items():
        monkeypatch.setenv(key, value)
    with Loopback(varied) as server:
        for folder, options in (("whole", {}), ("ray", {"executor": "ray", "workers": 2})):
            how = RunOptions(preflight=False, **options)  # type: ignore[arg-type]
            run(Tournament(talking(server.url)), tmp_path / folder, Silent(), how=how)
    assert rows(tmp_path / "ray") == rows(tmp_path / "whole")
