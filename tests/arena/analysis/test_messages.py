"""What is stated, kept, recommended and followed in real runs of players known to the last draw."""

import json
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

import arena
from arena.analysis.deception import tables, with_kinds
from arena.analysis.effects import effects
from arena.engine.verify import problems
from arena.record.run import Run
from games.core.exchanges import ADVISED
from games.core.messages import heard
from games.core.types import Said, Speech
from prompts import View
from ratings.core.emotion.messages import ANY, compliance, promises
from tests.arena.analysis.stub_models import contestant, played
from tests.arena.commands import command
from tests.loopback import Chance, Reply, Script

BREAKS, FOLLOWS = 0.3, 0.8
TALK = {"rounds": 4, "talk": {"rounds": 1, "length": 60}}
PROBE: dict[str, Any] = {
    "name": "probe",
    "agent": "display_probe",
    "strategy": "cooperator",
    "states": "cooperate",
}
PROBE["emotions"] = ["anger", "happiness"]
CYNIC = {"name": "cynic", "agent": "defector", "says": "Defect!", "states": "defect"}
FACES = ("anger", "happiness")


@arena.agent
def promiser(view: View, rng: Random) -> Any:
    """States that it cooperates, and defects in 30 of 100 rounds."""
    if isinstance(view.space, Speech):
        return Said("You can rely on me.", "cooperate")
    return "defect" if rng.random() < BREAKS else "cooperate"


@arena.agent
def mute(view: View, rng: Random) -> Any:
    """Writes, states nothing, and decides at random."""
    return "Hello." if isinstance(view.space, Speech) else rng.choice(view.space.options)  # type: ignore[union-attr]


@arena.agent
def follower(view: View, rng: Random) -> Any:
    """Does what it was recommended in 80 of 100 matches, and the other thing otherwise."""
    if isinstance(view.space, Speech):
        return Said()
    (event,) = (event for event in view.observation.events if event.kind == ADVISED)
    (said,) = heard(event).values()
    wanted = str(said.statement or "cooperate")
    other = {"cooperate": "defect", "defect": "cooperate"}[wanted]
    return wanted if rng.random() < FOLLOWS else other


