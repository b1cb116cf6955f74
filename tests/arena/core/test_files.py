"""Files of a run: private, and no link inside a run's folder is followed."""

import json
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.core.types import Attempt
from arena.core import files
from arena.design.tournament import Tournament
from arena.engine.manifest import manifest
from arena.record.place import FILE
from arena.record.run import Run
from arena.record.store import Store
from arena.report.export import FORMATS, export
from games import BadInput
from prompts import Message, Verdict
from tests.arena.commands import OF_A_RUN, OTHERS, PLAYING, command, known
from tests.arena.designs import KUHN, design, played, toml
from tests.arena.forks import Forks

DESIGN = {**design(games=[KUHN]), "repetitions": 1}
SECRET = "of somebody else"  # noqa: S105 - no password


@pytest.fixture
def umask() -> Iterator[None]:
    """Whatever a test sets is taken back."""
    kept = os.umask(0)
    os.umask(kept)
    yield
    os.umask(kept)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a design and its run."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "t.toml").write_text(toml(DESIGN))
    played(DESIGN, folder / "run")
    return folder


@pytest.fixture
def copy(small: Path, tmp_path: Path) -> Path:
    """The same, for one test."""
    shutil.copytree(small, tmp_path, dirs_exist_ok=True)
    return tmp_path


def modes(folder: Path) -> set[tuple[bool, str]]:
    """Permissions of a folder and everything in it: whether it is a folder, and which."""
    every = [folder, *folder.rglob("*")]
    return {(path.is_dir(), oct(stat.S_IMODE(path.stat().st_mode))) for path in every}


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o777])
def test_what_a_run_writes_is_private_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    os.umask(mask)
    folder = played(DESIGN, tmp_path / "run")
    with Store(folder, manifest(Tournament(DESIGN), 36)) as store:
        store.file("m", 0, 0, 0, Attempt((Message("user", "?"),), None, Verdict.REFUSED))
        run = Run(folder)
        assert {f"{FILE}{end}" for end in ("", "-wal", "-shm")} < {p.name for p in folder.iterdir()}
        for form in {*FORMATS} - {"mlflow"}:  # MLflow makes its own files
            export(run, folder / form, form)
        found = modes(folder)
        run.close()
    assert found == {(True, "0o700"), (False, "0o600")}


def test_a_folder_that_is_there_keeps_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir(mode=0o750)
    files.make_folder(tmp_path / "run", exist_ok=True)
    assert modes(tmp_path / "run") == {(True, "0o750")}
    with pytest.raises(FileExistsError):
        files.make_folder(tmp_path / "run")
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        files.make_folder(tmp_path / "file", exist_ok=True)


def test_every_command_that_opens_a_run_is_tried() -> None:
    assert known() - OTHERS.keys() == OF_A_RUN.keys()


@pytest.mark.parametrize(
    ("command_", "name"), [*((each, FILE) for each in OF_A_RUN), ("show", f"{FILE}-wal")]
)
def test_no_command_follows_a_link_to_a_database(
    copy: Path, forks: Forks, command_: str, name: str
) -> None:
    real = copy / "elsewhere" / name
    real.parent.mkdir()
    if (copy / "run" / name).exists():
        (copy / "run" / name).rename(real)
    else:
        real.write_bytes(b"")
    (copy / "run" / name).symlink_to(real)
    before = real.read_bytes()
    arguments = (command_, *OF_A_RUN[command_])
    done = forks.run(copy, *arguments) if command_ in PLAYING else command(copy, *arguments)
    assert (done.status, done.said.count("\n")) == (2, 1), done.said
    assert f"arena: run/{name} is a link: inside a run's folder no link is followed" in done.said
    assert real.read_bytes() == before


@pytest.mark.parametrize("kind", ["link", "dangling link", "pipe"])
@pytest.mark.parametrize("name", [FILE, "lock"])
def test_a_run_is_not_played_through_a_link(tmp_path: Path, kind: str, name: str) -> None:
    folder, victim = tmp_path / "run", tmp_path / "victim"
    folder.mkdir()
    place(folder / name, kind, victim)
    with pytest.raises(BadInput, match=f"{name} is a (link|pipe)"):
        played(DESIGN, folder)
    untouched(kind, victim)


def place(path: Path, kind: str, victim: Path) -> None:
    """Put something there that is no file: a link to another file, or to none, or a pipe."""
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
        return
    if kind == "link":
        victim.write_text(SECRET)
    path.symlink_to(victim)


def untouched(kind: str, victim: Path) -> None:
    """The other file is as it was, or is still none."""
    assert victim.read_text() == SECRET if kind == "link" else not victim.exists()


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal"])
def test_sqlite_gets_no_file_that_is_a_link(tmp_path: Path, ending: str) -> None:
    place(tmp_path / f"{FILE}{ending}", "link", tmp_path / "victim")
    with pytest.raises(BadInput, match=f"{FILE}{ending} is a link"):
        files.database(tmp_path / FILE, create=True)
    untouched("link", tmp_path / "victim")


def test_tables_go_through_no_link(copy: Path) -> None:
    elsewhere = copy / "elsewhere"
    elsewhere.mkdir()
    (copy / "run" / "tables").symlink_to(elsewhere)
    done = command(copy, "export", "run")
    assert (done.status, list(elsewhere.iterdir())) == (2, [])
    assert done.said == ("arena: run/tables is a link: inside a run's folder no link is followed\n")
    (copy / "run" / "tables").unlink()
    (copy / "run" / "tables").mkdir()
    place(copy / "run" / "tables" / "decisions.csv", "link", copy / "victim")
    assert "decisions.csv is a link" in command(copy, "export", "run").said
    untouched("link", copy / "victim")


def test_a_link_that_is_named_is_meant(copy: Path) -> None:
    (copy / "run").rename(copy / "real")
    (copy / "run").symlink_to(copy / "real")
    (copy / "out").symlink_to(copy / "elsewhere")
    (copy / "elsewhere").mkdir()
    assert command(copy, "export", "run", "--out", "out").status == 0
    assert len(list((copy / "elsewhere").iterdir())) == 4
    assert "6 matches, 0 problems" in command(copy, "verify", "run").said


def test_a_link_put_there_between_look_and_opening_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(tmp_path / "log.txt", "link", tmp_path / "victim")
    monkeypatch.setattr(files, "refuse_link", lambda _path: None)  # as if it came afterwards
    for mode in ("r", "w", "ab"):
        with pytest.raises(OSError, match="symbolic links"):
            files.opened(tmp_path / "log.txt", mode)
    untouched("link", tmp_path / "victim")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="No such device"):
        files.opened(tmp_path / "pipe", "w")


def test_texts_come_back_and_files_stay_private(tmp_path: Path) -> None:
    files.write_text(tmp_path / "note", json.dumps({"pid": 1}))
    files.write_text(tmp_path / "note", "ü")
    assert files.read_text(tmp_path / "note") == "ü"
    (tmp_path / "note").write_bytes(b"\xff")
    assert files.read_text(tmp_path / "note") == "\ufffd"
    with pytest.raises(FileNotFoundError):
        files.read_text(tmp_path / "none")
