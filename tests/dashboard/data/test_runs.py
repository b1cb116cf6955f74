"""What is kept of a run is asked again as soon as the run is written to."""

import json
import os
from pathlib import Path

import pytest

from arena.record.lock import being_played
from arena.record.run import Run
from arena.record.store import Store
from dashboard.data import health
from dashboard.data import runs as data
from games import BadInput
from prompts import Verdict
from tests.arena.designs import design, played
from tests.dashboard import runs


def test_an_answer_is_kept_until_the_run_is_written_to(tmp_path: Path) -> None:
    folder = played(design(), tmp_path / "run", limit=3)
    first = data.summary(folder)
    assert data.summary(folder) is first
    played(design(), folder)
    later = data.summary(folder)
    assert (first.closed, later.closed, later.planned) == (3, 36, 36)


def test_a_run_that_is_being_written_is_playing(tmp_path: Path) -> None:
    folder = played(design(), tmp_path / "run", limit=1)
    run = Run(folder)
    about = run.manifest
    run.close()
    assert not being_played(folder)
    with Store(folder, about):
        assert being_played(folder)
        assert data.summary(folder).closed == 1  # and can be read meanwhile
    assert not being_played(folder)


def test_settings_travel_through_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(data.SETTINGS, data.Settings(Path("runs"), (Path("a/b"),)).write())
    assert data.Settings.read() == data.Settings(tmp_path / "runs", (tmp_path / "a" / "b",))
    assert json.loads(os.environ[data.SETTINGS])["root"] == str(tmp_path / "runs")


def test_a_chosen_run_stands_before_those_of_the_folder(root: Path, tmp_path: Path) -> None:
    chosen = tmp_path / "mine"
    found = data.folders(data.Settings(root, (chosen,)))
    assert next(iter(found)) == "mine"
    assert found["scripted"] == root / "scripted"


def test_runs_of_one_name_are_told_apart_by_what_they_lie_in(root: Path, tmp_path: Path) -> None:
    near, far = tmp_path / "a" / "run", tmp_path / "b" / "run"
    deep = tmp_path / "c" / "b" / "run"
    assert data.folders(data.Settings(tmp_path / "none", (near, far))) == {
        "a/run": near,
        "b/run": far,
    }
    other = tmp_path / "scripted"
    found = data.folders(data.Settings(root, (near, far, deep, other, root / "void")))
    assert list(found)[:3] == ["a/run", f"{tmp_path.name}/b/run", "c/b/run"]
    assert found[f"{tmp_path.name}/scripted"] == other
    assert found["scripted"] == root / "scripted"
    assert [key for key, folder in found.items() if folder == root / "void"] == ["void"]
    assert list(found)[4] == "void"


def test_a_run_of_another_version_is_named(tmp_path: Path) -> None:
    folder = played(design(), tmp_path / "run", limit=1)
    import sqlite3  # noqa: PLC0415 - this test alone writes behind the store's back

    with sqlite3.connect(folder / "run.sqlite") as db:
        db.execute("UPDATE manifest SET value = '999' WHERE key = 'schema'")
    db.close()
    with pytest.raises(BadInput, match="another version"):
        data.summary(folder)


def test_calls_are_counted_as_they_are_on_record(root: Path) -> None:
    """The page's figures in SQL, beside the same from every attempt."""
    folder = root / "moved"
    run = Run(folder)
    attempts = [
        attempt
        for match in run.ids()
        for played_ in run.match(match).decisions
        for attempt in played_.decision.attempts
    ]
    run.close()
    [row] = health.models(folder).to_dict("records")
    failed = [attempt for attempt in attempts if attempt.failure is not None]
    replied = [attempt for attempt in attempts if attempt.failure is None]
    unread = [attempt for attempt in replied if attempt.verdict is not Verdict.LEGAL]
    assert (row["calls"], row["failed"]) == (len(attempts), len(failed))
    assert (row["replies"], row["not_legal"]) == (len(replied), len(unread))
    assert row["reask_share"] == pytest.approx(len(unread) / len(replied))
    waits = sorted(a.completion.seconds for a in replied if a.completion)
    assert waits[0] - 0.01 <= row["median_s"] <= row["p95_s"] <= waits[-1] + 0.01
    moments = health.over_time(folder)
    assert moments["calls"].sum() == len(attempts)
    assert moments["time"].nunique() <= health.MOMENTS
    pace = health.pace(folder)
    limit = pace[pace["series"] == "limit of openai/test"]
    assert set(limit["per_second"]) == {runs.LIMIT / 60}
    pace = pace.drop(limit.index)
    spans = moments["seconds"].iloc[0]
    assert pace["per_second"].sum() * spans == pytest.approx(len(attempts))
    assert health.verdicts(folder)["calls"].sum() == len(attempts)
