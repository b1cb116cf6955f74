"""Commands that play a design or bring a run up to date."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from arena.record.place import FILE
from arena.record.run import Run
from arena.record.sql import SCHEMA
from tests.arena.commands import command
from tests.arena.designs import toml
from tests.arena.lab.visitors import design
from tests.arena.small_run import RUNS

OLD = 3


@pytest.mark.parametrize("elsewhere", [False, True])
def test_an_old_run_is_migrated_by_the_command(tmp_path: Path, *, elsewhere: bool) -> None:
    old = tmp_path / "run" / FILE
    old.parent.mkdir()
    shutil.copy(RUNS / f"schema_{OLD}.sqlite", old)
    before = old.read_bytes()
    done = command(tmp_path, "migrate", "run", *(["--out", "new"] if elsewhere else []))
    kept = f"run/{FILE}" if elsewhere else f"run/run.schema{OLD}.sqlite"
    new = "new" if elsewhere else "run"
    said, lacking = done.said.splitlines()
    assert done.status == 0
    assert said == f"{new} is a run of the present version; the old file is {kept}"
    assert (tmp_path / kept).read_bytes() == before
    with closing(Run(tmp_path / new)) as run:
        assert run.schema == SCHEMA
        assert run.manifest.migrated is not None
        assert lacking == f"the old file did not keep: {', '.join(run.manifest.migrated.lacks)}"


def test_a_run_of_the_present_schema_is_not_migrated(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    shutil.copy(RUNS / f"schema_{SCHEMA}.sqlite", tmp_path / "run" / FILE)
    done = command(tmp_path, "migrate", "run")
    assert done.status == 2
    assert done.said == f"arena: run is of schema {SCHEMA}, the present one: nothing to migrate\n"


def test_people_are_not_played_on_several_machines(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text(toml(design()), encoding="utf-8")
    done = command(tmp_path, "run", "lab.toml", "--out", "run", "--executor", "ray")
    assert (done.status, done.said.count("\n")) == (2, 1)
    assert "people play in the process that serves them" in done.said
    assert "people cannot play with --executor ray" in done.said
    assert not (tmp_path / "run" / FILE).exists()
