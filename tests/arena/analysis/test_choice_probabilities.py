"""Effects of models whose probabilities are known: exact where they are told, within the interval
where choices are drawn."""

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest

from arena.analysis.alignment import align
from arena.analysis.due_decisions import DueDecisions
from arena.analysis.effects import EffectsRequest, effects
from arena.analysis.human_measures import in_expectation, measured
from arena.design.tournament import Tournament
from arena.engine.replay import replay
from arena.engine.verify import problems
from arena.record.run import Run
from arena.report.alignment import sheets
from arena.report.effects import effects_latex
from arena.report.transcript import transcript_lines
from games import BadInput
from ratings.core.human.histogram import pair, wasserstein
from ratings.core.human.studies import baseline
from tests.arena.analysis.stub_models import contestant, dilemma, played
from tests.loopback import Reply
from tests.speaking import speaker

ANGRY: list[dict[str, Any]] = [{"induced": "none"}, {"induced": "anger"}]
pytestmark = pytest.mark.usefixtures("key")


def cooperates(instructions: str) -> float:
    """Less in anger, and more or less with the wording of the rules."""
    angry = "angry" in instructions
    rules = instructions.partition("\n\n")[2].partition("\n\n")[0]
    return 0.6 - 0.25 * angry + Random(rules).uniform(-0.1, 0.1)


def prefers(instructions: str) -> Mapping[str, float]:
    p = cooperates(instructions)
    return {'{"action":"cooperate"}': p, '{"action":"defect"}': 1 - p}


def asked(run: Run) -> pd.DataFrame:
    """Each decision of the model with what it was told, and so the truth about it."""
    rows = [
        {
            "contestant": transcript.match.seats[played.player],
            "action": played.decision.action,
            "weights": played.decision.weights,
            "truth": cooperates(played.decision.attempts[0].messages[0].content),
        }
        for key in run.ids()
        for transcript in [run.transcript(key, texts=True)]
        for played in transcript.decisions
        if played.decision.attempts
    ]
    return pd.DataFrame(rows)


def cooperation(run: Run) -> Any:
    return effects(run, EffectsRequest(outcomes=["cooperation"])).table.iloc[0]


def design(**more: Any) -> Callable[[str], dict[str, Any]]:
    return lambda url: (
        dilemma(url, [], repetitions=40)
        | {"contestants": [contestant(url, ANGRY, **more), {"agent": "cooperator"}]}
    )


