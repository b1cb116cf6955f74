"""Removal of one participant's data from a run that stays valid.

Removed: answers on pages with questions, reasons written in a match, ids of a recruiting service,
readings of the face, the link and the token, class of device, language, consent, code, and times of
day. The pseudonym is replaced, so that earlier exports cannot be linked. Kept: the moves, since the
others' decisions respond to them, with endings, points and pay.
"""

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arena.core.types import canonical
from arena.record.chain import Chain, attempt_name, digest
from arena.record.filing import text_hash
from arena.record.participants import LAST, participants, seatings
from arena.record.run import Run
from arena.record.store import Store
from games import BadInput

REMOVED = "(removed)"
"""Replacement of removed text."""
FORGOTTEN = "forgotten"
"""Prefix of the pseudonyms of removed participants."""
_REASONS = "reasoning"
_DAY = len("2025-01-31")
_KEPT = {"match", "ending", "points", "paid", "pay", "currency", "game"}
"""Keys of a stage's content that are kept."""

_OWN = """
SELECT a.* FROM attempts a JOIN seatings s ON s.match = a.match AND s.seat = a.seat
WHERE s.participant = ? AND a.reply IS NOT NULL AND a.model = ''
"""
_USED = "SELECT count(*) FROM attempts WHERE ? IN (reply, reasoning, raw)"
_BY_ID = "SELECT DISTINCT participant FROM externals WHERE value = ?"

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Forgotten:
    """Result of the removal of a participant's data.

    Attributes:
        pseudonym: the new pseudonym.
        answers: number of removed answers to pages with questions, each try counted.
        faces: number of removed readings of the face.
        texts: number of removed reasons.
        ids: number of removed ids of a recruiting service.
        matches: number of matches that keep the participant's moves.
    """

    pseudonym: str
    answers: int
    faces: int
    texts: int
    ids: int
    matches: int


def forget(folder: Path, who: str) -> Forgotten:
    """Remove a participant's data.

    Args:
        folder: the run; it must not be in use.
        who: the pseudonym, or an id of a recruiting service.

    Raises:
        BadInput: there is no such run or participant, the run is in use, or the participant has not
            left yet.
    """
    with_run = Run(folder, robots=True)
    try:
        person = _known(with_run, who)
        matches = {each.match for each in seatings(with_run) if each.participant == person}
        manifest = with_run.manifest
    finally:
        with_run.close()
    new = f"{FORGOTTEN}-{secrets.token_hex(4)}"

    def change(db: sqlite3.Connection, chain: Chain) -> Forgotten:
        rows = _Rows(db, chain)
        texts = sum(_unsaid(db, chain, row) for row in db.execute(_OWN, (person,)).fetchall())
        answers = rows.change("answers", person, lambda _: None)
        faces = rows.change("readings", person, lambda _: None)
        rows.change("participants", person, lambda row: (new, "", row[2], row[3][:_DAY]))
        rows.change("stages", person, lambda row: (new, *row[1:3], _about(row[3]), row[4][:_DAY]))
        rows.change("seatings", person, lambda row: (*row[:3], new, row[4], None, *row[6:]))
        ids = db.execute("DELETE FROM externals WHERE participant = ?", (person,)).rowcount
        db.execute("DELETE FROM tokens WHERE participant = ?", (person,))
        return Forgotten(new, answers, faces, texts, ids, len(matches))

    with Store(folder, manifest) as store:
        return store.without_trace(change)


def _known(run: Run, who: str) -> str:
    """The pseudonym of a participant who has left.

    Raises:
        BadInput: there is no such participant, or the participant has not left yet.
    """
    people = {person.id: person for person in participants(run)}
    named = [who] if who in people else [key for (key,) in run.rows(_BY_ID, who)]
    if not named:
        raise BadInput(
            f"no participant of {run.folder} has the pseudonym or id {who!r}: arena lab pay lists "
            "both"
        )
    if people[named[0]].steps[-1].stage not in LAST:
        raise BadInput(
            f"participant {named[0]} has not left yet: open the lab again until nobody plays, and "
            "forget then"
        )
    return str(named[0])


class _Rows:
    """Changes rows of append-only tables: unlinks the old row from the chain and links the new one.

    Args:
        db: the run, in a transaction.
        chain: its chain.
    """

    def __init__(self, db: sqlite3.Connection, chain: Chain) -> None:
        self._db, self._chain = db, chain

    def change(self, table: str, person: str, new: Callable[[Row], Row | None]) -> int:
        """Replace or delete a participant's rows; returns their number."""
        key = "id" if table == "participants" else "participant"
        where = f"FROM {table} WHERE {key} = ?"
        old = self._db.execute(f"SELECT * {where}", (person,)).fetchall()
        self._db.execute(f"DELETE {where}", (person,))
        for row in old:
            self._chain.add("forgotten", table, digest(row))
        for row in filter(None, map(new, old)):
            marks = ", ".join("?" * len(row))
            self._db.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608 - ours
            self._chain.add(table, "", digest(row))
        return len(old)


def _about(text: str) -> str:
    """Content of a stage, restricted to the keys that are kept."""
    return canonical({key: value for key, value in json.loads(text).items() if key in _KEPT})


def _unsaid(db: sqlite3.Connection, chain: Chain, row: Row) -> bool:
    """Remove a person's reasons from a reply; returns whether there were any."""
    columns = [about[1] for about in db.execute("PRAGMA table_info(attempts)")]
    at = columns.index("reply")
    old = row[at]
    (text,) = db.execute("SELECT text FROM texts WHERE hash = ?", (old,)).fetchone()
    said = json.loads(text)
    if not said.get(_REASONS):
        return False
    without = json.dumps(said | {_REASONS: REMOVED}, ensure_ascii=False)
    changed = (*row[:at], text_hash(without), *row[at + 1 :])
    db.execute("INSERT OR IGNORE INTO texts VALUES (?, ?)", (changed[at], without))
    where = "match = ? AND seat = ? AND turn = ? AND number = ?"
    db.execute(f"UPDATE attempts SET reply = ? WHERE {where}", (changed[at], *row[:4]))  # noqa: S608
    chain.add("attempt", attempt_name(row), digest(changed[1:]))
    if not db.execute(_USED, (old,)).fetchone()[0]:
        db.execute("DELETE FROM texts WHERE hash = ?", (old,))
    return True


def leaves(done: Forgotten) -> Iterator[str]:
    """Summary of removed and kept data, one line each."""
    yield (
        f"removed: {done.answers} answered pages, {done.faces} readings of the face, "
        f"{done.texts} written reasons, {done.ids} ids, "
        "the link, device, language, consent, code and times of day"
    )
    yield (
        f"left: the moves and reports in {done.matches} matches, with ending, points and pay, "
        f"under the new pseudonym {done.pseudonym}"
    )
    yield (
        "not reached: exports, links, backups and what a recruiting service keeps; delete those too"
    )
