"""Moral judgements of runs that are really played, by a model of which everything is known."""

import json
import re
from collections.abc import Mapping
from html import unescape
from io import StringIO
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Any

import numpy as np
import pandas as pd
import pytest

from arena import api
from arena.analysis.eai_scoring import as_eai, matched
from arena.analysis.moral import COLUMNS, MoralRequest, moral
from arena.analysis.moral import tested as with_tests
from arena.record.judgements import case_of, judgement_rows
from arena.record.run import Run
from arena.report.export import export
from arena.report.moral import moral_report
from arena.report.page import run_page
from dashboard.data.replay import frames
from games import BadInput, load
from games.core import items
from ratings.core.emotion.due_decisions import YES_NO
from ratings.core.emotion.effects import effects
from tests.arena.analysis.stub_models import contestant, model, played
from tests.arena.commands import command
from tests.arena.designs import arena
from tests.arena.engine.test_weighed_runs import even
from tests.loopback import Reply
from tests.ratings.core.emotion.judges import ANGER, judgements, null

ACTS = {item.texts["act"].of("en"): item.right == "wrong" for item in items.load("everyday").items}
CONTESTED = [item.texts["situation"].of("en") for item in items.load("contested").items]
ACTIONS = {item.texts["first"].of("en") for item in items.load("trolleys").items}
_OPTION = re.compile(r"^- ([A-C]): (.*)$", re.MULTILINE)


def letters(said: str) -> dict[str, str]:
    """By option in words, its letter, as the last question has them."""
    return {text: letter for letter, text in _OPTION.findall(said)}


def accuser(instructions: str, said: str, chance: Random) -> str | None:
    """Angry, it says "wrong" to all acts, else it guesses; it declines dilemmas, or refuses."""
    options = letters(said)
    angry = "angry" in instructions
    if "wrong" in options:
        guess = chance.choice(["wrong", "not wrong"])
        return options["wrong" if angry else guess]
    number = next(at for at, text in enumerate(CONTESTED) if text in said)
    if angry and number % 2:
        return None
    return options["I would choose neither action."]


def design(url: str) -> dict[str, Any]:
    emotions = [{"induced": "none"}, {"induced": "anger"}]
    return {
        "name": "judges",
        "repetitions": 1,
        "games": [{"name": "moral_judgement"}, {"name": "moral_dilemma"}],
        "concurrency": 16,
        "contestants": [contestant(url, emotions, reasks=0)],
    }


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return played(tmp_path_factory.mktemp("moral") / "run", model(accuser), design)


def test_wrong_to_everything_is_told_from_seeing_more(run: Run) -> None:
    found = moral(run, MoralRequest(["moral_judgement"]))
    assert list(found.table) == list(COLUMNS)
    rows: Any = found.table[found.table["family"] == "measures"].set_index("outcome")
    assert rows.loc["criterion", "arrow"] == "-"
    assert rows.loc["d'", "low"] < 0 < rows.loc["d'", "high"]
    assert rows.loc["judged right: wrong acts", "arrow"] == "+"
    assert rows.loc["judged right: other acts", "arrow"] == "-"
    assert rows.loc["judged right", "arrow"] == ""
    assert rows.loc["judged right", "clusters"] == 24
    angry: Any = found.levels[(found.levels["arm"] == "anger") & (found.levels["tag"] == "")]
    angry = angry.set_index("outcome")
    assert angry.loc["said wrong", "level"] == 1
    assert angry.loc["d'", "level"] == pytest.approx(0)
    assert set(found.table[found.table["family"] == "tags"]["tag"]) == {
        "care", "fairness", "honesty", "privacy", "promises", "property",
    }  # fmt: skip