@pytest.fixture(scope="module", params=["weighed", "in situ", "redrawn"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Weighed token by token; read off sampled replies; or read off and drawn again."""
    folder = tmp_path_factory.mktemp(request.param) / "run"
    by: dict[str, Any] = {} if request.param == "in situ" else {"decide_by": "probabilities"}
    if request.param == "redrawn":
        by["model"] = "openrouter/test"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENROUTER_API_KEY", "sk-loopback")
        return played(folder, speaker(prefers, continues=request.param == "weighed"), design(**by))


def test_probabilities_that_are_told_give_the_effect_exactly(told: Run) -> None:
    table, found = asked(told), cooperation(told)
    units = table.drop_duplicates(["contestant", "truth"])  # each wording counts once
    by_arm = units.groupby("contestant")["truth"].mean()
    assert found["level"] == pytest.approx(by_arm["m anger"], abs=1e-6)
    assert found["effect"] == pytest.approx(by_arm["m anger"] - by_arm["m none"], abs=1e-6)
    assert found["effect"] == pytest.approx(-0.25, abs=1e-6), "wordings cancel"
    assert found["exact"] == found["n"] == 80
    assert found["units"] == len(units)
    assert [w.coverage for w in table["weights"]] == pytest.approx([0.7] * 160)
    assert [w.missing for w in table["weights"]] == pytest.approx([0] * 160)


def test_what_was_drawn_is_drawn_from_them(told: Run) -> None:
    table = asked(told)
    error = (table["truth"] * (1 - table["truth"])).sum() ** 0.5
    drawn = (table["action"] == "cooperate").sum()
    assert abs(drawn - table["truth"].sum()) < 4 * error
    assert 0 < drawn < len(table)


def test_the_record_follows_from_itself(told: Run) -> None:
    assert list(problems(told)) == []
    assert list(replay(told)) == []
    shown = transcript_lines(told.match(told.ids()[0]), told.game("prisoners_dilemma"))
    assert any("  odds    " in line and "coverage 0.70, unseen 0.00" in line for line in shown)
    frame = told.decisions()
    own = frame[frame["contestant"] != "cooperator"]
    assert set(own["frame"]) == {'{"action":"'}
    assert frame.loc[frame["contestant"] == "cooperator", "how"].isna().all()
    assert "the known probabilities of choices stand in place" in effects_latex(effects(told))


def test_comparisons_with_people_rest_on_them_too(told: Run) -> None:
    """A choice under words that were met before is drawn anew, and its probability is the same."""
    table, truth = measured(told), asked(told)
    own = table[table["contestant"] != "cooperator"]
    assert set(own["value"]) == {0.0, 1.0}
    assert own["expected"].mean() == pytest.approx(truth["truth"].mean(), abs=1e-6)
    others = table[table["contestant"] == "cooperator"]
    assert (others["expected"] == others["value"]).all()
    known = in_expectation(own)
    words = len(truth.drop_duplicates(["contestant", "truth"]))
    assert (~known["repeated"]).sum() >= words
    assert known["repeated"].any()


def test_amounts_beside_people_are_all_that_could_have_been_given(tmp_path: Path) -> None:
    """Half of it with .5, a tenth with .3, nothing with .2: always, whatever was drawn."""
    shares = {5: 0.5, 1: 0.3, 0: 0.2}

    def gives(_instructions: str) -> Mapping[str, float]:
        return {f'{{"action":{amount}}}': p for amount, p in shares.items()}

    def built(url: str) -> dict[str, Any]:
        return dilemma(url, []) | {
            "games": [{"name": "dictator", "params": {"endowment": 10}}],
            "contestants": [contestant(url, [{}], decide_by="probabilities")],
            "schedule": {"kind": "single"},
            "repetitions": 6,
        }

    with closing(played(tmp_path / "run", speaker(gives), built)) as run:
        table = measured(run)
        assert len(set(table["value"])) > 1
        assert table["expected"].tolist() == pytest.approx([28.0] * 6)
        for spread in table["spread"]:
            assert spread == pytest.approx({50.0: 0.5, 10.0: 0.3, 0.0: 0.2})
        found = align(run, ["engel2011_plain"])
        (each,) = found.comparisons
        assert each.mean == pytest.approx(28.0)
        people = baseline("engel2011_plain").histogram
        both = pair(people, np.array([50.0, 10.0, 0.0]), np.array([0.5, 0.3, 0.2]))
        assert each.distance == pytest.approx(wasserstein(both))
        assert any("stand in place" in line for sheet in sheets(found) for line in sheet.notes)


def test_drawn_choices_hold_the_truth_in_their_interval(tmp_path: Path) -> None:
    with closing(played(tmp_path / "run", speaker(prefers, lists=False), design())) as run:
        found = cooperation(run)
        assert found["low"] < -0.25 < found["high"]
        assert found["high"] - found["low"] > 0.1
        assert found["exact"] == 0
        assert "stand in place" not in effects_latex(effects(run))


def test_a_choice_is_weighed_behind_the_report_and_under_its_label(tmp_path: Path) -> None:
    """It always takes the first label with .9, whatever that stands for, once it has reported."""
    report = '{"felt":"fear","intensity":30,"action":"'

    def by_label(instructions: str) -> Mapping[str, float]:
        labels = sorted({word for word in instructions.split('"') if len(word) == 1})
        assert len(labels) == 2, labels
        return {f'{report}{labels[0]}"}}': 0.9, f'{report}{labels[1]}"}}': 0.1}

    def built(url: str) -> dict[str, Any]:
        more = {"decide_by": "probabilities", "frame": "neutral", "labels": "counterbalanced"}
        row = contestant(url, [{"mode": "hidden"}], **more)
        return dilemma(url, [], repetitions=8) | {"contestants": [row, {"agent": "cooperator"}]}

    with closing(played(tmp_path / "run", speaker(by_label), built)) as run:
        for key in run.ids():
            for played_ in run.transcript(key, texts=True).decisions:
                if not played_.decision.attempts:
                    continue
                decision = played_.decision
                sampled, weighed = decision.attempts
                assert sampled.completion is not None
                assert weighed.completion is not None
                assert decision.weights is not None
                assert decision.weights.frame == report
                assert decision.affect is not None
                assert decision.affect.felt == "fear"
                said = json.loads(weighed.completion.text)["action"]
                p = decision.weights.p[decision.action or ""]
                first = min(word for word in (said, *_labels(sampled.messages[0].content)))
                assert p == pytest.approx(0.9 if said == first else 0.1)
        assert list(problems(run)) == []
        assert {len(set(map(json.dumps, [p]))) for p in run.decisions()["how"].dropna()} == {1}


def _labels(instructions: str) -> list[str]:
    return [word for word in instructions.split('"') if len(word) == 1]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"reasoning": "brief"}, 'before any reasoning: leave out reasoning = "brief"'),
        ({"emotion": {"mode": "hidden", "report": "after"}}, "ends a reply with the action"),
        ({"top_p": 0.5}, "leave out top_p"),
    ],
)
def test_designs_that_cannot_be_weighed_are_refused(row: dict[str, Any], reason: str) -> None:
    data = dilemma("http://127.0.0.1:1/v1", [])
    player = contestant("http://127.0.0.1:1/v1", [{}], decide_by="probabilities") | row
    with pytest.raises(BadInput, match=reason):
        Tournament(data | {"contestants": [player, {"agent": "cooperator"}]})


def test_a_reply_that_was_asked_for_again_tells_its_own_probabilities(tmp_path: Path) -> None:
    script = speaker(prefers)

    def hesitant(body: Mapping[str, Any], number: int) -> Reply:
        answer = script(body, number)
        first = len(body["messages"]) == 2
        return replace(answer, text="Let me think about it.") if first else answer

    with closing(played(tmp_path / "run", hesitant, design(reasks=1))) as run:
        for key in run.ids():
            for turn in run.transcript(key, texts=True).decisions:
                if turn.decision.attempts:
                    first, second = turn.decision.attempts
                    assert first.completion is not None
                    assert first.completion.weights is None
                    assert second.completion is not None
                    assert second.completion.weights == turn.decision.weights is not None
        assert (cooperation(run)["exact"], cooperation(run)["legal"]) == (80, 0)
        assert list(replay(run)) == []


def test_a_question_whose_probabilities_are_not_told_is_asked_once(tmp_path: Path) -> None:
    """Too much is unseen in every question: each match is void, and none is begun again."""

    def half(_instructions: str) -> Mapping[str, float]:
        return {'{"action":"cooperate"}': 0.3, '{"action":"defect"}': 0.3}

    script, asked_ = speaker(half), []

    def cut(body: Mapping[str, Any], number: int) -> Any:
        asked_.append(number)
        reply = script(body, number)
        for token in reply.choice["logprobs"]["content"]:
            token["top_logprobs"] = token["top_logprobs"][:2]
        return reply

    few = design(decide_by="probabilities")
    with closing(played(tmp_path / "run", cut, lambda url: few(url) | {"repetitions": 4})) as run:
        assert run.counts["void"] == len(asked_) == 16
        said = {row[0] for row in run.rows("SELECT failure FROM attempts")}
        assert all("of the probability unseen" in each for each in said)


def test_where_too_much_is_unseen_the_drawn_choice_counts(tmp_path: Path) -> None:
    """A list of one token hides a third of the mass; the table then rests on what was drawn."""

    script = speaker(prefers)

    def cut(body: Mapping[str, Any], number: int) -> Any:
        reply = script(body, number)
        for token in reply.choice["logprobs"]["content"]:
            token["top_logprobs"] = token["top_logprobs"][:1]
        return reply

    with closing(played(tmp_path / "run", cut, design())) as run:
        due = DueDecisions(run, "prisoners_dilemma", {"m none", "m anger"}).table
        assert set(due.loc[due["outcome"] == "cooperation", "value"]) == {0.0, 1.0}
        assert not due["exact"].any()
        assert run.decisions()["unseen"].max() > 0.3
