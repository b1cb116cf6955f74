"""Bits flipped in a run's files, and fields edited by SQL: damage is named, or changes no row."""

import shutil
import sqlite3
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from random import Random
from shutil import ignore_patterns
from typing import Any

import pytest

from arena.__main__ import main
from arena.design.matches import planned
from arena.design.tournament import Tournament
from arena.engine.manifest import manifest
from arena.engine.options import RunOptions
from arena.engine.runner import run
from arena.engine.verify import problems
from arena.record.place import FILE
from arena.record.run import Run
from arena.record.store import Store
from arena.report.export import export
from games import BadInput
from tests.arena.designs import Silent, design
from tests.loopback import Loopback, Reply, answering

FILES = (FILE, f"{FILE}-wal")
TABLE_NAMES = {
    "attempts", "chain", "checks", "decisions", "head", "manifest", "matches", "notes", "probes",
    "reservations", "seats", "texts", "participants", "stages", "seatings", "answers", "externals",
    "tokens",
}  # fmt: skip
NAMES = ("match ", "table", "attempt ")
READING = ("show", "rate", "log", "export", "check", "deception")

EDITS = (
    "UPDATE decisions SET felt = 'sadness' WHERE {}",
    "UPDATE decisions SET shown = 'joy' WHERE {}",
    "UPDATE decisions SET intensity = intensity + 1 WHERE {}",
    "UPDATE decisions SET verdict = 'refused' WHERE {}",
    "UPDATE decisions SET action = '\"defect\"' WHERE {} AND action != '\"defect\"'",
    "UPDATE attempts SET usage = json_set(usage, '$.prompt_tokens', 12) WHERE {}",
    "UPDATE attempts SET usage = json_set(usage, '$.completion_tokens', 9) WHERE {}",
    "UPDATE attempts SET cost = cost * 1.0000001 WHERE {}",
    "UPDATE attempts SET seconds = seconds + 0.001 WHERE {}",
    "UPDATE attempts SET served_model = 'other' WHERE {}",
    "UPDATE attempts SET filed = '2000-01-01' WHERE {}",
    "UPDATE attempts SET lenient = '\"defect\"' WHERE {}",
    "UPDATE attempts SET verdict = 'refused' WHERE {}",
    "UPDATE texts SET text = text || ' ' WHERE {}",
    "UPDATE texts SET hash = '000000000000000000000000' WHERE {}",
    "UPDATE seats SET payoff = '17' WHERE {} AND payoff != '17'",
    "UPDATE matches SET closed = '2000-01-01' WHERE {}",
    "UPDATE matches SET ended_by = 1 WHERE {}",
    "UPDATE matches SET verdict = 'refused' WHERE {}",
    "UPDATE matches SET superseded = '2000-01-01' WHERE {}",
    "UPDATE checks SET emotion = 'sadness' WHERE {} AND emotion != 'sadness'",
    "UPDATE checks SET valence = 10 - valence WHERE {} AND valence != 5",
    "UPDATE manifest SET value = replace(value, '0', '1') WHERE key = 'prices'",
    "UPDATE notes SET about = 'nothing' WHERE {}",
    "UPDATE probes SET cost = cost + 1 WHERE {}",
    "UPDATE reservations SET cost = 0 WHERE {}",
    "UPDATE chain SET about = about || '0' WHERE {}",
    "UPDATE chain SET digest = zeroblob(16) WHERE {}",
    "UPDATE head SET number = number - 1",
    "UPDATE head SET run = 'another'",
    "DELETE FROM attempts WHERE {}",
    "DELETE FROM decisions WHERE {}",
    "DELETE FROM notes WHERE {}",
    "DELETE FROM chain WHERE {}",
    "DELETE FROM chain WHERE number = (SELECT number FROM head)",
)  # fmt: skip