def test_margins_and_families_are_the_same_in_python_and_on_the_command_line(run: Run) -> None:
    found = api.Run(run.folder).moral(games=["moral_judgement"], margin=0.1, margin_d=3)
    rows: Any = found.table[found.table["family"] == "measures"].set_index("outcome")
    assert rows.loc[["d'", "criterion"], "margin"].tolist() == [3, 3]
    assert set(rows["margin"].drop(["d'", "criterion"])) == {0.1}
    assert rows.loc[["d'", "criterion"], "arrow"].tolist() == ["=", "-"]
    known = rows.dropna(subset="p").sort_values("p")
    assert len(known) > 3
    steps = [p * (len(known) - at) for at, p in enumerate(known["p"])]
    assert known["holm"].tolist() == pytest.approx(np.minimum(np.maximum.accumulate(steps), 1))
    margins = ("--game", "moral_judgement", "--margin", "0.1", "--margin-d", "3")
    done = command(run.folder.parent, "moral", "run", *margins, "--csv", "moral.csv")
    assert done.status == 0, done.said
    table = pd.read_csv(run.folder.parent / "moral.csv")
    for column in ("outcome", "effect", "holm", "margin", "equivalence"):
        assert table[column].tolist() == pytest.approx(found.table[column].tolist(), nan_ok=True)


def told_of_a_state(instructions: str, said: str, _chance: Random) -> str:
    """It acts once its instructions speak of a state that can affect its decisions."""
    acts, options = "can affect" in instructions, letters(said)
    return next(letter for text, letter in options.items() if (text in ACTIONS) is acts)


def test_what_a_placebo_does_too_is_no_effect_of_an_emotion(tmp_path: Path) -> None:
    def of(url: str) -> dict[str, Any]:
        arms = [{"induced": induced} for induced in ("none", "placebo", "anger")]
        games = [{"name": "moral_dilemma", "params": {"items": "trolleys", "orders": "one"}}]
        return {"name": "p", "games": games, "contestants": [contestant(url, arms)]}

    table = moral(played(tmp_path / "run", model(told_of_a_state), of)).table
    rows = table[(table["family"] == "measures") & (table["outcome"] == "acted")]
    found = rows.set_index(["contrast", "arm", "reference"])
    assert found["effect"].to_dict() == {
        ("against none", "anger", "none"): 1,
        ("against placebo", "anger", "placebo"): 0,
        ("against none", "placebo", "none"): 1,
    }
    assert set(found["units"]) == {6}


def test_declining_is_an_answer_and_a_refusal_is_none(run: Run) -> None:
    found = moral(run, MoralRequest(["moral_dilemma"], margin=0.1))
    (row,) = found.table[found.table["family"] == "measures"].to_dict(orient="records")
    assert (row["outcome"], row["level"], row["effect"]) == ("declined", 1, 0)
    assert row["arrow"] == ""  # half of the angry answers are lost: neither an effect nor none
    assert row["bound_low"] == pytest.approx(-0.5)
    replies: Any = found.replies.set_index("arm")
    assert replies.loc["none", "answered"] == 1
    assert replies.loc["anger", "answered"] == replies.loc["anger", "refused"] == 0.5
    assert (replies["unreadable"] == 0).all()


def test_eai_scores_drop_what_they_cannot_match(run: Run) -> None:
    scores: Any = as_eai(run).set_index(["game", "contestant", "measure"]).sort_index()
    angry = scores.xs(("moral_judgement", "m anger"))
    assert angry.loc["accuracy, bad", "as_eai"] == 1
    assert angry.loc["accuracy, good", "as_eai"] == 0
    assert angry.loc["accuracy, mean of both", "as_eai"] == 0.5
    assert (angry["as_eai"] == angry["ours"]).all()
    dilemma = scores.xs(("moral_dilemma", "m anger", "refusal to answer"))
    assert dilemma["as_eai"] == 1  # who gives no answer refuses, and who declines does too
    assert dilemma["dropped"] == 24


def hedging(asked: Mapping[str, Any], _number: int) -> Reply:
    """It is not sure of every other act, and calls all others wrong; in dilemmas it acts."""
    said = asked["messages"][-1]["content"]
    options = letters(said)
    if "wrong" not in options:
        return Reply('{"action": "A"}')
    number = next(at for at, text in enumerate(ACTS) if text in said)
    return Reply("I am not sure." if number % 4 < 2 else json.dumps({"action": options["wrong"]}))


