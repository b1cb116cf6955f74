"""One model asked several times plays what it answers most, and every answer is on record."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import games
from agents.core.types import Decision
from arena.design.tournament import Tournament
from games import BadInput
from prompts import Affect, NeutralReport, Verdict
from tests.agents.composite_runs import design, made, play
from tests.agents.stub import decided
from tests.loopback import Reply

OTHER = {"name": "other", "agent": "cooperator"}


def answered(game: str, *given: Mapping[str, Any] | str, **fields: Any) -> Decision:
    """The decision of an agent whose model gives these answers, one after the other."""
    asked = {"agent": "repeated", "times": len(given), "reasks": 0, **fields}
    return decided(lambda _, number: given[number], games.load(game), **asked)


def action(value: object, **more: Any) -> dict[str, Any]:
    return {**more, "action": value}


def test_the_most_frequent_choice_is_played() -> None:
    given = action("defect"), action("cooperate"), action("defect")
    made = answered("prisoners_dilemma", *given)
    assert made.action == "defect"
    names = ["answer 1", "answer 2", "answer 3"]
    assert [each.part for each in made.opinions] == [each.part for each in made.attempts] == names
    assert [each.action for each in made.opinions] == ["defect", "cooperate", "defect"]
    assert len({each.messages for each in made.attempts}) == 1  # one question


@pytest.mark.parametrize(
    ("given", "offer"), [((10, 90, 20), 20), ((50, 10, 30, 20), 20), ((0, 0, 100), 0)]
)
def test_the_median_amount_is_played(given: tuple[int, ...], offer: int) -> None:
    assert answered("dictator", *map(action, given)).action == offer


def test_a_tie_goes_to_the_first_option() -> None:
    given = action("defect"), action("cooperate")
    assert answered("prisoners_dilemma", *given).action == "cooperate"


@pytest.mark.parametrize("mode", ["hidden", "visible", "manipulative"])
def test_reports_are_pooled_like_answers(mode: str) -> None:
    shown = {"sadness": ("anger", 90), "happiness": ("fear", 10), "surprise": ("anger", 50)}
    given = [
        action("defect", felt=felt, intensity=strong)
        | ({"shown": word} if mode == "manipulative" else {})
        for word, (felt, strong) in shown.items()
    ]
    given.append({**given[1], "felt": "sadness"})
    emotion = {"mode": mode, "induced": "anger"}
    affect = answered("prisoners_dilemma", *given, emotion=emotion).affect
    expected = {"hidden": None, "visible": "anger", "manipulative": "happiness"}[mode]
    assert affect == Affect("anger", 50, expected)


def test_neutral_reports_are_pooled_too() -> None:
    given = [action("defect", shape=shape, size=size) for shape, size in _SHAPES]
    made = answered("prisoners_dilemma", *given, emotion={"report": "neutral"})
    assert made.neutral == NeutralReport("circle", 10)


_SHAPES = (("circle", 10), ("square", 50), ("circle", 30))


def test_answers_that_stay_unreadable_abstain() -> None:
    made = answered("prisoners_dilemma", "no", action("defect"), action("defect"))
    assert made.action == "defect"
    assert [each.action for each in made.opinions] == [None, "defect", "defect"]


def test_fewer_than_the_quorum_void_the_match_by_a_fault() -> None:
    made = answered("prisoners_dilemma", "no", "no", action("defect"))
    assert made.action is None
    assert made.verdict is Verdict.MISSING  # the last attempt was legal, and is not the fault
    assert answered("prisoners_dilemma", "no", action("defect")).action == "defect"


@pytest.mark.usefixtures("key")
def test_a_run_is_recorded_and_replayed(tmp_path: Path) -> None:
    def same(_asked: Mapping[str, Any], _number: int) -> Reply:
        return Reply(json.dumps(action("defect")))

    folder = play(same, tmp_path / "r", {"agent": "repeated", "times": 3}, OTHER)
    decisions = made(folder, "repeated")
    assert [each.action for each in decisions] == ["defect"] * 2
    assert [len(each.opinions) for each in decisions] == [3, 3]


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
