"""The front page of a run: its question, and figures that are those of the commands."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from arena.analysis.alignment import align
from arena.analysis.effects import effects
from arena.analysis.rating import Request, rate
from arena.record.run import Run
from arena.report import charts
from arena.report.run_summary import log_document
from dashboard.data import behaviour, humans
from dashboard.data import leaderboard as board
from dashboard.data import runs as data
from tests.arena.designs import design, played
from tests.dashboard.views.test_pages import everything, opened
from tests.loopback import Loopback, Reply, first_legal

QUESTION = "Who earns more, a liar or a *fair* player?"


def _either(asked: Mapping[str, Any], _number: int) -> Reply:
    """Any legal action, the same to the same question."""
    if "response_format" not in asked:
        return Reply("yes")
    schema = asked["response_format"]["json_schema"]["schema"]
    told = first_legal(schema)
    if "enum" in schema["properties"].get("action", ()):
        rng = Random(json.dumps(asked["messages"]))
        told["action"] = rng.choice(schema["properties"]["action"]["enum"])
    return Reply(json.dumps(told))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose first game compares nobody; in the second, a model is angry, calm, or neither."""
    root = tmp_path_factory.mktemp("front")
    alone = {"name": "dictator", "contestants": ["fair"], "schedule": {"kind": "single"}}
    arms = [{}, *({"induced": each} for each in ("placebo", "anger"))]
    names = ["calm", "placebo", "angry"]
    poker: dict[str, Any] = {"name": "kuhn_poker", "contestants": [*names, "honest"]}
    poker["schedule"] = {"kind": "panel", "panel": ["honest"]}
    with pytest.MonkeyPatch.context() as patch, Loopback(_either) as provider:
        patch.setenv("OPENAI_API_KEY", "none")
        model = {"agent": "llm", "model": "openai/m", "form": "json", "api_base": provider.url}
        rows = [{"name": n, **model, "emotion": arm} for n, arm in zip(names, arms, strict=True)]
        players = [{"agent": "fair"}, {"agent": "honest"}, *rows]
        rest = {"games": [alone, poker], "contestants": players, "repetitions": 3}
        return played(design(name="front", question=QUESTION, **rest), root / "front")


@pytest.fixture(scope="module")
def front(folder: Path) -> Iterator[AppTest]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(data.SETTINGS, data.Settings(folder.parent).write())
        yield opened("overview", run="front")


@pytest.fixture(scope="module")
def table(folder: Path) -> pd.DataFrame:
    return effects(Run(folder)).table


def test_the_question_stands_in_the_words_of_the_design(front: AppTest, folder: Path) -> None:
    assert not front.exception
    assert Run(folder).manifest.design["question"] == QUESTION
    shown = everything(front).replace("\\", "")
    assert QUESTION in shown


def test_figures_are_those_of_the_log(front: AppTest, folder: Path) -> None:
    log = log_document(Run(folder))
    matches = log["matches"]
    shown = {metric.label: metric.value for metric in front.metric}
    assert shown["Matches"] == f"{matches['completed']:,} of {matches['planned']:,}"
    assert shown["Void matches"] == f"{100 * matches.get('void', 0) / matches['completed']:.1f} %"
    calls = sum(each["calls"] for each in log["models"].values())
    assert shown["Calls to models"] == f"{calls:,}"


