"""Forgetting somebody: the run stays whole, and nothing that the person said is left in a file."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import arena
from arena.engine.verify import problems
from arena.lab.desk import LabDesk
from arena.lab.pages import Arrival, Page
from arena.record.forgetting import REMOVED, forget
from arena.record.run import Run
from games import BadInput
from tests.arena.commands import command
from tests.arena.lab.visitors import PEOPLE, Visitor, all_of, checked, design, lab

SECRET, OTHER = "my cat is called Mittens", "nothing to add"
DATA = design(
    contestants=[{**PEOPLE, "reasoning": "brief"}, {"name": "tft", "agent": "tit_for_tat"}],
    lab={
        "questions": [{"key": "why", "kind": "text", "label": "Why?"}],
        "payment": {"show_up": 2, "point": 0.5, "currency": "EUR", "codes": {"completed": "DONE"}},
    },
)


def saying(words: str) -> Any:
    def act(page: Page) -> dict[str, object]:
        return {field.key: words for field in page.fields if field.kind == "text"}

    return act


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    async def play(desk: LabDesk) -> None:
        ids = [{"PROLIFIC_PID": name} for name in ("5f3e=cat", "other")]
        one, other = (Arrival(device="phone", external=each) for each in ids)
        await all_of(Visitor(desk, saying(SECRET), one), Visitor(desk, saying(OTHER), other))
        desk.arrive(Arrival(device="tablet"))

    async def whole() -> None:
        async with lab(DATA, tmp_path / "run") as desk, asyncio.timeout(20):
            await play(desk)

    asyncio.run(whole())
    return tmp_path / "run"


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


def pseudonym(folder: Path, known: str) -> str:
    """Of the participant with this id of a recruiting service."""
    with closing(sqlite3.connect(folder / "run.sqlite")) as db:
        ((person,),) = db.execute("SELECT participant FROM externals WHERE value = ?", (known,))
    return str(person)


def test_nothing_that_a_forgotten_person_said_is_left(folder: Path) -> None:
    with arena.Run(folder) as run:
        before, decisions = run.participants(), run.decisions()
    person = pseudonym(folder, "5f3e=cat")
    assert SECRET.encode() in bytes_of(folder)
    assert person.encode() in bytes_of(folder)
    done = command(folder.parent, "lab", "forget", "run", "5f3e=cat")
    assert done.status == 0, done.said
    for trace in (SECRET, "5f3e=cat", person):
        assert trace.encode() not in bytes_of(folder), trace
    assert OTHER.encode() in bytes_of(folder)
    checked(folder).close()  # verify finds no problem
    with arena.Run(folder) as run:
        after, kept = run.participants(), run.decisions()
        replies = run.attempts()["reply"].tolist()
    assert sum(REMOVED in reply for reply in replies) == 3
    assert kept.drop(columns="participant").equals(decisions.drop(columns="participant"))
    row = next(r for r in after.to_dict("records") if r["participant"].startswith("forgotten"))
    assert (row["device"], row["language"], row["quiz_tries"]) == ("", "", 0)
    assert (row["ending"], row["answers"]) == ("completed", "{}")
    assert row["pay"] == before.set_index("participant")["pay"][person]
    assert row["participant"] in done.said
    assert "3 answered pages, 0 readings of the face, 3 written reasons, 1 ids" in done.said


def test_the_lab_goes_on_without_a_forgotten_person(folder: Path) -> None:
    forget(folder, "5f3e=cat")

    async def again() -> None:
        async with lab(DATA, folder) as desk:
            assert len(desk.guests) == 2
            token = desk.arrive(Arrival(device="phone", external={"PROLIFIC_PID": "5f3e=cat"}))
            assert token in desk._tokens

    asyncio.run(again())
    checked(folder).close()


def test_a_change_of_a_row_without_a_link_is_found(folder: Path) -> None:
    """The chain still tells what was forgotten from what somebody else deleted."""
    forget(folder, "other")
    with closing(sqlite3.connect(folder / "run.sqlite")) as db, db:
        db.execute("DELETE FROM answers")
    with closing(Run(folder)) as run:
        assert any("table answers" in line for line in problems(run))


def test_who_is_unknown_or_still_there_is_not_forgotten(folder: Path) -> None:
    with pytest.raises(BadInput, match=r"no participant of .* has the pseudonym or id 'nobody'"):
        forget(folder, "nobody")
    with arena.Run(folder) as run:
        here = run.participants()["participant"][2]
    with pytest.raises(BadInput, match="has not left yet"):
        forget(folder, here)


def test_the_pay_list_has_ids_codes_and_pay_and_no_formula(folder: Path) -> None:
    done = command(folder.parent, "lab", "pay", "run")
    assert done.status == 0, done.said
    head, *rows = done.said.splitlines()
    assert head.replace('"', "").split(",")[:2] == ["participant", "PROLIFIC_PID"]
    assert len(rows) == 2
    assert all("completed" in row and "DONE" in row and "EUR" in row for row in rows)
    written = command(folder.parent, "lab", "pay", "run", "--out", "pay.csv")
    assert written.said == "2 participants in pay.csv\n"
    assert (folder.parent / "pay.csv").read_text() == done.said
