"""Links in a run's folder: no page reads or writes through them; what pages write is private."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from arena.record.place import FILE
from dashboard.control import processes as control
from dashboard.control import seat
from dashboard.control.processes import DESIGN, LOG, NOTE
from dashboard.data import runs as data
from games import BadInput
from tests.arena.core.test_files import place, untouched
from tests.dashboard import runs
from tests.dashboard.control.test_processes import DESIGN as TEXT
from tests.dashboard.views.test_pages import PAGES, opened, said

KINDS = ("link", "pipe")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished") / "run"
    runs.single(folder)
    return folder


@pytest.fixture
def folder(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run of a folder of runs that the pages show."""
    root = tmp_path / "runs"
    shutil.copytree(finished, root / "run")
    monkeypatch.setenv(data.SETTINGS, data.Settings(root).write())
    return root / "run"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [FILE, f"{FILE}-wal", "lock", NOTE, LOG])
def test_the_page_of_runs_names_a_link(folder: Path, name: str, kind: str) -> None:
    place(folder / name, kind, folder.parent / "victim")
    app = opened("runs", run="run")
    assert not app.exception
    assert f"{name} is a {kind}" in said(app)
    assert "of somebody else" not in "".join(block.value for block in app.code)
    untouched(kind, folder.parent / "victim")


@pytest.mark.parametrize("page", sorted(set(PAGES) - {"runs", "play"}))
def test_every_page_names_a_link_to_a_database(folder: Path, page: str) -> None:
    (folder / FILE).rename(folder.parent / "victim")
    (folder / FILE).symlink_to(folder.parent / "victim")
    app = opened(page, run="run")
    assert not app.exception
    assert f"{FILE} is a link: inside a run's folder no link is followed" in said(app)


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_of_a_person_that_is_a_link_is_not_sat_down_at(folder: Path, kind: str) -> None:
    place(folder / seat.SEAT, kind, folder.parent / "victim")
    app = opened("play", run="run", table="run")
    assert not app.exception
    assert f"{seat.SEAT} is a {kind}" in said(app)
    untouched(kind, folder.parent / "victim")


@pytest.mark.parametrize("name", [DESIGN, NOTE, LOG, "lock"])
@pytest.mark.parametrize("action", [control.resume, control.stop], ids=["resume", "stop"])
def test_nothing_is_started_or_stopped_through_a_link(
    tmp_path: Path, name: str, action: Callable[[Path], None]
) -> None:
    (tmp_path / DESIGN).write_text(TEXT)
    place(tmp_path / name, "link", tmp_path / "victim")
    with pytest.raises(BadInput, match=rf"{name} is a link|is not being played"):
        action(tmp_path)
    untouched("link", tmp_path / "victim")
    assert not (tmp_path / FILE).exists()


def test_what_pages_write_is_private(tmp_path: Path) -> None:
    kept = os.umask(0)
    try:
        sat = seat.sit(tmp_path, seat.wanted("kuhn_poker", "", "uniform", "", {}, 1))
        seat.advance(sat)
        short = TEXT.replace("4000", "1")
        started = control.start(tmp_path, "short", short)
    finally:
        os.umask(kept)
    end = time.monotonic() + 60
    while control.running(started):
        assert time.monotonic() < end
        time.sleep(0.05)
    for folder, names in ((sat, {seat.SEAT}), (started, {DESIGN, NOTE, LOG})):
        assert {*names, FILE, "lock"} <= {path.name for path in folder.iterdir()}
        assert folder.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
