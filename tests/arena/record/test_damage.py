"""Runs whose file is damaged or cannot be used: one line that says so, and no traceback."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from agents.core.types import Attempt
from arena.design.tournament import Tournament
from arena.engine.manifest import manifest
from arena.record.place import FILE
from arena.record.run import Run
from arena.record.store import Store
from games import BadInput
from prompts import Message, Verdict
from tests.arena.designs import KUHN, design, played, toml
from tests.arena.forks import Forks

ASKED = Attempt((Message("user", "what now?"),), None, Verdict.REFUSED)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run, its design beside it."""
    folder = tmp_path_factory.mktemp("small")
    data = design(games=[KUHN])
    (folder / "t.toml").write_text(toml({**data, "repetitions": 4}))
    played(data, folder / "run")
    return folder


def spoil(path: Path, *names: str) -> None:
    """Write nonsense over the first page of a table or an index."""
    db = sqlite3.connect(path)
    size = db.execute("PRAGMA page_size").fetchone()[0]
    query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
    pages = [db.execute(query, (name,)).fetchone()[0] for name in names]
    db.close()
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * size)
            file.write(b"\xa5" * size)


@pytest.mark.parametrize(
    "command",
    [("log", "run"), ("verify", "run"), ("rate", "run"), ("run", "t.toml", "--out", "run")],
    ids=lambda command: command[0],
)
def test_a_damaged_page_ends_in_one_line(
    forks: Forks, small: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    shutil.copytree(small, tmp_path, dirs_exist_ok=True)
    spoil(tmp_path / "run" / FILE, "matches", "seats")
    done = forks.run(tmp_path, *command)
    assert done.status == 2
    (line,) = done.said.splitlines()
    assert line.startswith("arena: ")
    assert "malformed" in line


def test_a_damaged_page_met_while_writing_is_told(tmp_path: Path) -> None:
    tournament = Tournament(design())
    with Store(tmp_path, manifest(tournament, 36)):
        pass
    spoil(tmp_path / FILE, "texts")
    with (
        Store(tmp_path, manifest(tournament, 36)) as store,
        pytest.raises(BadInput, match="malformed; the file is damaged: go on from a copy"),
    ):
        store.file("m", 0, 0, 0, ASKED)


def test_a_folder_in_place_of_the_file_is_told_and_the_lock_released(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    for _ in range(2):
        with pytest.raises(BadInput, match=rf"{FILE} cannot be used: unable to open database file"):
            Store(tmp_path, manifest(Tournament(design()), 36))


READ = """
import os, sys
from pathlib import Path
from arena.record.merge import merge
from arena.record.run import Run

if os.getuid() == 0:
    os.setuid(65534)  # root may write everywhere
run = Run(Path("run"))
print(sum(run.counts.values()), len(list(run.matches())), os.access("run", os.W_OK))
print(merge([Path("run")], Path("out"))["matches"])
"""


@pytest.fixture
def unwritable(small: Path) -> Iterator[Path]:
    """A copy of the run in a folder that may be read by everybody and written by nobody."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(small, folder, dirs_exist_ok=True)
        (folder / "run" / FILE).chmod(0o644)  # by its owner: it was made private
        (folder / "out").mkdir()
        folder.chmod(0o755)
        (folder / "out").chmod(0o777)
        (folder / "run").chmod(0o555)
        yield folder
        (folder / "run").chmod(0o755)


@pytest.mark.parametrize("left", ["nothing", "an empty journal", "what a reader leaves"])
def test_a_run_in_a_folder_that_cannot_be_written_is_read(unwritable: Path, left: str) -> None:
    file = unwritable / "run" / FILE
    (unwritable / "run").chmod(0o755)
    if left == "an empty journal":
        file.with_name(f"{FILE}-wal").touch()
    elif left == "what a reader leaves":
        found = Run(file.parent)
        assert found.counts == {"completed": 18}
        found.close()
    (unwritable / "run").chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-c", READ], cwd=unwritable, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["18", "18", "False", "18"], done.stderr
