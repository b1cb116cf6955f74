"""What a failed transaction leaves behind, files that go away, losses of power."""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

import pytest

from agents.core.models.model import Completion
from agents.core.types import Attempt
from arena.design.tournament import Tournament
from arena.engine import finished
from arena.engine.manifest import manifest
from arena.engine.options import RunOptions
from arena.engine.runner import run
from arena.engine.verify import problems
from arena.record import transaction
from arena.record.damage import damage
from arena.record.merge import chains, merge
from arena.record.place import FILE
from arena.record.release import release
from arena.record.run import Run
from arena.record.store import Store
from arena.report.run_summary import log_document, log_lines
from games import BadInput
from prompts import Message, Verdict
from tests.arena.designs import Silent, design, played
from tests.arena.record.test_store import ANSWERED, ASKED, opened

ODD = "half a character: \ud83d"


def said(attempt: Attempt, text: str) -> Attempt:
    assert attempt.completion is not None
    return replace(attempt, completion=replace(attempt.completion, text=text))


def undecodable(there: Store) -> None:
    there.file("m", 1, 0, 0, replace(said(ANSWERED, "new"), lenient=ODD))


def twice(there: Store) -> None:
    there.file("m", 0, 0, 0, said(ANSWERED, "new"))


def unbindable(there: Store) -> None:
    there.file("m", 2**70, 0, 0, said(ANSWERED, "new"))


def interrupted(there: Store) -> None:
    class Late(str):
        __slots__ = ()

        def encode(self, *_: Any) -> bytes:
            raise KeyboardInterrupt

    messages = (Message("user", "new"), Message("user", Late("late")))
    there.file("m", 1, 0, 0, replace(ANSWERED, messages=messages))


FAILURES: dict[Callable[[Store], None], type[BaseException]] = {
    undecodable: BadInput,
    twice: sqlite3.IntegrityError,
    unbindable: OverflowError,
    interrupted: KeyboardInterrupt,
}


@pytest.mark.parametrize("fail", FAILURES, ids=lambda fail: fail.__name__)
def test_a_failed_transaction_forgets_what_it_had_not_kept(
    tmp_path: Path, fail: Callable[[Store], None]
) -> None:
    with opened(tmp_path) as there:
        there.file("m", 0, 0, 0, ANSWERED)
        number = there.reserve("m", 1.0)
        there.settle(number)
        with pytest.raises(FAILURES[fail]):
            fail(there)
        again = said(ANSWERED, "new")
        there.file("n", 0, 0, 0, again)
        assert there.recorded("n", 0) == {(0, 0): again}
        assert there.spent() == 0.25 * 2 + 1.0, "nobody knows what the reserved call cost"
    with opened(tmp_path) as there:
        assert there.recorded("n", 0) == {(0, 0): again}
        assert there.recorded("m", 0) == {(0, 0): ANSWERED}
        assert there.recorded("m", 1) == {}


def test_half_a_character_is_named_in_one_line(tmp_path: Path) -> None:
    odd = replace(ANSWERED, messages=(Message("user", ODD),))
    with opened(tmp_path) as there:
        for attempt in (odd, replace(ANSWERED, lenient=ODD)):
            with pytest.raises(BadInput, match=r"holds half a character \(a lone"):
                there.file("m", 0, 0, 0, attempt)
        with pytest.raises(BadInput, match="half a character"):
            there.note("remark", ODD)
        assert there.recorded("m", 0) == {}


def test_a_text_that_is_missing_is_named(tmp_path: Path) -> None:
    with opened(tmp_path) as there:
        there.file("m", 0, 0, 0, ANSWERED)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as db:
        db.execute("DELETE FROM texts WHERE text = 'bet'")
    with (
        opened(tmp_path) as there,
        pytest.raises(
            BadInput, match=r"match m: an attempt of seat 0 is damaged .*text \w+ is mis"
        ),
    ):
        there.recorded("m", 0)