def of(table: pd.DataFrame, who: str, display: str = ANY) -> dict[str, Any]:
    own = table[(table["contestant"] == who) & (table["display"] == display)]
    (row,) = own.to_dict(orient="records")
    return {str(key): value for key, value in row.items()}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Promises between four; advice of two kinds of advisers."""
    talk = ["promiser", "mute", "cynic"]
    advice = {"advice": {"adviser": "second", "length": 20}}
    design = arena.Tournament(
        name="messages",
        repetitions=60,
        games=[
            {"name": "prisoners_dilemma", "id": "talk", "params": TALK, "contestants": talk},
            {
                "name": "prisoners_dilemma",
                "id": "advice",
                "params": advice,
                "contestants": ["follower", "probe", "cynic"],
                "schedule": {"kind": "panel", "panel": ["probe", "cynic"]},
            },
        ],
        contestants=[promiser, mute, follower, PROBE, CYNIC],
    )
    folder = tmp_path_factory.mktemp("messages") / "run"
    arena.run(design, folder, quiet=True)
    return Run(folder)


@pytest.fixture(scope="module")
def decisions(run: Run) -> pd.DataFrame:
    return with_kinds(run)


def test_broken_promises_are_counted(decisions: pd.DataFrame) -> None:
    table = promises(decisions)
    row = of(table, "promiser")
    assert row["stated"] == 1
    assert row["n"] == row["statements"] == 60 * 4 * 4
    assert row["broken"] == pytest.approx(BREAKS, abs=0.04)
    assert row["low"] < 1 - BREAKS < row["high"]
    assert of(table, "cynic")["broken"] == 0


def test_who_promises_nothing_has_no_figure(decisions: pd.DataFrame) -> None:
    row = of(promises(decisions), "mute")
    assert (row["stated"], row["statements"]) == (0, 0)
    assert pd.isna(row["broken"])


def test_advice_that_is_followed_is_counted_by_adviser_and_face(decisions: pd.DataFrame) -> None:
    table = compliance(decisions)
    own = table[table["advised"] == "follower"]
    for adviser in ("probe", "cynic"):
        row = of(own, adviser)
        assert row["kind"] == "program"
        assert (row["n"], row["stated"]) == (60, 1)
        assert row["low"] < FOLLOWS < row["high"]
    for face in FACES:
        row = of(own, "probe", face)
        assert row["gap_low"] < 0 < row["gap_high"]


def test_messages_enter_no_other_measure(decisions: pd.DataFrame) -> None:
    rows = decisions
    assert rows.loc[rows["text"].notna(), "options"].map(len).max() == 0
    assert set(rows.loc[rows["text"].notna(), "kept"].dropna()) == {True, False}
    assert rows.loc[rows["text"].isna(), "kept"].isna().all()
    assert "rely on me" not in " ".join(rows["public"]) + " ".join(rows["set"])


def test_reports_say_so_in_words_and_as_json(run: Run, spoken: Run) -> None:
    found = json.loads(command(run.folder, "deception", ".", "--game", "advice", "--json").said)
    assert {row["contestant"] for row in found["compliance"]} >= {"probe", "cynic"}
    assert {row["outcome"] for row in found["effects"]} <= {"cooperate", "defect"}
    said = " ".join(command(spoken.folder, "deception", ".").said.split())
    assert "How often what is stated before a game is done" in said


def test_the_record_holds_what_was_said_and_plays_again(run: Run) -> None:
    assert list(problems(run)) == []
    assert "0 came out differently" in command(run.folder, "replay", ".").said
    match = next(m for m in run.matches() if m.match.game == "talk")
    said = [played.decision.action for played in match.decisions[:2]]
    assert all(isinstance(each, Said) for each in said)
    shown = command(run.folder, "show", ".", match.match.id).said
    assert "saw     talked: seat 0 " in shown


# Models


def posing(asked: Mapping[str, Any], _number: int) -> Reply:
    """Says that it cooperates, shows a face that means nothing, and decides at random."""
    rng, keys = CHANCE(asked), asked["response_format"]["json_schema"]["schema"]["properties"]
    said = {"felt": "fear", "intensity": 0, "shown": rng.choice(FACES), "statement": "cooperate"}
    said |= {"message": "<b>Trust</b>\nme.", "action": rng.choice(["cooperate", "defect"])}
    return Reply(json.dumps({key: said[key] for key in keys}))


CHANCE = Chance(1)


def models(url: str) -> dict[str, Any]:
    """Arms of a model against another one that sees what they show."""
    arms = [{"mode": "hidden"}, {"mode": "visible"}, {"mode": "manipulative"}]
    mate = contestant(url, [], name="mate", emotion={"mode": "absent", "perceives": True})
    return {
        "name": "models",
        "repetitions": 2,
        "concurrency": 16,
        "games": [{"name": "prisoners_dilemma", "params": {"talk": {"length": 40}}}],
        "schedule": {"kind": "panel", "panel": ["mate"]},
        "contestants": [contestant(url, arms), mate],
    }


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "sk-loopback")
        return played(tmp_path_factory.mktemp("models") / "run", posing, models)


def test_the_emotion_modes_apply_to_messages(spoken: Run) -> None:
    rows = spoken.decisions()
    messages = rows[rows["text"].notna()]
    by_arm = dict(iter(messages.groupby("contestant")))
    assert set(by_arm["m hidden"]["felt"]) == {"fear"}
    assert by_arm["m hidden"]["shown"].isna().all()
    assert set(by_arm["m visible"]["shown"]) == {"fear"}
    assert set(by_arm["m manipulative"]["shown"]) <= set(FACES)
    assert messages["seen"].any()
    assert by_arm["mate"]["felt"].isna().all()
    assert set(messages["text"]) == {"<b>Trust</b> me."}
    decided = rows[rows["text"].isna() & (rows["contestant"] == "mate")]
    assert decided["perceived"].notna().sum() == 8


def test_the_prompt_of_the_other_quotes_the_message(spoken: Run) -> None:
    for transcript in spoken.matches():
        full = spoken.transcript(transcript.match.id, texts=True)
        asked = full.decisions[-1].decision.attempts[0].messages[1].content
        assert '\n- The other player wrote: "<b>Trust</b> me.". Stated decision: "coop' in asked


def test_promises_are_an_outcome_of_every_arm(spoken: Run) -> None:
    table = effects(spoken).table
    assert {"keeps its statement", "states an action", "speaks"} <= set(table["outcome"])
    kept = table[table["outcome"] == "keeps its statement"]
    assert set(kept["contrast"]) >= {"showing", "choosing"}
    assert not table.loc[table["outcome"] == "states an action", "effect"].any(skipna=True)
    assert set(tables(spoken)["mismatches"]["contestant"]) == {"m visible", "m manipulative"}


def test_a_text_that_is_too_long_is_asked_for_again_and_voids_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")

    def wordy(asked: Mapping[str, Any], number: int) -> Reply:
        reply = json.loads(str(posing(asked, number).text))
        if "message" in reply and len(asked["messages"]) == 2:
            reply["message"] = "blah " * 50
        return Reply(json.dumps(reply))

    script: Script = wordy
    run = played(tmp_path / "run", script, lambda url: models(url) | {"repetitions": 1})
    matches = list(run.matches())
    assert {transcript.ending.kind for transcript in matches} == {"completed"}
    first = run.transcript(matches[0].match.id, texts=True).decisions[0].decision.attempts
    assert [str(attempt.verdict) for attempt in first] == ["illegal", "legal"]
    assert "Write at most 40 characters" in first[1].messages[-1].content
