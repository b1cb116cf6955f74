"""Tables beside people: shares that add up, directions that are what they are called."""

from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from arena.analysis.alignment import Alignment
from arena.plots.faces import PEOPLE
from arena.report import beside_people, charts
from arena.report.alignment import sheets, write_text
from dashboard.data import humans
from ratings.core.human.agreement import agreement
from ratings.core.human.arrows import Arm
from ratings.core.human.directions import Reference, reference
from ratings.core.human.sameness import YES
from ratings.core.human.verdict import Verdict, verdicts
from tests.arena.designs import design, played

SAMPLE = {
    "agent": "human_sample",
    "baselines": ["engel2011_plain", "moblab2024_offer", "moblab2024_minimum"],
    "shift": 40.0,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    contestants = [
        {"name": "people", **SAMPLE},
        {"name": "people sad", **SAMPLE, "emotion": {"induced": "sadness"}},
        {"name": "half", "agent": "fixed_share", "share": 0.5, "threshold": 0.5},
    ]
    games = [{"name": "dictator"}, {"name": "ultimatum", "params": {"strategy_method": True}}]
    data = design(games=games, contestants=contestants, repetitions=30)
    return played(data, tmp_path_factory.mktemp("humans") / "run")


@pytest.fixture(scope="module")
def found(folder: Path) -> Alignment:
    return humans.alignment(folder, ())


@pytest.mark.parametrize("measure", humans.DISTRIBUTIONS)
def test_shares_add_up_to_one(found: Alignment, measure: str) -> None:
    some = humans.played(found, measure)
    if measure in {"transfer", "spending"}:  # of a game that this run has not
        assert some == []
        return
    histograms = beside_people.distributions(found, measure, some)
    assert histograms.groupby("source")["share"].sum().tolist() == pytest.approx(
        [1.0] * len(histograms["source"].unique())
    )
    steps = beside_people.cumulative(found, measure, some)
    for _, own in steps.groupby("source"):
        assert own["share"].is_monotonic_increasing
        assert (own["value"].iloc[0], own["value"].iloc[-1]) == (0, 100)
        assert own["share"].iloc[-1] == pytest.approx(1.0)


def test_a_contestant_that_always_gives_half_is_one_step(found: Alignment) -> None:
    steps = beside_people.cumulative(found, "share_given", ["half"])
    own = steps[steps["source"] == "half"]
    assert own[["value", "share"]].to_numpy().tolist() == [[0, 0], [50, 1], [100, 1]]


def test_only_chosen_contestants_are_drawn(found: Alignment) -> None:
    table = beside_people.distributions(found, "offer", ["half"])
    assert "half" in set(table["source"])
    assert "people" not in set(table["source"])


def test_distances_stand_beside_their_floor(found: Alignment) -> None:
    table = beside_people.ruler(found)
    kinds = table.groupby(["contestant", "study", "measure"])["kind"].agg(set)
    assert all({"distance", "noise floor"} <= each for each in kinds)


def effects(found: Alignment, *rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    """Like those that were found, but for base, game, outcome, emotion and call."""
    assert found.effects is not None
    one = found.effects.iloc[0].to_dict()
    names = ["base", "game", "outcome", "emotion", "call"]
    made = [{**one, **dict(zip(names, row, strict=True))} for row in rows]
    return pd.DataFrame(made, columns=found.effects.columns)


def test_arrows_are_told_apart_by_what_people_are_known_to_do(found: Alignment) -> None:
    like = {"induction": "incidental", "comparator": "neutral", "game": "ultimatum"}
    cells: list[dict[str, str]] = [
        {"outcome": "offer", "sign": "+", "grade": "moderate"},
        {"outcome": "acceptance", "sign": "?", "grade": "contested"},
    ]
    known = Reference.model_validate(
        {
            "name": "made up",
            "about": "",
            "cells": [{"emotion": "anger", "evidence": "Made up."} | like | c for c in cells],
        }
    )
    rows = effects(
        found,
        ("up", "ultimatum", "offer", "anger", "↑"),
        ("lucky", "ultimatum", "offer", "anger", "↑"),
        ("down", "ultimatum", "offer", "anger", "↓"),
        ("same", "ultimatum", "offer", "anger", "="),
        ("open", "ultimatum", "offer", "anger", "·"),
        ("afraid", "ultimatum", "offer", "fear", "↑"),
        ("stern", "ultimatum", "acceptance", "anger", "↓"),
    )
    right = Verdict("up", {}, YES, (), 1.0)
    table = beside_people.arrows(replace(found, effects=rows, directions=known, verdicts=[right]))
    assert table["base"].iloc[0] == PEOPLE
    own = table[table["base"] != PEOPLE].set_index("base")["state"].to_dict()
    assert own == {
        "up": "aligned",
        "lucky": beside_people.AS_PEOPLE,
        "down": "not aligned",
        "same": "not aligned",
        "open": "undecided",
        "afraid": "no human data",
        "stern": "contested",
    }
    people = table[table["base"] == PEOPLE].set_index("cell")["arrow"]
    assert people[["anger · UP", "anger · UR", "fear · UP"]].tolist() == ["↑", "", ""]


def test_the_page_has_the_verdicts_of_the_command(found: Alignment) -> None:
    shown = humans.verdicts(found)
    (sheet,) = [each for each in sheets(found) if each.name == "verdicts"]
    assert shown[list(sheet.table)].to_dict("records") == sheet.table.to_dict("records")
    told = dict(zip(shown["model"], shown["verdict"], strict=True))
    assert told == {"half": "not human-like", "people": "cannot be told"}
    stream = StringIO()
    write_text(found, stream)
    for who, verdict in told.items():
        assert any(line.split()[:1] == [who] and verdict in line
                   for line in stream.getvalue().splitlines())  # fmt: skip


@pytest.mark.parametrize("sign", ["+", "-"])
def test_a_negative_control_is_never_painted_aligned(found: Alignment, sign: str) -> None:
    """One sign for all emotions hits many cells of a table of both, and all of one sign."""
    cells = [
        {"outcome": outcome, "emotion": emotion, "sign": other, "game": "ultimatum",
         "grade": "weak", "induction": "incidental", "comparator": "neutral", "evidence": "?"}
        for outcome in ("offer", "acceptance")
        for emotion, other in (("anger", sign), ("fear", "-"), ("disgust", "-"))
    ]  # fmt: skip
    known = Reference.model_validate({"name": "made up", "about": "", "cells": cells})
    places = [("less", "ultimatum", str(c["outcome"]), str(c["emotion"]), "↓") for c in cells]
    rows = effects(found, *places)
    ends: dict[str, Any] = {
        "low": -2.0,
        "high": -1.0,
        "bounds_low": -2.0,
        "bounds_high": -1.0,
        "arrow": "-",
    }
    agreed = agreement(rows.rename(columns={"base": "contestant"}).assign(**ends), known)
    arms = {"less": Arm("less", "none"), "less angry": Arm("less", "anger")}
    told = verdicts([], agreed, arms)
    table = beside_people.arrows(replace(found, effects=rows, directions=known, verdicts=told))
    own = set(table.loc[table["base"] == "less", "state"])
    assert own == {beside_people.AS_PEOPLE} | ({"not aligned"} if sign == "+" else set())


def test_felt_emotions_stand_by_themselves(found: Alignment) -> None:
    felt = humans.measured_emotions(found)
    assert felt is not None
    assert "not an effect of an induction" in felt.title
    assert set(felt.table["outcome"]) == {"acceptance"}


def test_two_games_of_one_outcome_have_cells_of_their_own(found: Alignment) -> None:
    rows = effects(
        found,
        ("who", "ultimatum", "offer", "anger", "↑"),
        ("who", "ultimatum, repeated", "offer", "anger", "↓"),
        ("who", "dictator", "share_given", "anger", "="),
    )
    table = beside_people.arrows(replace(found, effects=rows))
    own = table[table["base"] == "who"]
    assert dict(zip(own["cell"], own["arrow"], strict=True)) == {
        "anger · D": "=",
        "anger · UP ultimatum": "↑",
        "anger · UP ultimatum, repeated": "↓",
    }


def test_columns_are_those_of_the_slide_means_first(found: Alignment) -> None:
    table = beside_people.arrows(found)
    cells = ["mean · D", "mean · UP", "mean · UR", "sadness · D", "sadness · UP", "sadness · UR"]
    assert list(table["cell"].drop_duplicates()) == cells
    means = table[table["emotion"] == beside_people.MEAN].set_index(["base", "outcome"])["arrow"]
    people, choices = found.studies["engel2011_plain"], found.choices
    assert means[PEOPLE, "share_given"] == f"{people.histogram.mean:.0f}%"
    neutral = choices[(choices["contestant"] == "people") & (choices["measure"] == "offer")]
    assert means["people", "offer"] == f"{neutral['value'].mean():.0f}%"


def test_cells_name_the_decisions_behind_them(found: Alignment) -> None:
    table = beside_people.arrows(found)
    behind = {
        (row["base"], row["cell"]): (row["contestant"], row["key"])
        for row in table.to_dict("records")
    }
    assert behind["people", "sadness · UR"] == ("people sad", "ultimatum")
    assert behind["people", "mean · D"] == ("people", "dictator")
    assert {about for (base, _), about in behind.items() if base == PEOPLE} == {("", "")}


@pytest.mark.parametrize(
    ("effects_", "arms", "words"),
    [
        (None, {"plain": Arm("plain", "none", "simple")}, "No emotion was induced"),
        ((), {"sad": Arm("sad", "sadness", "simple")}, "induced in sad, but nobody is the same"),
        (
            (),
            {"plain": Arm("plain", "none", "simple"), "sad": Arm("plain", "sadness", "simple")},
            "induced in sad, but none of their decisions has its like",
        ),
    ],
)
def test_it_is_said_why_there_are_no_effects(
    found: Alignment, effects_: tuple[()] | None, arms: dict[str, Arm], words: str
) -> None:
    table = None if effects_ is None else effects(found, *effects_)
    assert words in humans.unpaired(replace(found, effects=table, arms=arms))
    assert humans.unpaired(found) == ""


def test_the_table_of_directions_can_be_chosen(found: Alignment, folder: Path) -> None:
    other = humans.alignment(folder, (), "eai_slide")
    assert other.directions == reference("eai_slide") != found.directions


def test_distances_on_the_front_page_are_those_of_the_command(found: Alignment) -> None:
    drawing, said = charts.beside_people(found)
    assert drawing is not None
    assert said == []
    [sheet] = [each for each in sheets(found) if each.name == "distances"]
    lines = sheet.table.to_dict("records")
    told = {(each["contestant"], each["game"], each["study"]): each for each in lines}
    for row in drawing.table.to_dict("records"):
        line = told[row["contestant"], row["game"], row["study"]]
        ends = f"[{row['low']:.1f}, {row['high']:.1f}]"
        assert line["distance"] == f"{row['distance']:.1f} {ends}"
        assert line["floor"] == f"{row['floor']:.1f}"


def test_a_distance_without_an_interval_is_named_and_no_dot(found: Alignment) -> None:
    bare = [
        replace(each, distance_low=float("nan")) if each.contestant == "half" else each
        for each in found.comparisons
    ]
    drawing, said = charts.beside_people(replace(found, comparisons=bare))
    assert drawing is not None
    assert set(drawing.table["contestant"]) == {"people"}
    assert "Not drawn: share_given in dictator of half, without an interval." in said
    assert len(said) == len(drawing.table)


def test_the_largest_sample_of_the_same_game_stands_beside_each_measure(found: Alignment) -> None:
    table = beside_people.floors(found)
    assert set(table["contestant"]) == {"people", "half"}  # none with an induced emotion
    assert set(table["study"]) == {"moblab2024_dictator", "moblab2024_offer", "moblab2024_minimum"}
    other = [replace(each, mismatch="payoffs") for each in found.comparisons]
    drawing, said = charts.beside_people(replace(found, comparisons=other))
    assert drawing is None
    assert all("no counted people played the same game" in each for each in said)
    assert len(said) == len({(each.game, each.measure) for each in other})
    unsure = [replace(each, floor_95=float("nan")) for each in found.comparisons]
    assert beside_people.floors(replace(found, comparisons=unsure)).empty