def test_numbers_that_sqlite_changes_are_no_damage(tmp_path: Path) -> None:
    odd = Completion("bet", "stop", {}, float("nan"), "served", -0.0)
    whole = Completion("bet", "stop", {}, 1, "served", 2)
    with opened(tmp_path) as there:
        for number, done in enumerate((odd, whole)):
            there.file("m", 0, 0, number, Attempt(ASKED, done, Verdict.LEGAL))
            there.probe("m", done)
        there.reserve("m", 0)
    with closing(Run(tmp_path)) as found:
        assert not [line for line in problems(found) if "recorded" in line]


def gone(folder: Path) -> None:
    shutil.rmtree(folder)


def replaced(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    shutil.copytree(folder.with_name("elsewhere"), folder)


def a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("something else")


@pytest.mark.parametrize("happens", [gone, replaced, a_file])
def test_a_folder_that_goes_away_is_noticed_at_the_next_commit(
    tmp_path: Path, happens: Callable[[Path], None]
) -> None:
    folder = tmp_path / "run"
    with opened(folder) as there:
        there.file("m", 0, 0, 0, ANSWERED)
        happens(folder)
        for write in (there.note, lambda *_: there.file("m", 0, 0, 1, ANSWERED)):
            with pytest.raises(BadInput, match=r"run\.sqlite was removed or replaced while"):
                write("remark", "all is well")


def test_a_run_whose_folder_goes_away_ends_with_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finished, "_SECONDS", 0.0)  # each match has a commit of its own

    class Removing(Silent):
        def finished(self, transcript: object) -> None:  # noqa: ARG002 - only when
            shutil.rmtree(tmp_path / "run", ignore_errors=True)

    with pytest.raises(BadInput, match="was removed or replaced while the run was played"):
        run(Tournament(design()), tmp_path / "run", Removing(), how=RunOptions(preflight=False))


def test_attempts_and_reservations_are_flushed_to_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []
    flush = transaction._FLUSH

    def counted(file: int) -> None:
        flush(file)
        flushed.append(os.path.realpath(f"/proc/self/fd/{file}"))

    def waited(times: int) -> None:
        until = time.monotonic() + 30
        while len(flushed) < times:
            assert time.monotonic() < until
            time.sleep(0.001)

    monkeypatch.setattr(transaction, "_FLUSH", counted)
    with opened(tmp_path) as there:
        there.note("remark", "all is well")
        time.sleep(4 * transaction.DELAY)
        assert not flushed
        for number in range(5):
            there.file("m", 0, 0, number, ANSWERED)
        waited(1)
        there.reserve("m", 1.0)
        waited(2)
    assert set(flushed) == {str((tmp_path / f"{FILE}-wal").resolve())}


def test_a_disk_that_fails_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = Event()

    def failing(_file: int) -> None:
        tried.set()
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(transaction, "_FLUSH", failing)
    with opened(tmp_path) as there:
        there.file("m", 0, 0, 0, ANSWERED)
        assert tried.wait(30)
        time.sleep(20 * transaction.DELAY)
        with pytest.raises(BadInput, match="cannot be written: Input/output error; what is on"):
            there.note("remark", "all is well")


