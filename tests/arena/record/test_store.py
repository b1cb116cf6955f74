import fcntl
import sqlite3
import time
from pathlib import Path

import pytest

from agents.core.models.model import Completion, Failure
from agents.core.types import Attempt
from arena.design.tournament import Tournament
from arena.engine.manifest import manifest
from arena.record.place import FILE
from arena.record.run import Run
from arena.record.store import Store
from games.core.errors import BadInput
from prompts import Message, Verdict
from tests.arena.designs import KUHN, PLAYERS, design, played, transcripts

ASKED = (Message("system", "rules"), Message("user", "what now?"))
ANSWERED = Attempt(
    ASKED,
    Completion("bet", "stop", {"prompt_tokens": 3}, 0.25, "served", 1.5, "because", "{}"),
    Verdict.LEGAL,
    lenient="bet",
)
FAILED = Attempt(ASKED, None, Verdict.PROVIDER_ERROR, Failure("busy", 429, 2.0))


def opened(folder: Path, **changes: object) -> Store:
    tournament = Tournament(design(**changes))
    return Store(folder, manifest(tournament, 36))


def begin(folder: Path) -> None:
    """Something is on record, so that the design is settled."""
    with opened(folder) as there:
        there.file("m", 0, 0, 0, ANSWERED)


def test_attempts_survive_as_they_were_filed(tmp_path: Path) -> None:
    with opened(tmp_path) as there:
        there.file("m", 0, 0, 0, FAILED)
        there.file("m", 0, 0, 1, ANSWERED)
        there.file("m", 1, 0, 0, ANSWERED)
    with opened(tmp_path) as there:
        assert there.recorded("m", 0) == {(0, 0): FAILED, (0, 1): ANSWERED}
        assert there.recorded("n", 0) == {}


def test_an_attempt_cannot_be_filed_twice(tmp_path: Path) -> None:
    with opened(tmp_path) as there:
        there.file("m", 0, 0, 0, ANSWERED)
        with pytest.raises(sqlite3.IntegrityError):
            there.file("m", 0, 0, 0, ANSWERED)


def test_an_attempt_is_on_disk_before_the_match_is_over(tmp_path: Path) -> None:
    with opened(tmp_path) as there:
        there.file("m", 0, 0, 0, ANSWERED)
        reader = sqlite3.connect(tmp_path / FILE)
        assert reader.execute("SELECT verdict FROM attempts").fetchall() == [("legal",)]
        reader.close()
        assert there.closed() == set()


def test_long_texts_are_kept_once(tmp_path: Path) -> None:
    with opened(tmp_path) as there:
        for seat in range(5):
            there.file("m", seat, 0, 0, ANSWERED)
        reader = sqlite3.connect(tmp_path / FILE)
        texts = {text for (text,) in reader.execute("SELECT text FROM texts")}
        reader.close()
    assert texts == {"rules", "what now?", "bet", "because", "{}"}


def test_transcripts_come_back_as_they_were_played(tmp_path: Path) -> None:
    run = Run(played(design(), tmp_path))
    expected = {t.match.id: t for t in transcripts(design())}
    assert {t.match.id: t for t in run.matches()} == expected
    key = next(iter(expected))
    assert run.match(key[:9]) == expected[key]
    run.close()


def test_the_manifest_says_what_was_played_and_with_what(tmp_path: Path) -> None:
    run = Run(played(design(), tmp_path))
    assert run.manifest.design == Tournament(design()).content
    assert run.manifest.design_hash == Tournament(design()).hash
    assert {"affect-arena", "litellm", "pydantic", "python"} <= set(run.manifest.versions)
    assert run.manifest.texts == {}  # scripts are told nothing
    assert run.planned == 36
    run.close()


def test_who_looks_whether_a_run_is_played_does_not_keep_a_writer_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "lock").open("w") as look:
        fcntl.flock(look, fcntl.LOCK_SH)
        monkeypatch.setattr(time, "sleep", lambda _: look.close())  # the look is over
        with opened(tmp_path) as there:
            assert there.count() == 0


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path), pytest.raises(BadInput, match="is in use: another process"):
        opened(tmp_path)
    opened(tmp_path).close()


@pytest.mark.parametrize(
    ("changes", "difference"),
    [
        ({"seed": 8}, "seed was 7 and is now 8"),
        ({"repetitions": 2}, r"games\.kuhn_poker\.repetitions was 3 and is now 2"),
        ({"games": [KUHN]}, r"games\.prisoners_dilemma\.\S+ was .* and is now missing"),
        (
            {"contestants": [{"agent": "equilibrium", "alpha": 0.25}, *PLAYERS[1:]]},
            r"contestants\.equilibrium\.alpha was None and is now 0\.25",
        ),
    ],
)
def test_another_design_is_refused_by_its_difference(
    changes: dict[str, object], difference: str, tmp_path: Path
) -> None:
    begin(tmp_path)
    with pytest.raises(BadInput, match=f"holds a run of another design: {difference}"):
        opened(tmp_path, **changes)
    opened(tmp_path).close()  # and the run is as it was


def test_where_nothing_was_played_another_design_is_welcome(tmp_path: Path) -> None:
    opened(tmp_path).close()
    opened(tmp_path, seed=8).close()
    run = Run(tmp_path)
    assert run.manifest.design["seed"] == 8
    run.close()


def test_a_larger_design_goes_on(tmp_path: Path) -> None:
    played(design(games=[KUHN], repetitions=1), tmp_path)
    before = {t.match.id for t in Run(tmp_path).matches()}
    played(design(), tmp_path)
    after = {t.match.id for t in Run(tmp_path).matches()}
    assert before < after
    assert len(after) == 36


def test_a_file_that_is_no_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("no database" * 1000)
    with pytest.raises(BadInput, match=r"run\.sqlite cannot be used: file is not a database"):
        opened(tmp_path)
    with pytest.raises(BadInput, match=r"run\.sqlite cannot be read: file is not a database"):
        Run(tmp_path)


def test_a_match_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    run = Run(played(design(), tmp_path))
    problems = {"zzz": "no closed match begins", "": "more than one", "%": "more than one"}
    for prefix, problem in problems.items():
        with pytest.raises(BadInput, match=problem):
            run.match(prefix)
    run.close()


def test_changes_that_are_made_together_are_kept_together_or_not_at_all(tmp_path: Path) -> None:
    class Failed(Exception): ...

    def change(there: Store, *, fails: bool) -> None:
        with there.together():
            there.settle(1)
            there.file("m", 0, 0, 0, ANSWERED)
            there.reserve("m", 2.0)
            if fails:
                raise Failed

    with opened(tmp_path) as there:
        assert there.reserve("m", 1.0) == 1
        with pytest.raises(Failed):
            change(there, fails=True)
        assert there.recorded("m", 0) == {}
        assert there.rows("SELECT cost FROM reservations").fetchall() == [(1.0,)]
        change(there, fails=False)
    with opened(tmp_path) as there:
        assert there.recorded("m", 0) == {(0, 0): ANSWERED}
        assert there.rows("SELECT cost FROM reservations").fetchall() == [(2.0,)]
