"""A council decides as its rule says, asks nobody twice, and its rules follow from the record."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from agents.core.composite.rules import decide, display, felt
from agents.core.models.model import Completion, Failure, Request
from agents.core.types import Decision, Opinion
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.runner import run
from arena.engine.verify import problems
from arena.record import tables
from arena.record.run import Run
from arena.report.transcript import transcript_lines
from games import BadInput, load
from games.core.types import Action, Amount, Choice
from prompts import Verdict
from tests.agents import composite_runs
from tests.agents.stub import Stub, decision
from tests.arena.designs import Silent
from tests.loopback import Loopback, Reply

pytestmark = pytest.mark.usefixtures("key")

OPTIONS = Choice(("cooperate", "defect"))
POINTS = Amount(0, 100)
FEELS = {"angry": "anger", "disgusted": "disgust", "afraid": "fear", "happy": "happiness"}
FEELS["sad"] = "sadness"


def opinions(*given: tuple[str, Action | None, int, float]) -> list[Opinion]:
    """Members with what each proposes, how strongly, and its lot."""
    return [
        Opinion(part, 0, Verdict.LEGAL if action is not None else Verdict.REFUSED, action, s, lot=x)
        for part, action, s, x in given
    ]


@pytest.mark.parametrize(
    ("rule", "choice", "amount"),
    [
        ("vote", "defect", 40),  # two each of 40 and 0: the stronger ones
        ("weighted", "cooperate", 40),
        ("random", "cooperate", 100),
        ("anger", "defect", 0),
        ("fear", None, None),  # abstains
    ],
)
def test_every_rule_decides_as_worked_out_by_hand(
    rule: str, choice: str | None, amount: int | None
) -> None:
    named = opinions(
        ("anger", "defect", 20, 0.1), ("disgust", "defect", 10, 0.2), ("fear", None, 0, 0.99),
        ("happiness", "cooperate", 90, 0.9), ("sadness", "defect", 30, 0.3),
    )  # fmt: skip
    assert decide(rule, named, OPTIONS) == choice
    points = opinions(
        ("anger", 0, 20, 0.1), ("disgust", 0, 10, 0.2), ("fear", None, 0, 0.99),
        ("happiness", 100, 20, 0.9), ("sadness", 40, 30, 0.3), ("surprise", 40, 10, 0.2),
    )  # fmt: skip
    assert decide(rule, points, POINTS) == amount


def test_ties_are_broken_by_strength_then_by_the_order_of_the_game() -> None:
    even = opinions(("anger", "defect", 50, 0.1), ("fear", "cooperate", 50, 0.2))
    assert decide("vote", even, OPTIONS) == decide("weighted", even, OPTIONS) == "cooperate"
    stronger = opinions(("anger", "defect", 51, 0.1), ("fear", "cooperate", 50, 0.2))
    assert decide("vote", stronger, OPTIONS) == "defect"
    more = opinions(
        ("anger", "defect", 50, 0.1), ("fear", "cooperate", 25, 0), ("joy", "cooperate", 25, 0)
    )
    assert decide("weighted", more, OPTIONS) == "cooperate"
    nothing = opinions(("anger", 90, 0, 0.1), ("fear", 10, 0, 0.2), ("joy", 20, 0, 0.2))
    assert decide("weighted", nothing, POINTS) == 20
    assert decide("vote", opinions(("anger", None, 0, 0.1)), OPTIONS) is None


def test_felt_is_the_emotion_with_most_strength_for_what_was_played() -> None:
    named = opinions(
        ("anger 1", "defect", 30, 0), ("anger 2", "defect", 40, 0),
        ("fear", "defect", 60, 0), ("joy", "cooperate", 100, 0),
    )  # fmt: skip
    prevailing = felt(named, "defect")
    assert prevailing is not None
    assert (prevailing.part, prevailing.strength) == ("anger 2", 40)
    assert felt(named[:3], "cooperate") is None


def test_what_is_shown_follows_the_same_rule() -> None:
    def shows(part: str, shown: str, strength: int, intensity: int, lot: float) -> Opinion:
        return Opinion(part, 0, Verdict.LEGAL, "defect", strength, "", shown, intensity, lot)

    given = [
        shows("anger", "happiness", 10, 20, 0.5), shows("fear", "happiness", 20, 80, 0.1),
        shows("joy", "sadness", 60, 40, 0.2),
    ]  # fmt: skip
    vocabulary = ("anger", "happiness", "sadness")
    assert display("vote", given, vocabulary) == ("happiness", 80)
    assert display("weighted", given, vocabulary) == ("sadness", 40)
    assert display("random", given, vocabulary) == ("happiness", 20)
    assert display("joy", given, vocabulary) == ("sadness", 40)


# Whole runs, against a server that answers for each member


Proposal = Mapping[str, Any]


def member_of(asked: Mapping[str, Any]) -> str:
    """The emotion that a prompt induces; chair if it is the chair's, neutral if there is none."""
    system = asked["messages"][0]["content"]
    if "You are the chair" in system:
        return "chair"
    return next((FEELS[word] for word in FEELS if f"You are {word} right now" in system), "neutral")


