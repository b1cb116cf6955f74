"""The page of runs says what this is, and every figure of a run is that of its log."""

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from arena.record.place import FILE
from arena.record.run import Run
from arena.report.run_summary import log_document
from dashboard.data import runs as data
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
    cost, unpriced = (sum(each[key] for each in models.values()) for key in ("cost", "unpriced"))
    assert pd.isna(row["cost"]) if unpriced and not cost else row["cost"] == pytest.approx(cost)
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


def test_matches_of_scripted_participants_count_as_closed(
    shown: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(shown / "scripted", tmp_path / "lab"))
    with closing(sqlite3.connect(folder / FILE)) as db, db:
        now = "2026-01-01T00:00:00+00:00"
        db.execute("INSERT INTO participants VALUES ('r', 'computer', 1, ?)", (now,))
        query = "SELECT id, 0, 0, 'r', 'uniform', NULL, '', ? FROM matches ORDER BY id LIMIT 1"
        db.execute(f"INSERT INTO seatings {query}", (now,))
    monkeypatch.setenv(data.SETTINGS, data.Settings(tmp_path).write())
    with closing(Run(folder, robots=True)) as run:
        matches = log_document(run)["matches"]
    [row] = opened("runs", run="lab").dataframe[0].value.to_dict("records")
    assert row["closed"] == matches["completed"] == matches["planned"]
    assert row["status"] == "finished"
    figures = {each.label: each.value for each in opened("overview", run="lab").metric}
    assert figures["Matches"] == f"{matches['completed']} of {matches['planned']}"
    assert data.summary(folder).closed == matches["completed"] - 1