def cut(folder: Path, copy: Path, name: str, length: int) -> None:
    """What a loss of power leaves: a copy in which one file ends early."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*-shm"))
    os.truncate(copy / name, length)


def test_a_loss_of_power_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    """The latest changes are cut at 40 lengths, and the file that takes them over at 10."""
    folder, copy = tmp_path / "run", tmp_path / "copy"
    changes, rng = f"{FILE}-wal", Random(5)
    about = manifest(Tournament(design()), 36)
    with Store(folder, about) as there:
        lengths = [(folder / changes).stat().st_size]
        for number in range(30):
            there.file("m", 0, 0, number, said(ANSWERED, "x" * rng.randrange(4000)))
            there.reserve("m", 1.0)
            lengths.append((folder / changes).stat().st_size)
        early = shutil.copytree(folder, tmp_path / "early")
        with closing(sqlite3.connect(folder / FILE)) as other:
            other.execute("PRAGMA wal_checkpoint(PASSIVE)")
        size = (folder / FILE).stat().st_size
        cuts = [(changes, length) for length in lengths[1:]]
        cuts += [(changes, rng.randrange(lengths[0], lengths[-1])) for _ in range(10)]
        cuts += [(FILE, rng.randrange(1, size)) for _ in range(10)]
        for name, end in cuts:
            cut(folder if name == FILE else early, copy, name, end)
            whole = sum(name == FILE or length <= end for length in lengths) - 1
            with Store(copy, about) as after:
                kept = after.recorded("m", 0)
                assert len(kept) in {whole, whole + 1}
                assert after.spent() >= 1.25 * whole
                after.file("m", 0, 0, len(kept), ANSWERED)
            assert list(damage(copy / FILE, f"{(copy / FILE).as_uri()}?mode=ro")) == []


def test_reservations_of_killed_calls_can_be_released(tmp_path: Path) -> None:
    with opened(tmp_path) as there:
        there.file("m", 0, 0, 0, ANSWERED)
        for cost in (1.0, 2.5):
            there.reserve("openai/m", cost)
        with pytest.raises(BadInput, match="is in use: another process is playing this run"):
            release(tmp_path, "the provider's bill")
    with closing(Run(tmp_path)) as found:
        lost = log_document(found)["lost"]
        assert lost["models"]["openai/m"]["calls"] == lost["calls"] == 2
        assert "    openai/m: 2, $3.50, since" in "\n".join(log_lines(found))
    with pytest.raises(BadInput, match="the reason is empty"):
        release(tmp_path, " \n")
    assert release(tmp_path, "the provider's\nbill") == (2, 3.5)
    assert release(tmp_path, "once more") == (0, 0)
    with opened(tmp_path) as there:
        assert there.spent() == 0.25
    with closing(Run(tmp_path)) as found:
        ((_, kind, about),) = log_document(found)["notes"]
        assert (kind, about) == ("released", "2 calls reckoned at $3.500000: the provider's bill")
        assert not [line for line in problems(found) if "record" in line]


def test_a_merged_run_keeps_the_chains_of_its_parts(tmp_path: Path) -> None:
    parts = [played(design(), tmp_path / f"part{n}", limit=n) for n in (10, 20)]
    merge(parts, tmp_path / "both")
    third = played(design(), tmp_path / "third")
    merge(
        [tmp_path / "both", third, parts[0]],
        tmp_path / "all",
    )
    assert chains(tmp_path / "all") == 4
    with closing(Run(tmp_path / "all")) as found:
        assert list(problems(found)) == []
        heads = {(run, number) for run, number, _ in found.rows("SELECT * FROM head")}
        known = dict(found.rows("SELECT run, max(number) FROM chain GROUP BY run"))
    for part in (*parts, tmp_path / "both", third):
        with closing(Run(part)) as found:
            ((run_id, number, _),) = found.rows("SELECT * FROM head")
            assert known[run_id] == number
    assert {(key, known[key]) for key, _ in heads} == heads


def test_damage_from_before_the_merge_shows_after_it(tmp_path: Path) -> None:
    part = played(design(), tmp_path / "part", limit=10)
    with closing(sqlite3.connect(part / FILE, isolation_level=None)) as db:
        db.execute("UPDATE decisions SET intensity = 3 WHERE number = 0")
        db.execute("DELETE FROM seats WHERE match = (SELECT min(id) FROM matches)")
        db.execute("DELETE FROM decisions WHERE match = (SELECT min(id) FROM matches)")
        db.execute("DELETE FROM matches WHERE id = (SELECT min(id) FROM matches)")
    merge([part], tmp_path / "out")
    with closing(Run(tmp_path / "out")) as found:
        said = [line for line in problems(found) if line.startswith("match ")]
    assert sum("the match is not what was recorded" in line for line in said) == 9
    assert sum("the match is missing" in line for line in said) == 1