def test_replies_of_unknown_price_are_no_cost(
    front: AppTest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = sum(each["unpriced"] for each in log_document(Run(folder))["models"].values())
    assert number > 0
    said = [caption.value for caption in front.caption]
    assert f"{number:,} replies of unknown price are not in it." in said
    monkeypatch.setenv(data.SETTINGS, data.Settings(folder.parent).write())
    (row,) = opened("runs").dataframe[0].value.query("run == 'front'").to_dict("records")
    assert pd.isna(row["cost"])


def test_a_game_without_comparisons_is_not_shown_first(front: AppTest, folder: Path) -> None:
    standings = board.board(folder, "", "drop", 20)
    assert next(iter(standings.tables)) == "kuhn_poker"
    assert "dictator" in standings.tables
    assert any("kuhn_poker" in each.value.replace("\\", "") for each in front.caption)


def test_ratings_are_those_of_the_command(folder: Path) -> None:
    shown = board.board(folder, "", "drop", 20).tables["kuhn_poker"]
    rated = rate([Run(folder)], Request.checked(voids="drop", rounds=20)).tables["kuhn_poker"]
    pd.testing.assert_frame_equal(shown, rated)


def test_a_figure_without_an_interval_is_named_and_no_dot(folder: Path) -> None:
    table = board.board(folder, "", "drop", 20).tables["kuhn_poker"].copy()
    first = table["contestant"].iloc[0]
    table.loc[0, ["low", "high"]] = float("nan")
    drawing = charts.leaderboard(table, "kuhn_poker")
    assert drawing is not None
    assert first not in set(drawing.table["contestant"])
    assert charts.undrawn(table) == [first]
    table[["low", "high"]] = float("nan")
    assert charts.leaderboard(table, "kuhn_poker") is None
    assert charts.undrawn(table) == [*table["contestant"]]


def test_the_picture_of_effects_has_the_figures_of_the_command(
    front: AppTest, table: pd.DataFrame
) -> None:
    drawing = charts.forest(table, "front")
    assert drawing is not None
    assert {*drawing.table["against"]} == {"against none", "against placebo"}
    keys = ["game", "outcome", "arm", "reference"]
    own = table[table["family"] == "choices"].dropna(subset=["low", "high"])
    both = drawing.table.merge(own, on=keys, suffixes=("", "_own"))
    assert len(both) == len(drawing.table) == len(own) > 0
    for column in ("effect", "low", "high"):
        assert both[column].tolist() == both[f"{column}_own"].tolist()
    assert (both["share"] * both["range"]).tolist() == pytest.approx(both["effect"].tolist())
    assert "Dots: mean differences" in " ".join(each.value for each in front.caption)


def test_registered_effects_are_drawn_alone(table: pd.DataFrame) -> None:
    one = table["outcome"] == "payoff"
    drawing = charts.forest(table.assign(family=table["family"].mask(one, "registered")), "front")
    assert drawing is not None
    assert {*drawing.table["outcome"]} == {"payoff"}
    assert charts.forest(table[:0], "front") is None


def test_a_run_without_a_question_says_so(shown: Path) -> None:  # noqa: ARG001
    page = opened("overview", run="single")
    assert "states no `question`" in " ".join(each.value for each in page.caption)


def test_people_stand_last_beside_contestants_with_the_figures_of_the_command(
    front: AppTest, folder: Path
) -> None:
    assert [each.value for each in front.subheader][-1] == "Beside people"
    aligned = align(Run(folder))
    [verdicts] = [each.value for each in front.dataframe if "verdict" in each.value]
    told = [(each.base, each.words) for each in aligned.verdicts]
    assert list(zip(verdicts["model"], verdicts["verdict"], strict=True)) == told
    drawing, said = charts.beside_people(aligned)
    assert drawing is not None
    assert said == []
    assert "Dots: distances" in " ".join(each.value for each in front.caption)


def test_what_takes_long_is_named_with_the_time_it_took(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    humans.alignment(folder, ())
    assert (data.took(humans.alignment, folder) or 0) > 0
    monkeypatch.setenv(data.SETTINGS, data.Settings(folder.parent).write())
    lines: list[str] = []

    @contextmanager
    def spinner(line: str, *, show_time: bool) -> Iterator[None]:
        assert show_time
        lines.append(line)
        yield

    monkeypatch.setattr("streamlit.spinner", spinner)
    monkeypatch.setattr(data, "took", lambda *_: 7.2)
    page = opened("overview", run="front")
    assert not page.exception
    decisions = data.summary(folder).decisions
    heavy = (
        "Looking for what casts doubt on the numbers",
        "Rating contestants",
        "Computing effects of emotions",
        f"Comparing {decisions} decisions with those of people",
    )
    assert lines == [f"{each}; last time it took 7.2 s" for each in heavy]
    opened("leaderboard", run="front")
    assert lines.pop() == "Rating contestants; last time it took 7.2 s"
    lines.clear()
    monkeypatch.setattr(behaviour, "MOST", 0)
    assert [each.label for each in page.run().toggle] == [
        f"Compare all {decisions} decisions (this takes minutes)"
    ]
    assert not [each for each in lines if "people" in each]


@pytest.mark.parametrize("run", ["single", "outcomes", "void"])
def test_people_stand_nowhere_without_decisions_that_a_study_is_about(
    run: str,
    shown: Path,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none(played: Mapping[str, Any]) -> dict[str, str]:
        return dict.fromkeys(played, "nobody has published how people play it")

    if run == "single":
        monkeypatch.setattr(humans, "unstudied", none)
    page = opened("overview", run=run)
    assert not page.exception
    assert "Beside people" not in [each.value for each in page.subheader]
