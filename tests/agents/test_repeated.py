"""One model asked several times plays what it answers most, and every answer is on record."""

import json
from collections.abc import Mapping
from contextlib import closing
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from arena.design.tournament import Tournament
from arena.record.run import Run
from games import BadInput
from prompts import Affect, Verdict
from tests.agents.composite_runs import design, made, play
from tests.loopback import Reply

pytestmark = pytest.mark.usefixtures("key")

OTHER = {"name": "other", "agent": "cooperator"}


class Answers:
    """Gives these answers in turn, to whoever asks."""

    def __init__(self, *given: Mapping[str, Any] | str) -> None:
        self.given = given
        self.prompts: list[str] = []

    def __call__(self, asked: Mapping[str, Any], _number: int) -> Reply:
        said = self.given[len(self.prompts) % len(self.given)]
        self.prompts.append("\n".join(each["content"] for each in asked["messages"]))
        return Reply(said if isinstance(said, str) else json.dumps(said))


def action(value: object, **more: Any) -> dict[str, Any]:
    return {**more, "action": value}


def test_the_most_frequent_choice_is_played(tmp_path: Path) -> None:
    told = Answers(action("defect"), action("cooperate"), action("defect"))
    decisions = made(
        play(told, tmp_path / "r", {"agent": "repeated", "times": 3}, OTHER), "repeated"
    )
    assert [each.action for each in decisions] == ["defect"] * 2
    assert len(told.prompts) == 2 * 3
    assert len({*told.prompts}) == 1  # the same question each time
    for each in decisions:
        names = ["answer 1", "answer 2", "answer 3"]
        assert [opinion.part for opinion in each.opinions] == names
        assert sorted(attempt.part for attempt in each.attempts) == names
        assert sorted(str(opinion.action) for opinion in each.opinions) == [
            "cooperate", "defect", "defect",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "offer"), [((10, 90, 20), 20), ((50, 10, 30, 20), 20), ((0, 0, 100), 0)]
)
def test_the_median_amount_is_played(given: tuple[int, ...], offer: int, tmp_path: Path) -> None:
    told = Answers(*map(action, given))
    asked = {"agent": "repeated", "times": len(given)}
    alone: dict[str, Any] = {"games": [{"name": "dictator"}], "schedule": {"kind": "single"}}
    folder = play(told, tmp_path / "r", asked, **alone)
    assert [each.action for each in made(folder, "repeated")] == [offer]


def test_a_tie_goes_to_the_first_option(tmp_path: Path) -> None:
    told = Answers(action("defect"), action("cooperate"))
    folder = play(told, tmp_path / "r", {"agent": "repeated", "times": 2}, OTHER)
    assert [each.action for each in made(folder, "repeated")] == ["cooperate"] * 2


@pytest.mark.parametrize("mode", ["visible", "manipulative"])
def test_reports_are_pooled_like_answers(mode: str, tmp_path: Path) -> None:
    given = cycle([("anger", 90, "sadness"), ("fear", 10, "happiness"), ("anger", 50, "happiness")])

    def told(asked: Mapping[str, Any], _number: int) -> Reply:
        if "You are angry right now" not in asked["messages"][0]["content"]:
            return Reply(json.dumps(action("cooperate")))
        felt, intensity, shown = next(given)
        chosen = {"shown": shown} if mode == "manipulative" else {}
        return Reply(json.dumps(action("defect", felt=felt, intensity=intensity, **chosen)))

    asked = {"agent": "repeated", "times": 3, "emotion": {"mode": mode, "induced": "anger"}}
    sees = {"name": "other", "agent": "llm", "emotion": {"perceives": True}}
    rounds = [{"name": "prisoners_dilemma", "params": {"rounds": 2}}]
    folder = play(told, tmp_path / "r", asked, sees, games=rounds, limit=1)
    one = made(folder, "repeated")[0]
    shown = "happiness" if mode == "manipulative" else "anger"
    assert one.affect == Affect("anger", 50, shown)


def test_answers_that_stay_unreadable_abstain(tmp_path: Path) -> None:
    told = Answers(action("defect"))

    def some(asked: Mapping[str, Any], number: int) -> Reply:
        return Reply("no") if number % 3 == 0 else told(asked, number)

    folder = play(some, tmp_path / "r", {"agent": "repeated", "times": 3, "reasks": 0}, OTHER)
    for each in made(folder, "repeated"):
        assert each.action == "defect"
        assert [opinion.action for opinion in each.opinions].count(None) == 1


def test_fewer_than_the_quorum_void_the_match_by_a_fault(tmp_path: Path) -> None:
    def most(asked: Mapping[str, Any], number: int) -> Reply:  # noqa: ARG001 - any
        return Reply(json.dumps(action("defect")), delay=0.2) if number % 3 == 0 else Reply("no")

    folder = play(most, tmp_path / "r", {"agent": "repeated", "times": 3, "reasks": 0}, OTHER)
    with closing(Run(folder)) as there:
        assert there.counts == {"void": 2}
    # The legal answer came last: the match ends by the fault of the others.
    assert {each.verdict for each in made(folder, "repeated")} == {Verdict.MISSING}


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"times": 1}, "times"),
        ({"times": 26}, "times"),
        ({"decide_by": "probabilities"}, "asks several"),
    ],
)
def test_what_makes_no_sense_is_refused(fields: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadInput, match=problem):
        Tournament(design("http://127.0.0.1:9", {"agent": "repeated", **fields}, OTHER))


def test_messages_are_refused() -> None:
    talk = [{"name": "prisoners_dilemma", "params": {"talk": {}}}]
    with pytest.raises(BadInput, match="leave talk and advice out"):
        Tournament(design("http://127.0.0.1:9", {"agent": "repeated"}, OTHER, games=talk))
