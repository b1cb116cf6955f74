"""Charts as specifications: what they say of their data, their axes and their links."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from arena.plots import charts
from arena.plots.comparisons import compared
from arena.plots.faces import PALETTE, PEOPLE, face
from arena.plots.forests import floors, forest
from arena.plots.parts import Chart
from arena.plots.policies import policy
from prompts import VOCABULARY, catalogue

POINTS = pd.DataFrame(
    {"contestant": ["ann", "bob"], "v": [1.0, 2.0], "low": [0.5, np.nan], "high": [1.5, np.nan]}
)
CELLS = pd.DataFrame(
    {"row": ["a", "b"], "column": ["b", "a"], "share": [0.1, 0.9], "to": ["/matches?x=1"] * 2}
)
SERIES = pd.DataFrame({"x": [0, 10, 0, 10], "y": [0.5, 0.5, 1.0, 0.0], "who": list("aabb")})
ARROWS = pd.DataFrame(
    {
        "base": [PEOPLE, "ann", "ann"],
        "cell": ["anger · offer", "anger · offer", "fear · offer"],
        "place": [0, 0, 2],
        "arrow": ["↓", "↓", "="],
        "human": ["↓", "↓", "?"],
        "effect": [np.nan, -3.0, 0.1],
        "state": [PEOPLE, "aligned", "contested"],
        "disputed": [False, False, True],
    }
)
RULER = pd.DataFrame(
    {
        "contestant": "ann",
        "study": "one",
        "measure": "offer",
        "kind": ["distance", "noise floor"],
        "value": [5.0, 1.0],
        "distance_low": 4.0,
        "distance_high": 6.0,
    }
)
EFFECTS = pd.DataFrame(
    {
        "game": ["g", "g", "h"],
        "outcome": "offer",
        "label": ["anger", "anger", "fear"],
        "against": ["against none", "against placebo", "against none"],
        "effect": [10.0, -5.0, 2.5],
        "low": [5.0, -9.0, -1.0],
        "high": [15.0, -1.0, 5.0],
        "share": [0.1, -0.05, 0.025],
        "share_low": [0.05, -0.09, -0.01],
        "share_high": [0.15, -0.01, 0.05],
    }
)
FLOORS = pd.DataFrame(
    {
        "contestant": ["ann", "bob"],
        "game": "g",
        "measure": ["offer", "offer"],
        "study": "one",
        "distance": [5.0, 7.0],
        "low": [4.0, 6.5],
        "high": [6.0, 8.0],
        "floor": [1.5, 1.25],
    }
)
POLICY = pd.DataFrame(
    {
        "set": ["first: dealt J;"],
        "action": ["bet"],
        "times": [9],
        "frequency": [0.3],
        "low": [0.1],
        "high": [0.6],
        "equilibrium": [0.2],
        "noisy": [np.nan],
        "equilibrium_low": [0.0],
        "equilibrium_high": [0.4],
    }
)
FEELINGS = pd.DataFrame(
    {
        "step": [1],
        "seat": [0],
        "contestant": ["ann"],
        "kind": ["felt"],
        "emotion": ["fear"],
        "intensity": [50],
        "action": ["bet"],
    }
)
LEVELS = pd.DataFrame(
    {
        "arm": ["none", "anger"] * 2,
        "who": list("aabb"),
        "level": [4.0, 3.0, 5.0, 2.0],
        "low": [3.0, 2.0, 4.0, 1.0],
        "high": [5.0, 4.0, 6.0, 3.0],
    }
)
DRAWN: dict[str, Chart] = {
    "timeline": charts.timeline(FEELINGS),
    "whiskers": charts.whiskers(POINTS, "v", "low", "high", "payoff (points)", 1.0),
    "heat": charts.heat(CELLS, "column", "row", "share", ("against", "who", "share"), "to"),
    "bars": charts.bars(SERIES, "x", "y", "who", ("time (s)", "calls")),
    "lines": charts.lines(SERIES, "x", "y", "who", ("round", "share")),
    "histograms": charts.histograms(SERIES, "x", "y", "who", ("per cent", "share"), 10),
    "arrows": charts.arrows(ARROWS),
    "ruler": charts.ruler(RULER, "Wasserstein-1 (points)"),
    "policy": policy(POLICY),
    "floors": floors(FLOORS),
    "compared": compared(LEVELS, "arm", "level", ("low", "high"), "who", "offer (points)"),
}


def marks(name: str) -> list[dict[str, Any]]:
    """The layers of a chart, which Altair checks against the grammar while it writes them."""
    return list(_flat(DRAWN[name].to_dict()))


def _flat(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "layer" not in part:
        yield part
    for layer in part.get("layer", ()):
        yield from _flat(layer)


@pytest.mark.parametrize("name", DRAWN)
def test_axes_say_what_they_measure(name: str) -> None:
    titles = {
        title if isinstance(title, str | None) else " ".join(title)
        for layer in marks(name)
        for axis in ("x", "y")
        for title in [layer["encoding"].get(axis, {}).get("title")]
    }
    assert titles - {None} or name == "arrows"  # whose rows and columns are named


@pytest.mark.parametrize("name", DRAWN)
def test_legends_stand_above_where_they_cost_no_width(name: str) -> None:
    config = DRAWN[name].to_dict()["config"]
    assert config["legend"]["orient"] == "top"


def test_colours_can_be_told_apart_by_everybody() -> None:
    """Those that Okabe and Ito chose, beside which stands a second sign: a shape or a word."""
    for name in ("bars", "lines", "histograms"):
        [layer] = marks(name)
        assert layer["encoding"]["color"]["scale"]["range"] == list(PALETTE)
    assert "shape" in marks("lines")[0]["encoding"]
    assert "shape" in marks("policy")[-1]["encoding"]


def test_a_cell_leads_to_its_matches() -> None:
    assert all(layer["encoding"]["href"]["field"] == "to" for layer in marks("heat"))


def test_an_arrow_leads_to_its_matches() -> None:
    linked = charts.arrows(ARROWS.assign(to="/matches?x=1"), "to").to_dict()
    *cells, _heads = _flat(linked)
    assert all(layer["encoding"]["href"]["field"] == "to" for layer in cells)


def test_contested_cells_are_hatched_and_hold_no_colour_of_agreement() -> None:
    cells, hatched, *_ = marks("arrows")
    assert "disputed" in hatched["transform"][0]["filter"]
    scale = cells["encoding"]["color"]["scale"]
    colours = dict(zip(scale["domain"], scale["range"], strict=True))
    assert colours["contested"] == "#FFFFFF"
    legend = cells["encoding"]["color"]["legend"]
    assert "contested ///" in legend["labelExpr"]
    assert set(legend["values"]) == {"aligned", "contested", PEOPLE}
    assert len({colours[state] for state in ("aligned", "not aligned", "undecided")}) == 3


def test_an_outline_ends_where_its_last_bar_does() -> None:
    [data] = DRAWN["histograms"].to_dict()["datasets"].values()
    assert max(row["x"] for row in data) == 20


def test_a_line_without_data_is_left_out() -> None:
    kinds = marks("policy")[-1]["encoding"]["shape"]["scale"]["domain"]
    assert kinds == ["chosen", "equilibrium"]


def test_a_single_series_needs_no_legend() -> None:
    alone = charts.lines(SERIES[:2], "x", "y", "who", ("round", "share")).to_dict()
    assert alone["encoding"]["color"]["legend"] is None


def test_every_emotion_has_a_face_and_its_word_beside_it() -> None:
    for emotion in VOCABULARY:
        assert face(emotion) == f"{catalogue().face(emotion)} {emotion}"
    assert face("fear") == "😨 fear"
    assert (face(None), face("envy")) == ("–", "❔ envy")


def test_a_forest_has_a_heading_for_each_outcome_and_hides_no_label() -> None:
    layers = list(_flat(forest(EFFECTS).to_dict()))
    [y] = [each["encoding"]["y"] for each in layers if each["mark"]["type"] == "point"]
    headings = ["g: offer", "g: offer | anger", "h: offer", "h: offer | fear"]
    assert y["scale"]["domain"] == headings
    assert y["axis"]["labelOverlap"] is False


def test_noise_floors_stand_beside_each_distance_with_a_sign_of_their_own() -> None:
    points = [each for each in marks("floors") if each["mark"]["type"] == "point"]
    assert [each["encoding"]["x"]["field"] for each in points] == ["distance", "floor"]
    for channel in ("color", "shape"):
        [scale] = {str(each["encoding"][channel]["scale"]) for each in points}
        assert "noise floor" in scale
    assert "stroke" not in scale  # which a filled mark does not draw


def test_contestants_compared_have_a_lane_a_colour_and_an_interval_each() -> None:
    rules, dots = marks("compared")
    assert dots["encoding"]["yOffset"]["field"] == dots["encoding"]["color"]["field"] == "who"
    for channel in ("color", "shape"):  # one legend of both
        assert dots["encoding"][channel]["scale"]["domain"] == ["a", "b"]
    assert (rules["encoding"]["x"]["field"], rules["encoding"]["x2"]["field"]) == ("low", "high")