class Members:
    """Answers for every member what a table says, and remembers who was asked what."""

    def __init__(self, table: Mapping[str, Proposal | str]) -> None:
        self.table = table
        self.asked: list[str] = []
        self.prompts: list[tuple[str, list[Mapping[str, str]]]] = []

    def __call__(self, asked: Mapping[str, Any], number: int) -> Reply:  # noqa: ARG002 - any
        if "council" not in asked["messages"][0]["content"]:
            return Reply('{"action": "cooperate"}')
        member = member_of(asked)
        self.asked.append(member)
        self.prompts.append((member, asked["messages"]))
        said = self.table[member]
        return Reply(said if isinstance(said, str) else json.dumps(said))


TABLE: dict[str, Proposal | str] = {
    "anger": {"reasoning": "They cheat.", "action": "defect", "strength": 80},
    "disgust": {"reasoning": "It stinks.", "action": "defect", "strength": 10},
    "fear": {"reasoning": "I dare not.", "action": "defect", "strength": 5},
    "happiness": {"reasoning": "Let us.", "action": "cooperate", "strength": 100},
    "sadness": {"reasoning": "Alone.", "action": "cooperate", "strength": 20},
    "neutral": {"reasoning": "Well.", "action": "cooperate", "strength": 1},
    "chair": {"action": "defect"},
}


def design(url: str, *, repeated: int = 1, **council: Any) -> dict[str, Any]:
    return composite_runs.design(url, *seated(council), games=games(repeated))


def games(repeated: int) -> list[dict[str, Any]]:
    return [{"name": "prisoners_dilemma", "params": {"rounds": repeated}}]


