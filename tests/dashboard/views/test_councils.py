"""The page of a match in which an agent of several parts decided."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from arena.record.run import Run
from dashboard.data import runs as data
from tests.agents import composite_runs
from tests.dashboard.views.test_pages import opened
from tests.loopback import Reply


def test_the_replay_of_a_council_shows_its_members_and_who_prevailed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strengths = {"angry": 80, "happy": 30}

    def member(asked: Mapping[str, Any], _number: int) -> Reply:
        system = asked["messages"][0]["content"]
        (strength,) = (s for word, s in strengths.items() if f"You are {word} right now" in system)
        action = "defect" if strength == 80 else "cooperate"
        return Reply(json.dumps({"reasoning": "So.", "action": action, "strength": strength}))

    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    council = {"agent": "council", "rule": "weighted", "members": ["anger", "happiness"]}
    folder = composite_runs.play(
        member, tmp_path / "council", council, {"agent": "tit_for_tat"}, limit=1
    )
    monkeypatch.setenv(data.SETTINGS, data.Settings(tmp_path).write())
    app = opened("matches", run="council", match=next(iter(Run(folder).ids())))
    assert not app.exception
    (table,) = (each.value for each in app.dataframe if "strength" in each.value)
    assert table[["part", "proposes", "strength", "reason"]].to_numpy().tolist() == [
        ["anger", "defect", 80, "So."],
        ["happiness", "cooperate", 30, "So."],
    ]
    assert "anger prevailed" in [each.value for each in app.text]
    titles = [each.label for each in app.expander if each.label.startswith("Attempt")]
    assert {f"Attempt {n}" for n in (1, 2)} == {title.split(" of ")[0] for title in titles}