def sulking(asked: Mapping[str, Any], number: int) -> Reply:
    """Legal answers, but for two in a row that are none."""
    return Reply("no") if number in {9, 10} else answering(asked, number)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a closed run, the latest changes still beside it.

    Models feel, show and are checked, calls are reserved, and a match is void.
    """
    folder = tmp_path_factory.mktemp("flips")
    with pytest.MonkeyPatch.context() as patch, Loopback(sulking) as server:
        patch.setenv("OPENAI_API_KEY", "sk-loopback")
        model = {"agent": "llm", "model": "openai/m", "form": "json", "api_base": server.url}
        emotion = {"mode": "manipulative"}
        players = [
            {"name": "moved", **model, "emotion": emotion, "self_report": True, "reasks": 1},
            {"name": "calm", **model, "reasks": 1},
            {"agent": "tit_for_tat"},
        ]
        game = {"name": "prisoners_dilemma", "params": {"rounds": 3}}
        prices = {"openai/m": {"prompt": 1e6, "completion": 2e6}}
        data = design(games=[game], contestants=players, repetitions=1, prices=prices)
        tournament = Tournament({**data, "concurrency": 1})
        about = manifest(tournament, planned(tournament))
        Store(folder / "run", about).close()
        with closing(sqlite3.connect(folder / "run" / FILE)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM notes").fetchall()  # keeps the changes beside the file
            how = RunOptions(max_cost=1e9)
            assert run(tournament, folder / "run", Silent(), how=how) is None
            with Store(folder / "run", about) as store:
                store.reserve("openai/m", 1.0)
                store.note("remark", "all is well")
            shutil.copytree(folder / "run", folder / "copy", ignore=ignore_patterns("*-shm"))
    assert (folder / "copy" / FILES[1]).stat().st_size > 100_000
    return folder / "copy"


def lines(folder: Path) -> list[str]:
    """Everything that `arena verify` says is wrong."""
    try:
        found = Run(folder)
    except BadInput as error:
        return [str(error)]
    with closing(found):
        try:
            return list(problems(found))
        except BadInput as error:
            return [str(error)]


def exported(folder: Path, to: Path) -> dict[str, bytes]:
    with closing(Run(folder)) as found:
        return {path.name: path.read_bytes() for path in export(found, to, "jsonl")}


def copied(whole: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(whole, to))


def closed(whole: Path, to: Path) -> Path:
    """The same run after SQLite has written the latest changes into the file itself."""
    copied(whole, to)
    with closing(sqlite3.connect(to / FILE)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (to / FILES[1]).unlink(missing_ok=True)
    return to


def judged(folder: Path, rows: dict[str, bytes], to: Path) -> str:
    """Whether damage is named, or none of the rows is changed; both would be as good."""
    if said := lines(folder):
        assert any(word in line for line in said for word in NAMES), said
        return "named"
    assert exported(folder, to) == rows
    return "no row changed"


def flipped(whole: Path, tmp_path: Path, seed: int, times: int) -> Counter[str]:
    """Flip one bit, so many times, each in a copy: every other time in one without changes."""
    rng, found = Random(seed), Counter[str]()
    rows = exported(copied(whole, tmp_path / "sound"), tmp_path / "rows")
    assert lines(tmp_path / "sound") == []
    for number in range(times):
        folder = (closed, copied)[number % 2](whole, tmp_path / "spoilt")
        files = [folder / name for name in FILES if (folder / name).is_file()]
        sizes = [path.stat().st_size for path in files]
        (path,) = rng.choices(files, sizes)
        content = bytearray(path.read_bytes())
        at, bit = rng.randrange(len(content)), rng.randrange(8)
        content[at] ^= 1 << bit
        path.write_bytes(content)
        place = f"bit {bit} of byte {at} of {path.name}"
        try:
            found[f"{path.name}: {judged(folder, rows, tmp_path / 'now')}"] += 1
        except BaseException as error:
            raise AssertionError(place) from error
    return found


def test_a_run_is_sound_before_anything_is_flipped(whole: Path, tmp_path: Path) -> None:
    for make in (copied, closed):
        assert lines(make(whole, tmp_path / "run")) == []
    assert exported(copied(whole, tmp_path / "one"), tmp_path / "a") == exported(
        closed(whole, tmp_path / "two"), tmp_path / "b"
    )


def test_flipped_bits_are_named_or_change_no_row(whole: Path, tmp_path: Path) -> None:
    assert flipped(whole, tmp_path, 1, 6).total() == 6


@pytest.mark.soak
def test_two_hundred_flipped_bits(whole: Path, tmp_path: Path) -> None:
    found = flipped(whole, tmp_path, 2, 200)
    print(dict(found))  # noqa: T201 - figures for docs/trust.md
    assert found.total() == 200


def one_row(db: sqlite3.Connection, table: str, rng: Random) -> str:
    """A condition that one row of a table meets, drawn at random."""
    about = db.execute(f"PRAGMA table_info({table})").fetchall()
    names = [name for _, name, _, _, _, key in about if key] or ["rowid"]
    if table == "matches":
        names = ["id"]
    rows = db.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall()  # noqa: S608
    values = (f"{name} = {value!r}" for name, value in zip(names, rng.choice(rows), strict=True))
    return " AND ".join(values)


def edited(folder: Path, edit: str, rng: Random) -> str:
    """Edit one row that the edit changes; the condition by which the row was chosen."""
    table = next(word for word in edit.split() if word in TABLE_NAMES)
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as db:
        query = f"SELECT * FROM {table}"  # noqa: S608 - our own names
        before = db.execute(query).fetchall()
        for _ in range(100):
            where = one_row(db, table, rng)
            db.execute(edit.format(where))
            if db.execute(query).fetchall() != before:
                return where
    raise AssertionError(f"no row is changed by {edit}")


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_field_is_named(whole: Path, tmp_path: Path, edit: str) -> None:
    folder = copied(whole, tmp_path / "run")
    where = edited(folder, edit, Random(edit))
    said = lines(folder)
    assert said, where
    assert any(word in line for line in said for word in NAMES), said


@pytest.mark.soak
def test_fifty_edits_of_single_fields(whole: Path, tmp_path: Path) -> None:
    rng = Random(3)
    rows = exported(copied(whole, tmp_path / "sound"), tmp_path / "rows")
    found = Counter[str]()
    for _ in range(50):
        folder, edit = copied(whole, tmp_path / "run"), rng.choice(EDITS)
        where = edited(folder, edit, rng)
        try:
            found[judged(folder, rows, tmp_path / "now")] += 1
        except BaseException as error:
            raise AssertionError(f"{edit} WHERE {where}") from error
    print(dict(found))  # noqa: T201 - as above
    assert found == {"named": 50}


def read(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """All commands that read a run end well, or in one line."""
    for command in (*READING, "verify"):
        monkeypatch.setattr(sys, "argv", ["arena", command, str(folder)])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr().err
        assert end.value.code in ({0, 1, 2} if command == "verify" else {0, 2}), said
        if end.value.code == 2:
            (line,) = said.splitlines()
            assert line.startswith("arena: ")


SPOILT = (
    "UPDATE manifest SET value = '{' WHERE key = 'prices'",
    "UPDATE manifest SET key = 'desigm' WHERE key = 'design'",
    "UPDATE matches SET deals = '['",
    "UPDATE matches SET deals = CAST(x'ff' AS TEXT)",
    "UPDATE matches SET game = 'chess'",
    "UPDATE matches SET ending = 'lost'",
    "UPDATE matches SET seed = 'x'",
    "UPDATE seats SET payoff = 'x'",
    "UPDATE seats SET contestant = 'nobody'",
    "DELETE FROM seats",
    "UPDATE decisions SET action = 'x'",
    "UPDATE decisions SET action = '17', felt = x'00'",
    "UPDATE attempts SET messages = '[1]'",
    "UPDATE attempts SET usage = '3', failure = '4' WHERE stop IS NOT NULL",
    "UPDATE attempts SET verdict = 'fine', model = x'ff'",
    "DELETE FROM texts",
    "DROP TABLE checks",
    "DROP TABLE head",
    "DELETE FROM head",
)


@pytest.mark.parametrize("edit", SPOILT)
def test_reading_commands_never_end_in_a_traceback(
    whole: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    edit: str,
) -> None:
    folder = copied(whole, tmp_path / "run")
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as db:
        db.execute(edit)
    read(folder, monkeypatch, capsys)
    said = lines(folder)
    assert any(word in line for line in said for word in NAMES), said


@pytest.mark.soak
def test_reading_commands_with_flipped_bits(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = Random(4)
    for _ in range(60):
        folder = closed(whole, tmp_path / "run")
        content = bytearray((folder / FILE).read_bytes())
        for _ in range(rng.choice((1, 10, 100))):
            content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        (folder / FILE).write_bytes(content)
        read(folder, monkeypatch, capsys)
