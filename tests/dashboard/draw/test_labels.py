"""No label, title or entry of a legend of a chart is cut, however long names are."""

import html
import re
from collections.abc import Callable

import pandas as pd
import pytest

from arena.plots import charts
from arena.plots.comparisons import compared
from arena.plots.files import svg
from arena.plots.forests import floors, forest
from arena.plots.maps import payoff_map
from arena.plots.parts import Chart
from arena.plots.policies import policy
from arena.plots.variance import shares

NAMES = (
    "meta-llama/Llama-3.3-70B-Instruct calm 1",
    "Verhandlungsteilnehmerinnengruppenfuehre",
    "Переговорщица, которая сердится на всех!",
)
"""Of 40 characters; the second has no place to break a line."""
OUTCOME = "принятие предложения ниже половины, Annahme von Angeboten unter der Hälfte"
SET = "first: dealt J; second: bet; first: the other player has shown happiness"
WIDTHS = (250, 600)
"""Pixels of a plot, on a phone and beside a text."""
ELLIPSIS = "…"
"""Ends what Vega cuts."""


def _rows(**columns: object) -> pd.DataFrame:
    """A row for each name."""
    figures = {"v": [0.1, 0.2, 0.3], "low": 0.05, "high": 0.4}
    return pd.DataFrame({"contestant": NAMES, **figures, **columns})


def _forest() -> Chart:
    shown = {"share": [0.1, 0.2, 0.3], "share_low": 0.0, "share_high": 0.5, "effect": 1.0}
    against = {"against": "against placebo", "game": "prisoners_dilemma_with_talk"}
    return forest(_rows(**shown, **against, outcome=OUTCOME, label=NAMES))


def _ruler() -> Chart:
    kinds = {"kind": "human sample to human sample, on average", "study": NAMES[::-1]}
    ends = {"value": 2.0, "distance_low": 1.0, "distance_high": 3.0}
    return charts.ruler(_rows(measure=OUTCOME, **kinds, **ends), OUTCOME)


def _policy() -> Chart:
    policies = {"frequency": 0.3, "equilibrium": 0.2, "noisy": 0.1, "times": 9, "set": SET}
    ends = {"equilibrium_low": 0.0, "equilibrium_high": 0.4}
    return policy(_rows(**policies, **ends, action=NAMES))


def _spread() -> Chart:
    told = {"game": "prisoners_dilemma", "outcome": OUTCOME, "share": 0.3, "decisions": 9}
    return shares(_rows(**told, component=NAMES))


def _floors() -> Chart:
    told = {"measure": OUTCOME, "game": "prisoners_dilemma", "study": "one"}
    return floors(_rows(**told, distance=5.0, floor=1.0))


def _map() -> Chart:
    return payoff_map(_rows(temptation=5, sucker=0, cooperation=0.5))


def _arrows() -> Chart:
    told = {"place": 0, "arrow": "↓", "human": "↓", "effect": 1.0, "state": "not aligned"}
    cells = {"cell": "anger · offer", "disputed": False}
    return charts.arrows(_rows(base=NAMES, **told, **cells))


def _timeline() -> Chart:
    told = {"kind": "felt", "emotion": "fear", "intensity": 1, "action": "bet"}
    return charts.timeline(_rows(step=[1, 2, 3], **told))


TITLES = (OUTCOME, f"share of {OUTCOME}")
CHARTS: dict[str, Callable[[], Chart]] = {
    "whiskers": lambda: charts.whiskers(_rows(), "v", "low", "high", OUTCOME),
    "heat": lambda: charts.heat(
        _rows(other=NAMES), "other", "contestant", "v", (OUTCOME, OUTCOME, OUTCOME)
    ),
    "bars": lambda: charts.bars(_rows(x=NAMES), "x", "v", "contestant", TITLES),
    "lines": lambda: charts.lines(_rows(x=[1, 2, 3]), "x", "v", "contestant", TITLES),
    "histograms": lambda: charts.histograms(
        _rows(x=[1, 2, 3]), "x", "v", "contestant", TITLES, 1.0
    ),
    "compared": lambda: compared(
        _rows(arm=OUTCOME), "arm", "v", ("low", "high"), "contestant", OUTCOME
    ),
    "forest": _forest,
    "ruler": _ruler,
    "policy": _policy,
    "variance": _spread,
    "floors": _floors,
    "map": _map,
    "arrows": _arrows,
    "timeline": _timeline,
}


def _texts(picture: str) -> list[str]:
    """The texts of a picture, line by line."""
    return [html.unescape(each) for each in re.findall(r"<t(?:ext|span)[^>]*>([^<]+)<", picture)]


@pytest.mark.parametrize("name", CHARTS)
def test_numbers_have_the_signs_of_pages(name: str) -> None:
    assert CHARTS[name]().to_dict()["config"]["locale"]["number"]["percent"] == " %"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", CHARTS)
def test_no_label_is_cut(name: str, width: int) -> None:
    texts = _texts(svg(CHARTS[name](), width=width))
    assert not [each for each in texts if ELLIPSIS in each]
    whole = "".join(re.sub(r"\s", "", each) for each in texts)
    for who in NAMES:
        assert re.sub(r"\s", "", who) in whole