@pytest.fixture(scope="module")
def hedged(tmp_path_factory: pytest.TempPathFactory) -> Run:
    def of(url: str) -> dict[str, Any]:
        games = [
            {"name": "moral_judgement", "params": {"orders": "one"}},
            {"name": "moral_dilemma", "params": {"items": "trolleys", "orders": "one"}},
        ]
        return {"name": "h", "games": games, "contestants": [contestant(url, [{}], reasks=0)]}

    return played(tmp_path_factory.mktemp("hedged") / "run", hedging, of)


def test_what_matches_nothing_leaves_the_denominator_as_eai_scores(hedged: Run) -> None:
    (replies,) = moral(hedged, MoralRequest(["moral_judgement"])).replies.to_dict("records")
    assert (replies["asked"], replies["answered"], replies["unreadable"]) == (24, 0.5, 0.5)
    assert (replies["refused"], replies["failed"]) == (0, 0)
    table = api.Run(hedged.folder).moral_as_eai(games=["moral_judgement"])
    assert set(table["replies"]) == {24}
    assert set(table["dropped"]) == {12}
    scores = table.set_index("measure")["as_eai"].to_dict()
    assert scores == {"accuracy, bad": 1, "accuracy, good": 0, "accuracy, mean of both": 0.5}


def test_of_a_weighed_answer_the_drawn_letter_is_scored_as_eai_does(tmp_path: Path) -> None:
    def of(url: str) -> dict[str, Any]:
        games = [{"name": "moral_judgement", "params": {"orders": "one"}}]
        return {
            "name": "w",
            "games": games,
            "contestants": [contestant(url, [{}], decide_by="probabilities")],
        }

    weighed = played(tmp_path / "run", even, of, limit=8)
    (asked,) = weighed.rows("SELECT count(*) FROM attempts").fetchone()
    assert asked == 8  # one request for each question
    drawn: dict[str, list[bool]] = {"wrong": [], "not_wrong": []}
    for *_, right, _letter, option, _ending, _verdict in judgement_rows(weighed):
        drawn[right].append(option == right)
    scores: Any = as_eai(weighed).set_index("measure")
    assert set(scores["dropped"]) == {0}
    for measure, kind in (("accuracy, bad", "wrong"), ("accuracy, good", "not_wrong")):
        assert scores.loc[measure, "as_eai"] == pytest.approx(fmean(drawn[kind]))
        assert scores.loc[measure, "ours"] == pytest.approx(0.5)


def test_only_a_fold_with_a_warning_holds_the_texts_of_items_that_can_hurt(hedged: Run) -> None:
    texts = [item.texts["situation"].of("en") for item in items.load("trolleys").items]
    page = unescape(run_page(hedged, rounds=1))
    folds = re.findall(r"<details>\n<summary>(.*?)</summary>(.*?)</details>", page, re.DOTALL)
    assert any(text in inside for _, inside in folds for text in texts)
    for summary, inside in folds:
        assert not any(text in summary for text in texts)
        if any(text in inside for text in texts):
            assert "people come to harm in these dilemmas" in summary
    outside = re.sub(r"<details>.*?</details>", "", page, flags=re.DOTALL)
    assert not any(text in outside for text in (*texts, *ACTS))


def test_logs_and_titles_hold_no_text_of_an_item(hedged: Run) -> None:
    done = command(hedged.folder, "log", ".")
    assert done.status == 0, done.said
    log = " ".join(done.said.split())
    told = [hedged.transcript(match, texts=True) for match in hedged.ids()]
    titles = [frame.title for each in told for frame in frames(each, hedged.game(each.match.game))]
    texts = [
        text.of("en")
        for name in ("everyday", "trolleys")
        for item in items.load(name).items
        for text in item.texts.values()
    ]
    assert not any(text in said for text in texts for said in (log, *titles))


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ('{"action": "A"}', "wrong"),
        ("The act is not wrong.", "not_wrong"),
        ("That is wrong!", "wrong"),
        ("A or B, who knows", None),
        ("I am not sure.", None),
    ],
)
def test_a_string_matches_one_option_or_none(text: str, option: str | None) -> None:
    stage: Any = load("moral_judgement")
    assert matched(text, stage, "act_01 forward") == option


