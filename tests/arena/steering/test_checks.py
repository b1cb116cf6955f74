"""The manipulation check of contestants with vectors, with an engine that answers by the dose."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from agents.core.models import embedded
from arena.analysis.manipulation import summary
from arena.record.run import Run
from tests.arena.commands import command
from tests.arena.designs import played
from tests.arena.steering.kept import Kept, constructed
from tests.loopback import Loopback, Reply

EMOTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "moved": {"means": "vector", "dose": 5.0, "induced": "anger"},
    "little": {"means": "vector", "dose": 2.0, "induced": "anger"},
    "neutral": {"means": "vector", "dose": 5.0, "induced": "neutral"},
    "random": {"means": "vector", "dose": 5.0, "induced": "random", "direction": 7},
}
VECTORS = {
    "plain": {},
    "moved": {"anger": 5.0},
    "little": {"anger": 2.0},
    "neutral": {"neutral": 5.0},
    "random": {"random-7": 5.0},
}
ARMS = {
    "plain": "none",
    "moved": "anger (vector 5)",
    "little": "anger (vector 2)",
    "neutral": "neutral (vector 5)",
    "random": "random 7 (vector 5)",
}


@pytest.fixture(scope="module", name="made")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with constructed(tmp_path_factory.mktemp("checks")) as made:
        yield made


def design(made: Kept) -> dict[str, Any]:
    """Contestants of one model that differ in their vectors, and are asked how they feel."""
    model = {"agent": "llm", "model": made.model, "form": "json", "self_report": True}
    rows = [{"name": name, **model, "emotion": emotion} for name, emotion in EMOTIONS.items()]
    return {
        "name": "checked",
        "schedule": {"kind": "panel", "panel": ["other"], "roles": ["first"]},
        "games": [{"name": "prisoners_dilemma"}],
        "contestants": [*rows, {"name": "other", "agent": "cooperator"}],
    }


def is_check(asked: Mapping[str, Any]) -> bool:
    return "valence" in asked["messages"][-1]["content"]


def test_a_check_is_asked_with_the_vector_and_its_arm_is_named(
    made: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = made.vectors.names

    def doses(asked: Mapping[str, Any]) -> dict[str, float]:
        assert [each["id"] for each in asked["lora"]] == [*range(len(names))]
        return {names[each["id"]]: each["scale"] for each in asked["lora"] if each["scale"]}

    def feeling(asked: Mapping[str, Any], _number: int) -> Reply:
        if not is_check(asked):
            return Reply(json.dumps({"action": "cooperate"}))
        angry = doses(asked) == {"anger": 5.0}
        said = {"valence": 2 if angry else 6, "arousal": 8}
        return Reply(json.dumps({**said, "emotion": "anger" if angry else "neutral"}))

    with Loopback(feeling) as server:

        class Engine:
            url, places = server.url, None

            async def stop(self) -> None: ...

        async def start(*_given: Any, **_how: Any) -> Engine:
            return Engine()

        monkeypatch.setattr(embedded.Server, "start", start)
        run = Run(played(design(made), tmp_path / "run"))
        checks = [doses(asked) for asked in server.bodies if is_check(asked)]
        moves = [doses(asked) for asked in server.bodies if not is_check(asked)]

    def in_order(given: list[dict[str, float]]) -> list[str]:
        return sorted(map(str, given))

    assert in_order(checks) == in_order(moves) == in_order([*VECTORS.values()])
    table = run.checks().set_index("contestant")
    assert set(table["verdict"]) == {"legal"}
    assert {name: table.loc[name, "emotion"] for name in EMOTIONS} == {
        name: "anger" if name == "moved" else "neutral" for name in EMOTIONS
    }
    on_record = [check for key in run.ids() for check in run.match(key).checks]
    assert [len(check.answer.attempts) for check in on_record] == [1] * len(EMOTIONS)
    found = summary(run)
    reported = found.reports.set_index("contestant")
    assert dict(zip(reported.index, reported["arm"], strict=True)) == ARMS
    matched = reported[reported["quantity"] == "match"]["value"].to_dict()
    assert matched == {"moved": 1, "little": 0}, "no word of a report names a control"
    compared = found.comparisons.groupby("contestant")["control"].unique().map(sorted).to_dict()
    assert compared == {
        "moved": ["neutral", "plain"],
        "little": ["plain"],
        "random": ["neutral", "plain"],
    }
    said = command(tmp_path, "check", "run").said
    assert all(arm in said for arm in ARMS.values())
    assert "little: anger (vector 2) cannot be shown to have been induced" in " ".join(said.split())
    document = json.loads(command(tmp_path, "check", "run", "--json").said)
    assert {row["contestant"]: row["arm"] for row in document["reports"]} == ARMS
