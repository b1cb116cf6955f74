"""A reflective agent states a belief before it acts, and the belief is on record."""

import json
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import games
from arena.design.tournament import Tournament
from arena.record.run import Run
from arena.report.transcript import transcript_lines
from games import BadInput
from games.core.replies import next_options
from prompts import Verdict, belief_voice, even_shares, read_belief
from prompts.core.rendering.voice import Voice
from tests.agents.composite_runs import design, made, play
from tests.loopback import Reply, first_legal

pytestmark = pytest.mark.usefixtures("key")

OTHER = {"name": "other", "agent": "cooperator"}
REFLECTIVE = {"agent": "reflective"}


class Believing:
    """States a belief where it is asked for one; else the first option."""

    def __init__(self, belief: str | None = None) -> None:
        self.belief = belief
        self.beliefs: list[list[Mapping[str, str]]] = []
        self.moves: list[list[Mapping[str, str]]] = []

    def __call__(self, asked: Mapping[str, Any], _number: int) -> Reply:
        schema = asked["response_format"]["json_schema"]["schema"]
        if "p1" not in schema["properties"]:
            self.moves.append(asked["messages"])
            return Reply(json.dumps(first_legal(schema)))
        self.beliefs.append(asked["messages"])
        return Reply(self.belief or json.dumps(even_shares(schema["properties"])))


def test_a_belief_is_stated_before_the_move_and_told_with_it(tmp_path: Path) -> None:
    told = Believing('{"p1": 70, "p2": 30}')
    folder = play(told, tmp_path / "r", REFLECTIVE, OTHER)
    for each in made(folder, "reflective"):
        (opinion,) = each.opinions
        assert opinion.belief == {"cooperate": 0.7, "defect": 0.3}
        assert [attempt.part for attempt in each.attempts] == ["belief", "move"]
        assert each.action == "cooperate"
    asked, then = told.beliefs[0], told.moves[0]
    assert 'p1: "cooperate", p2: "defect"' in asked[1]["content"]
    assert '"cooperate" 70 %, "defect" 30 %' in then[1]["content"]
    # Nothing else differs but the form of the answer, which ends the instructions.
    rules, _, form = asked[0]["content"].rpartition("\n\n")
    assert then[0]["content"].startswith(rules)
    assert '"p1"' in form
    with closing(Run(folder)) as there:
        match = there.transcript(there.ids()[0], texts=True)
        lines = [*transcript_lines(match, there.game("prisoners_dilemma"))]
    assert "  belief: cooperate 70 %, defect 30 %" in lines


@pytest.mark.parametrize("mode", ["absent", "hidden", "visible", "manipulative"])
def test_every_emotion_mode_is_that_of_the_single_agent(mode: str, tmp_path: Path) -> None:
    told = Believing()
    sees = {"name": "other", "agent": "llm", "emotion": {"perceives": True}}
    asked = REFLECTIVE | {"emotion": {"mode": mode, "induced": "fear"}}
    rounds = [{"name": "prisoners_dilemma", "params": {"rounds": 2}}]
    decisions = made(play(told, tmp_path / "r", asked, sees, games=rounds), "reflective")
    affect = decisions[0].affect
    assert (affect is None) == (mode == "absent")
    assert affect is None or (affect.shown is None) == (mode == "hidden")
    assert all("You are afraid right now" in sent[0]["content"] for sent in told.beliefs)


def test_beliefs_are_asked_for_where_the_other_decides_later(tmp_path: Path) -> None:
    told = Believing()
    entered = (REFLECTIVE, {"name": "other", "agent": "uniform"})
    folder = play(told, tmp_path / "r", *entered, games=[{"name": "kuhn_poker"}], repetitions=3)
    decisions = made(folder, "reflective")
    stated = [each.opinions for each in decisions if each.opinions]
    assert len(told.beliefs) == len(stated)
    assert {len(each[0].belief or ()) for each in stated} == {2, 4}


def test_what_the_other_can_do_follows_from_the_rules() -> None:
    poker = next_options(games.load("kuhn_poker"))
    assert {*poker["first: dealt K;"]} == {"check", "bet", "fold", "call"}
    assert {*poker["second: dealt K; moved 0 check;"]} == {"fold", "call"}
    assert "second: dealt K; moved 0 bet;" not in poker  # nothing comes after it
    leduc = next_options(games.load("leduc_poker"))
    # After a call the player itself may be the first to move again.
    assert "bet" in leduc["first: dealt J; moved 0 check; moved 1 bet;"]
    ultimatum = next_options(games.load("ultimatum"))
    assert [*map(len, ultimatum.values())] == [2]  # of the proposer alone


VOICE = belief_voice(Voice())
OPTIONS = ("cooperate", "defect")


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ('{"p1": 70, "p2": 30}', Verdict.LEGAL),
        ('{"p1": 66, "p2": 33}', Verdict.LEGAL),  # rounded
        ('{"p1": 70, "p2": 70}', Verdict.ILLEGAL),
        ('{"p1": 0.7, "p2": 0.3}', Verdict.ILLEGAL),
        ('{"p1": 100}', Verdict.ILLEGAL),
        ('{"p1": 40, "p2": 30, "p3": 30}', Verdict.ILLEGAL),
        ("I believe it cooperates.", Verdict.MISSING),
        ('{"p1": 98, "p2": 0}', Verdict.ILLEGAL),  # no rounding does this
        ('{"p1": 80, "p2": 20} On second thought, no, forget that.', Verdict.AMBIGUOUS),
    ],
)
def test_beliefs_are_read_strictly(said: str, verdict: Verdict) -> None:
    reading = read_belief(said, OPTIONS, VOICE, "json")
    assert reading.verdict is verdict
    if verdict is Verdict.LEGAL:
        assert sum(reading.belief.values()) == pytest.approx(1)


def test_beliefs_in_lines_are_read() -> None:
    assert read_belief("P1: 80\nP2: 20", OPTIONS, VOICE, "text").belief["defect"] == 0.2
    assert read_belief("P1: 80\nP2: 2", OPTIONS, VOICE, "text", truncated=True).verdict is (
        Verdict.TRUNCATED
    )


def test_a_belief_that_stays_unreadable_voids_the_match(tmp_path: Path) -> None:
    told = Believing('{"p1": 90, "p2": 90}')
    folder = play(told, tmp_path / "r", REFLECTIVE, OTHER)
    for each in made(folder, "reflective"):
        assert each.verdict is Verdict.ILLEGAL
        assert each.opinions[0].belief is None
    assert not told.moves
    asked = "\n".join(sent[-1]["content"] for sent in told.beliefs)
    assert "for each of p1 to p2; together they are 100" in asked


@pytest.mark.parametrize(
    ("game", "problem"),
    [
        ("dictator", "no decision of the other player"),
        ("public_goods", "not one other player"),
        ("trust", "no decision of the other player"),
    ],
)
def test_games_without_anything_to_believe_are_refused(game: str, problem: str) -> None:
    rivals = [{"name": name, "agent": "uniform"} for name in ("a", "b", "c")]
    with pytest.raises(BadInput, match=problem):
        Tournament(design("http://127.0.0.1:9", REFLECTIVE, *rivals, games=[{"name": game}]))