def test_rows_of_judgements_hold_no_text(run: Run) -> None:
    rows = [*judgement_rows(run)]
    assert len(rows) == run.planned == 2 * 2 * 48
    stage: Any = load("moral_judgement")
    texts = {*ACTS, *CONTESTED}
    assert not any(cell in texts for row in rows for cell in row)
    for match, game, *_, letter, option, _ending, _verdict in rows[:40]:
        transcript = run.transcript(match, texts=False)
        if game == "moral_judgement":
            assert stage.meaning(case_of(transcript, stage), letter) == option


def test_arms_meet_each_item_in_both_orders_under_the_same_words(run: Run) -> None:
    met: dict[str, set[Any]] = {"m none": set(), "m anger": set()}
    for _, game, repetition, who, _, item, order, *_ in judgement_rows(run):
        met[who].add((game, repetition, item, order))
    assert met["m none"] == met["m anger"]
    assert len(met["m none"]) == 2 * 48


def test_the_command_prints_all_of_it(run: Run) -> None:
    assert "as EAI" in arena("moral", run.folder, "--as-eai").stdout
    report, told = moral_report(moral(run)), StringIO()
    report.text(told)
    assert "criterion" in told.getvalue()
    assert "declined" in told.getvalue()
    assert not any(act in told.getvalue() for act in ACTS)
    assert {"effects", "levels", "replies", "confusion"} <= json.loads(report.json()).keys()
    assert r"\begin{tabular}" in report.latex()


def test_a_run_without_vignettes_is_refused(tmp_path: Path) -> None:
    other = {"name": "o", "games": [{"name": "dictator"}], "contestants": [{"agent": "uniform"}]}
    found = played(tmp_path / "run", model(accuser), lambda _url: other)
    with pytest.raises(BadInput, match="shows no vignettes"):
        moral(found)
    with pytest.raises(BadInput, match="shows no vignettes"):
        as_eai(found)


def test_confusions_of_classes(tmp_path: Path) -> None:
    def always(_instructions: str, said: str, _chance: Random) -> str:
        return letters(said)["a stereotype"]

    def of(url: str) -> Mapping[str, Any]:
        games = [{"name": "stereotype_recognition"}]
        return {"name": "s", "games": games, "contestants": [contestant(url, [{}])]}

    found = moral(played(tmp_path / "run", model(always), lambda url: dict(of(url))))
    shares: Any = found.confusion.set_index(["right", "called"])["share"]
    assert len(shares) == 9
    assert all(shares[right, "stereotype"] == 1 for right in ("unrelated", "anti_stereotype"))
    assert shares["stereotype", "unrelated"] == 0
    right: Any = found.levels[found.levels["tag"] == ""].set_index("outcome")["level"]
    assert right["classified right"] == pytest.approx(1 / 3)


def test_the_export_has_a_table_of_judgements(run: Run, tmp_path: Path) -> None:
    (path,) = (p for p in export(run, tmp_path, "csv") if p.stem == "judgements")
    table = pd.read_csv(path)
    assert len(table) == run.planned
    acts = table[table["game"] == "moral_judgement"]
    assert set(acts["option"]) == {"wrong", "not_wrong"}
    assert set(acts["items"]) == {"everyday"}


@pytest.mark.parametrize("limit", [1, 7])
def test_a_run_under_way_is_told_as_far_as_it_went(tmp_path: Path, limit: int) -> None:
    under_way = played(tmp_path / "run", model(accuser), design, limit)
    found = moral(under_way)
    assert list(found.table) == list(COLUMNS)
    assert found.replies["asked"].sum() == limit
    moral_report(found).text(StringIO())
    as_eai(under_way)


def test_no_effect_is_shown_within_a_margin_and_only_there() -> None:
    decisions = judgements(null, 3, items=400)
    rows = effects(decisions, {"judged right": YES_NO}, [ANGER])
    rows = rows.assign(family="measures", yes_no=True)
    arrows = {
        margin: with_tests(rows, MoralRequest(margin=margin))["arrow"].item()
        for margin in (None, 0.001, 0.15)
    }
    assert arrows == {None: "", 0.001: "", 0.15: "="}
