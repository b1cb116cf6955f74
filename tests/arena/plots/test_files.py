"""What charts draw is what their tables hold; and charts as files, without a browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from arena import plots
from games import BadInput
from tests.arena.plots.test_charts import (
    ARROWS,
    CELLS,
    EFFECTS,
    FEELINGS,
    FLOORS,
    POINTS,
    POLICY,
    RULER,
    SERIES,
)

SHARES = pd.DataFrame(
    {
        "contestant": "ann",
        "game": "g",
        "outcome": "offer",
        "component": ["wording", "drawing again"],
        "share": [0.25, 0.75],
        "low": [0.1, 0.5],
        "high": [0.4, 0.9],
        "decisions": 9,
    }
)
MAP = pd.DataFrame(
    {
        "contestant": ["people", "ann"],
        "temptation": [5, 6],
        "sucker": [0, 1],
        "cooperation": [0.25, 0.75],
        "study": "one",
    }
)
TITLES = ("x", "y")
CHARTS: dict[str, tuple[pd.DataFrame, Callable[[pd.DataFrame], Any]]] = {
    "timeline": (FEELINGS, plots.timeline),
    "whiskers": (POINTS, lambda t: plots.whiskers(t, "v", "low", "high", "points")),
    "heat": (CELLS, lambda t: plots.heat(t, "column", "row", "share", ("a", "b", "c"))),
    "bars": (SERIES, lambda t: plots.bars(t, "x", "y", "who", TITLES)),
    "lines": (SERIES, lambda t: plots.lines(t, "x", "y", "who", TITLES)),
    "histograms": (SERIES, lambda t: plots.histograms(t, "x", "y", "who", TITLES, 10)),
    "arrows": (ARROWS, plots.arrows),
    "ruler": (RULER, lambda t: plots.ruler(t, "points")),
    "policy": (POLICY, plots.policy),
    "shares": (SHARES, plots.shares),
    "forest": (EFFECTS, plots.forest),
    "floors": (FLOORS, plots.floors),
    "payoff_map": (MAP, plots.payoff_map),
}


def test_every_chart_is_tried() -> None:
    assert CHARTS.keys() == {*plots.__all__} - {"save"}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_holds_the_data_of_its_table(name: str) -> None:
    table, draw = CHARTS[name]
    drawn = [pd.DataFrame(rows) for rows in draw(table).to_dict()["datasets"].values()]
    for column in table.columns:
        # A chart may name a column as its legend does, or put several into one.
        values = [value for value in table[column].tolist() if pd.notna(value)]
        held = [each for rows in drawn for each in rows.to_numpy().ravel().tolist()]
        assert all(value in held for value in values), (name, column)


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_charts_become_files_without_a_browser(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # nothing can be started
    table, draw = CHARTS["whiskers"]
    path = plots.save(draw(table), tmp_path / f"chart.{ending}")
    begin = path.read_bytes()[:5]
    assert begin in {b"\x89PNG\r", b"<svg ", b"%PDF-"}
    if ending == "svg":
        assert all(name in path.read_text() for name in table["contestant"])
        assert "points" in path.read_text()


def test_a_file_that_cannot_be_is_refused(tmp_path: Path) -> None:
    table, draw = CHARTS["whiskers"]
    with pytest.raises(BadInput, match=r"format of a chart 'gif'"):
        plots.save(draw(table), tmp_path / "chart.gif")
    with pytest.raises(BadInput, match="cannot be written"):
        plots.save(draw(table), tmp_path / "nowhere" / "chart.svg")