def seated(council: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A council and somebody who sees what it shows."""
    other = {"name": "other", "agent": "llm", "emotion": {"perceives": True}}
    return [{"name": "council", "agent": "council", **council}, other]


Play = Callable[..., tuple[Path, Members]]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    def played(
        table: Mapping[str, Proposal | str] = TABLE, repeated: int = 1, **council: Any
    ) -> tuple[Path, Members]:
        members, folder = Members(table), tmp_path / "run"
        composite_runs.play(members, folder, *seated(council), games=games(repeated))
        return folder, members

    return played


def made(folder: Path) -> list[Decision]:
    """The council's decisions."""
    return composite_runs.made(folder, "council")


RULES: Sequence[tuple[Any, str]] = [
    ("chair", "defect"), ("vote", "defect"), ("weighted", "cooperate"),
    ({"member": "sadness"}, "cooperate"), ({"member": "fear"}, "defect"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "action"), RULES)
def test_a_council_plays_by_its_rule_and_is_recorded(rule: Any, action: str, play: Play) -> None:
    folder, members = play(rule=rule)
    decisions = made(folder)
    assert [each.action for each in decisions] == [action] * 2
    for each in decisions:
        assert [opinion.part for opinion in each.opinions] == [*FEELS.values()]
        assert each.opinions[0].reason == "They cheat."
        if isinstance(rule, str) and rule != "chair":
            assert decide(rule, each.opinions, OPTIONS) == each.action
        assert {attempt.part for attempt in each.attempts} == {
            *FEELS.values(), *(["chair"] if rule == "chair" else []),
        }  # fmt: skip
    assert len(members.asked) == 2 * (6 if rule == "chair" else 5)


class Together(Stub):
    """Answers nobody before all members have been asked."""

    everybody = asyncio.Barrier(len(FEELS))

    async def complete(self, request: Request) -> Completion | Failure:
        await self.everybody.wait()
        return await super().complete(request)


def test_members_are_asked_at_the_same_time() -> None:
    offer = {"reasoning": "So be it.", "action": 10, "strength": 50}
    council = decision(
        Together(lambda _request, _number: offer), load("dictator"), 0, Random(1), agent="council",
        rule="vote",
    )  # fmt: skip
    assert asyncio.run(asyncio.wait_for(council, 60)).action == 10


def test_transcripts_and_tables_name_the_members(play: Play) -> None:
    folder, _ = play({**TABLE, "fear": "no"}, rule="vote")
    with closing(Run(folder)) as there:
        key = there.ids()[0]
        lines = [
            *transcript_lines(there.transcript(key, texts=True), there.game("prisoners_dilemma"))
        ]
        parts = [row[-1] for row in tables.attempts(there)]
    with closing(Run(folder)) as there:
        proposals = list(tables.opinions(there))
    assert len(proposals) == 2 * 5
    table = {row[6]: dict(zip(tables.KINDS["opinions"], row, strict=True)) for row in proposals[:5]}
    assert table["anger"]["reason"] == "They cheat."
    assert (table["anger"]["strength"], table["anger"]["action"]) == (80, '"defect"')
    assert table["fear"]["verdict"] == "missing"
    assert [row["prevailed"] for row in table.values()] == [False, False, False, True, False]
    assert "  prevails happiness" in lines
    assert "  anger, round 1: defect, strength 80 of 100: They cheat." in lines
    assert "  fear, round 1: abstains (missing)" in lines
    assert any(line.startswith("  reply 1 of ") for line in lines)
    assert Counter(parts)["fear"] == 2 * 2  # asked again, in both matches


def test_the_rule_random_follows_the_highest_lot(play: Play) -> None:
    folder, _ = play(rule="random")
    decisions = made(folder)
    for each in decisions:
        drawn = max(each.opinions, key=lambda opinion: opinion.lot or 0.0)
        assert each.action == drawn.action
    assert len({tuple(o.lot for o in each.opinions) for each in decisions}) == 2


def test_only_the_induction_differs_between_the_prompts_of_members(play: Play) -> None:
    _, members = play(rule="vote")
    lines: dict[str, set[str]] = {}
    for name, sent in members.prompts:  # of both matches, in any order
        lines.setdefault(name, set()).update("\n".join(m["content"] for m in sent).split("\n"))
    shared = set.intersection(*lines.values())
    assert {name: sorted(own - shared) for name, own in lines.items()} == {
        emotion: [f"You are {word} right now. This can affect your decisions."]
        for word, emotion in FEELS.items()
    }


def test_members_who_cannot_be_read_abstain_and_too_few_end_the_match(play: Play) -> None:
    silent = {**TABLE, "anger": "no", "fear": "no"}
    folder, members = play(silent, rule="vote")
    for each in made(folder):
        assert [opinion.action for opinion in each.opinions].count(None) == 2
        assert each.action == "cooperate"  # two against one
    assert members.asked.count("anger") == 2 * members.asked.count("happiness")  # one re-ask each


def test_fewer_than_the_quorum_void_the_match(play: Play) -> None:
    silent = {**TABLE, "anger": "no", "fear": "no", "sadness": "no"}
    folder, _ = play(silent, rule="vote")
    with closing(Run(folder)) as there:
        assert there.counts == {"void": 2}
        assert list(problems(there)) == []


def test_a_later_round_is_told_the_proposals_of_the_one_before(play: Play) -> None:
    folder, members = play(rule="vote", rounds=2)
    asked = [messages[-1]["content"] for member, messages in members.prompts if member == "fear"]
    told = [text for text in asked if "The members of the council proposed before:" in text]
    assert len(told) == len(asked) / 2
    assert all(
        '- anger: defect, strength 80 of 100. Reason given: "They cheat."' in t for t in told
    )
    assert [opinion.round for opinion in made(folder)[0].opinions] == [0] * 5 + [1] * 5


@pytest.mark.parametrize(
    ("mode", "rule", "affect"),
    [
        ("absent", "vote", None),
        ("hidden", "vote", ("anger", 80, None, None)),
        ("visible", "weighted", ("happiness", 100, "happiness", None)),
        ("manipulative", "chair", ("anger", 80, "sadness", None)),
        ("manipulative", "vote", ("anger", 80, "happiness", None)),
        ("manipulative", {"member": "fear"}, ("anger", 80, "anger", None)),
    ],
)
def test_felt_and_shown_in_every_mode(mode: str, rule: Any, affect: Any, play: Play) -> None:
    shown = dict(
        zip(FEELS.values(), ["anger", "happiness", "anger", "happiness", "happiness"], strict=True)
    )
    shown["chair"] = "sadness"
    table = {
        name: {**said, "shown": shown[name]} if name in shown else said
        for name, said in TABLE.items()
        if not isinstance(said, str)
    }
    folder, members = play(
        table if mode == "manipulative" else TABLE, rule=rule, emotion={"mode": mode}, repeated=2
    )
    each = made(folder)[0]
    got = each.affect
    assert affect == (got and (got.felt, got.intensity, got.shown, got.shown_intensity))
    asks = any('- "shown"' in m[0]["content"] for who, m in members.prompts if who == "fear")
    assert asks is (mode == "manipulative" and rule != "chair")


def test_nobody_is_asked_twice_when_a_run_goes_on(tmp_path: Path) -> None:
    class Breaking(Members):
        def __call__(self, asked: Mapping[str, Any], number: int) -> Reply:
            if len(self.asked) >= 8 and not self.whole:
                return Reply("", status=401)
            return super().__call__(asked, number)

        whole = False

    members, folder = Breaking(TABLE), tmp_path / "run"
    with Loopback(members) as server:
        tournament = Tournament(design(server.url, rule="chair"))
        how = RunOptions(preflight=False)
        assert run(tournament, folder, Silent(), how=how) is not None
        members.whole = True
        assert run(tournament, folder, Silent(), how=how) is None
    assert len(members.asked) == 2 * 6
    assert len(made(folder)) == 2


def test_a_cap_ends_a_run_between_members_and_a_higher_one_asks_the_others(tmp_path: Path) -> None:
    members, folder = Members(TABLE), tmp_path / "run"
    with Loopback(members) as server:
        data = design(server.url, rule="chair")
        data["prices"] = {"openai/m": {"prompt": 0, "completion": 1_000_000}}
        tournament, cap = Tournament(data), 2 * 512 + 40
        how = RunOptions(preflight=False, max_cost=cap)
        why = run(tournament, folder, Silent(), how=how)
        assert why is not None
        assert f"the cap of ${cap} is reached" in why
        assert 0 < len(members.asked) < 2 * 6
        assert run(tournament, folder, Silent(), how=RunOptions(preflight=False)) is None
    assert len(members.asked) == 2 * 6
    assert len(made(folder)) == 2


@pytest.mark.parametrize(
    ("council", "problem"),
    [
        ({"members": ["anger"]}, "members"),
        ({"members": ["anger"] * 10}, "members"),
        ({"members": ["anger", "bliss"]}, "bliss|must be one of"),
        ({"rule": {"member": "joy"}}, "there is no member 'joy'"),
        ({"emotion": {"induced": "anger"}}, "leave emotion.induced out"),
        ({"emotion": {"mode": "visible", "opening": True}}, "leave out opening"),
        ({"decide_by": "probabilities"}, "asks several"),
        ({"members": [{"emotion": "neutral", "intensity": "mild"}, "anger"]}, "leave cause"),
    ],
)
def test_a_council_that_makes_no_sense_is_refused(council: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadInput, match=problem):
        Tournament(design("http://127.0.0.1:9", **council))


def test_members_may_have_models_of_their_own() -> None:
    big = {"emotion": "anger", "model": "openai/big", "temperature": 0.2}
    members = [big, "fear", "neutral", "neutral"]
    council = Tournament(design("http://127.0.0.1:9", members=members, rule="vote"))
    spec = council.player("council")
    assert council.models == ("openai/big", "openai/m")
    assert [*spec.names] == ["anger", "fear", "neutral 1", "neutral 2"]  # type: ignore[attr-defined]
    assert spec.model_of("anger") == "openai/big"
    asked = [(each.model, each.temperature) for each in spec.model_specs()]
    assert asked == [("openai/big", 0.2), ("openai/m", None)]
    assert spec.model_of("neutral 2") == "openai/m"
