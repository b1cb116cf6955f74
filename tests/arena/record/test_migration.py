"""Runs of every schema are read, brought up to the present one, and never changed by reading."""

import shutil
import sqlite3
from contextlib import closing, nullcontext
from pathlib import Path
from random import Random

import pytest

from arena.analysis.rating import Request, rate
from arena.design.tournament import Tournament
from arena.engine.replay import changed_since, replay
from arena.engine.runner import run as play
from arena.engine.verify import problems, unchecked
from arena.record.damage import CHAINED
from arena.record.migration import UNKNOWN
from arena.record.place import FILE
from arena.record.run import Run
from arena.record.sql import SCHEMA
from arena.record.upgrade import upgrade
from arena.report.export import export
from arena.report.run_summary import log_document, log_lines
from arena.report.transcript import transcript_lines
from dashboard.data import leaderboard, matches
from dashboard.data import runs as data
from games import BadInput
from tests.arena.designs import Silent
from tests.arena.small_run import RUNS

SCHEMAS = range(1, SCHEMA + 1)
OLD = range(1, SCHEMA)
KEPT_FILES = 4
"""The first schema whose small run keeps its tournament file."""
HASHED_FILES = 7
"""The first whose small run keeps a hash of each text file."""


def small(schema: int, folder: Path) -> Path:
    """The folder of the small run of a schema."""
    folder.mkdir()
    shutil.copy(RUNS / f"schema_{schema}.sqlite", folder / FILE)
    return folder


