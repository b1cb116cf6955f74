"""The page of runs says what this is, and every figure of a run is that of its log."""

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from arena.record.run import Run
from arena.report.run_summary import log_document
from tests.dashboard.views.test_pages import opened, said

ABOUT = 3
"""Number of lines that say what this is."""


@pytest.fixture
def table(shown: Path) -> pd.DataFrame:  # noqa: ARG001
    home = opened("runs", run="moved")
    assert len(home.markdown[0].value.strip().splitlines()) == ABOUT
    found: pd.DataFrame = home.dataframe[0].value
    return found.set_index("run")


@pytest.mark.parametrize("name", ["moved", "scripted", "void"])
def test_figures_of_a_run_are_those_of_its_log(name: str, shown: Path, table: pd.DataFrame) -> None:
    run, row = Run(shown / name), table.loc[name]
    log = log_document(run)
    run.close()
    matches = log["matches"]
    void = matches.get("void", 0)
    closed = matches.get("completed", 0) + void
    assert (row["what"], row["closed"], row["planned"]) == (log["name"], closed, matches["planned"])
    assert row["void"] == pytest.approx(void / closed)
    models = log["models"]
    assert row["models"] == (", ".join(models) or "none")
    assert row["cost"] == pytest.approx(sum(each["cost"] for each in models.values()))
    assert row["calls"] == sum(each["calls"] for each in models.values())
    first, last = (datetime.fromisoformat(log[key]) for key in ("first", "last"))
    assert row["begun"] == first.replace(tzinfo=None)
    assert row["minutes"] == pytest.approx((last - first).total_seconds() / 60)
    assert set(row["games"].split(", ")) == set(run.manifest.design["games"])
    assert row["overview"] == f"/overview?run={name}"


def test_the_latest_runs_come_first_and_unreadable_ones_last(table: pd.DataFrame) -> None:
    begun = table["begun"].dropna()
    assert begun.is_monotonic_decreasing
    assert set(table["status"][len(begun) :]) <= {"unreadable", "not begun"}
    assert table["status"]["corrupt"] == "unreadable"


def test_the_page_says_why_a_run_cannot_go_on(shown: Path) -> None:  # noqa: ARG001
    captions = " ".join(each.value for each in opened("runs", run="scripted").caption)
    assert "*Go on* is not possible: all its matches are closed." in captions
    left = opened("runs", run="empty")
    captions = " ".join(each.value for each in left.caption)
    assert "no page started this run" in captions
    assert not said(left)
