"""Tables beside people: shares that add up, directions that are what they are called."""

from pathlib import Path

import pandas as pd
import pytest

from arena.alignment import Alignment
from dashboard import humans
from dashboard.faces import PEOPLE
from tests.arena.designs import design, played

SAMPLE = {
    "agent": "human_sample",
    "baselines": ["engel2011_plain", "moblab2024_offer", "moblab2024_minimum"],
    "shift": 40.0,
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Alignment:
    contestants = [
        {"name": "people", **SAMPLE},
        {"name": "people sad", **SAMPLE, "emotion": {"induced": "sadness"}},
        {"name": "half", "agent": "fixed_share", "share": 0.5, "threshold": 0.5},
    ]
    games = [{"name": "dictator"}, {"name": "ultimatum", "params": {"strategy_method": True}}]
    data = design(games=games, contestants=contestants, repetitions=30)
    folder: Path = played(data, tmp_path_factory.mktemp("humans") / "run")
    return humans.alignment(folder, ())


@pytest.mark.parametrize("measure", humans.DISTRIBUTIONS)
def test_shares_add_up_to_one(found: Alignment, measure: str) -> None:
    some = humans.played(found, measure)
    histograms = humans.distributions(found, measure, some)
    assert histograms.groupby("source")["share"].sum().tolist() == pytest.approx(
        [1.0] * len(histograms["source"].unique())
    )
    steps = humans.cumulative(found, measure, some)
    for _, own in steps.groupby("source"):
        assert own["share"].is_monotonic_increasing
        assert (own["value"].iloc[0], own["value"].iloc[-1]) == (0, 100)
        assert own["share"].iloc[-1] == pytest.approx(1.0)


def test_a_contestant_that_always_gives_half_is_one_step(found: Alignment) -> None:
    steps = humans.cumulative(found, "share_given", ["half"])
    own = steps[steps["source"] == "half"]
    assert own[["value", "share"]].to_numpy().tolist() == [[0, 0], [50, 1], [100, 1]]


def test_only_chosen_contestants_are_drawn(found: Alignment) -> None:
    table = humans.distributions(found, "offer", ["half"])
    assert "half" in set(table["source"])
    assert "people" not in set(table["source"])


def test_distances_stand_beside_their_floor(found: Alignment) -> None:
    table = humans.ruler(found)
    kinds = table.groupby(["contestant", "study", "measure"])["kind"].agg(set)
    assert all({"distance", "noise floor"} <= each for each in kinds)


def test_people_stand_above_contestants_and_agree_with_the_states(found: Alignment) -> None:
    table = humans.arrows(found)
    people = table[table["base"] == PEOPLE]
    assert table["base"].iloc[0] == PEOPLE
    assert set(people["cell"]) == set(table["cell"])
    own = table[table["base"] != PEOPLE]
    for row in own.to_dict("records"):
        known = row["human"] in set(humans.ARROWS.values())
        expected = {
            "aligned": row["arrow"] == row["human"],
            "not aligned": known and row["arrow"] not in (row["human"], "·"),
            "undecided": row["arrow"] == "·",
            "no human data": not known,
            "contested": row["disputed"],
        }
        assert expected[row["state"]]
    assert (own["state"] == "contested").equals(pd.Series(own["disputed"], index=own.index))