def edit(folder: Path, *commands: str, values: tuple[str, ...] = ()) -> Path:
    """Change a run behind the program's back."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as db:
        for command in commands:
            db.execute(command, values)
    return folder


def read(folder: Path, to: Path) -> dict[str, bytes]:
    """All tables of a run."""
    with closing(Run(folder)) as run:
        return {path.name: path.read_bytes() for path in export(run, to, "jsonl")}


def test_every_schema_has_a_small_run() -> None:
    assert {path.name for path in RUNS.iterdir()} == {f"schema_{n}.sqlite" for n in SCHEMAS}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_run_of_any_schema_is_read(schema: int, tmp_path: Path) -> None:
    folder = small(schema, tmp_path / "run")
    before = (folder / FILE).read_bytes()
    with closing(Run(folder)) as run:
        assert (run.schema, run.planned, sum(run.counts.values())) == (schema, 8, 8)
        assert list(problems(run)) == []
        assert any("had no chain" in line for line in unchecked(run)) is (schema < CHAINED)
        assert log_document(run)["models"].keys() == {"openai/m"}
        assert any(
            f"of schema {schema}, which did not keep" in line for line in log_lines(run)
        ) is (schema < SCHEMA)
        shown = [
            transcript_lines(run.match(key), run.game(run.match(key).match.game))
            for key in run.ids()
        ]
        assert all(list(lines) for lines in shown)
        rated = rate([run], Request.checked("elo", None, None, "drop", 10, 0))
        assert rated.records.keys() == {"kuhn_poker", "ultimatum"}
    assert read(folder, tmp_path / "tables").keys() == {
        f"{name}.jsonl" for name in ("matches", "decisions", "attempts", "battles")
    }
    assert data.summary(folder).closed == 8
    assert len(matches.page(folder, matches.Filter(), 0)) == 8
    assert set(leaderboard.payoffs(folder)["contestant"]) == {"model", "uniform"}
    assert (folder / FILE).read_bytes() == before


@pytest.mark.parametrize("schema", OLD)
def test_a_migrated_run_says_the_same(schema: int, tmp_path: Path) -> None:
    folder = small(schema, tmp_path / "run")
    old, tables = (folder / FILE).read_bytes(), read(folder, tmp_path / "before")
    kept, lacks = upgrade(folder, tmp_path / "new")
    assert (kept, (folder / FILE).read_bytes()) == (folder / FILE, old)
    kept, again = upgrade(folder)
    assert (kept.read_bytes(), again) == (old, lacks)
    assert lacks
    for where in (folder, tmp_path / "new"):
        assert read(where, tmp_path / "after") == tables
        with closing(Run(where)) as run:
            assert run.schema == SCHEMA
            assert list(problems(run)) == []
            assert any("had no chain" in line for line in unchecked(run)) is (schema < CHAINED)
        with pytest.raises(BadInput, match="the present one: nothing to migrate"):
            upgrade(where)
    with pytest.raises(BadInput, match="holds a run already; choose another folder with --out"):
        upgrade(small(schema, tmp_path / "more"), folder)


def test_an_old_file_is_copied_once_for_many_questions(tmp_path: Path) -> None:
    folder = small(1, tmp_path / "run")
    with closing(Run(folder)) as first, closing(Run(folder)) as second:
        assert first.address == second.address
        first.close()
        assert second.counts == {"completed": 8}
    edit(folder, "DELETE FROM matches WHERE id = (SELECT min(id) FROM matches)")
    with closing(Run(folder)) as changed:
        assert changed.address != second.address
        assert changed.counts == {"completed": 7}


def test_a_migration_that_was_cut_off_is_made_again(tmp_path: Path) -> None:
    folder = small(1, tmp_path / "run")
    (folder / f"{FILE}.new").write_bytes(b"half")
    (folder / "run.schema1.sqlite").hardlink_to(folder / FILE)
    upgrade(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["lock", "run.schema1.sqlite", FILE]
    with closing(Run(folder)) as run:
        assert run.counts == {"completed": 8}


@pytest.mark.parametrize("schema", OLD)
def test_an_old_run_goes_on_only_as_what_it_was(schema: int, tmp_path: Path) -> None:
    folder = small(schema, tmp_path / "run")
    with closing(Run(small(SCHEMA, tmp_path / "present"))) as present:
        tournament = Tournament(present.manifest.file or {})
    with pytest.raises(BadInput, match=f"is a run of schema {schema}: bring it up"):
        play(tournament, folder, Silent())
    upgrade(folder)
    refused = pytest.raises(
        BadInput, match=r"another design|kept one hash of all|other prompt texts"
    )
    # The small run of the schema before this one may be of the same design and texts: then it is
    # whole already.
    with closing(Run(folder)) as run:
        other = schema < SCHEMA - 1 or bool(changed_since(run))
    with refused if other else nullcontext():
        play(tournament, folder, Silent())
    with closing(Run(folder)) as run:
        if schema < KEPT_FILES:
            with pytest.raises(BadInput, match="keeps no tournament file"):
                list(replay(run))
        elif not changed_since(run):  # texts and rules are the same: so are the questions
            assert list(replay(run)) == []
        elif schema >= HASHED_FILES:
            with pytest.raises(BadInput, match="was played with other "):
                list(replay(run))
        else:  # whatever texts have become, the questions on record say so
            assert all("asked another question" in line for line in replay(run))


def test_a_newer_file_is_refused_by_its_schema(tmp_path: Path) -> None:
    folder = small(SCHEMA, tmp_path / "run")
    edit(folder, "UPDATE manifest SET value = value + 1 WHERE key = 'schema'")
    with pytest.raises(BadInput, match=f"newer version .* its schema is {SCHEMA + 1}, and this"):
        Run(folder)


def test_a_model_that_nobody_can_name_is_unknown(tmp_path: Path) -> None:
    folder = small(1, tmp_path / "run")
    with closing(Run(folder)) as run:
        ((key,), *_) = run.rows("SELECT match FROM attempts")
    edit(
        folder,
        "DELETE FROM matches WHERE id = ?",
        "DELETE FROM seats WHERE match = ?",
        "DELETE FROM decisions WHERE match = ?",
        values=(key,),
    )
    with closing(Run(folder)) as run:
        asked = dict(run.rows("SELECT match, model FROM attempts"))
        assert asked.pop(key) == UNKNOWN
        assert set(asked.values()) == {"openai/m"}


@pytest.mark.parametrize(
    ("schema", "command", "said"),
    [
        (1, "ALTER TABLE seats DROP COLUMN payoff", "table seats: column payoff is missing"),
        (4, "ALTER TABLE matches DROP COLUMN labels", "table matches: column labels is missing"),
        (6, "DROP TABLE notes", "table notes is missing"),
        (5, "ALTER TABLE seats ADD COLUMN more", "table seats: unknown columns"),
        (3, "DELETE FROM manifest WHERE key = 'design'", "table manifest is damaged"),
        (6, "DELETE FROM manifest WHERE key = 'file'", "table manifest: file: field required"),
        (2, "DELETE FROM manifest WHERE key = 'schema'", "table manifest: schema missing"),
    ],
)
def test_what_every_file_of_a_schema_has_is_damage_if_missing(
    schema: int, command: str, said: str, tmp_path: Path
) -> None:
    folder = edit(small(schema, tmp_path / "run"), command)
    with pytest.raises(BadInput, match=said):
        Run(folder)


@pytest.mark.parametrize("schema", OLD)
def test_damage_of_an_old_run_is_found_and_not_migrated(schema: int, tmp_path: Path) -> None:
    folder = edit(small(schema, tmp_path / "run"), "UPDATE texts SET text = text || ' '")
    with closing(Run(folder)) as run:
        assert any(line.startswith("table texts: text ") for line in problems(run))
    with pytest.raises(BadInput, match="is damaged: table texts: text "):
        upgrade(folder)
    assert not (folder / f"{FILE}.new").exists()


def found(folder: Path) -> list[str]:
    """All problems of a run, or the one for which it cannot be read."""
    try:
        with closing(Run(folder)) as run:
            return list(problems(run))
    except BadInput as error:
        return [str(error)]


@pytest.mark.parametrize("schema", OLD)
def test_flipped_bits_of_an_old_run_end_in_one_line(schema: int, tmp_path: Path) -> None:
    rng, whole = Random(schema), (RUNS / f"schema_{schema}.sqlite").read_bytes()
    folder = small(schema, tmp_path / "run")
    for _ in range(30):
        content = bytearray(whole)
        for _ in range(rng.choice((1, 10, 100))):
            content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        (folder / FILE).write_bytes(content)
        assert all("\n" not in line for line in found(folder))
