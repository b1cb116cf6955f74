"""Copying the records of one run into another of the same design, with their chain."""

import sqlite3
from datetime import UTC, datetime
from itertools import count

from arena.record.chain import (
    LOOSE,
    MATCH_TABLES,
    Chain,
    Expected,
    digest,
    is_closed,
    own_links,
    replayed,
)

_HERE = "SELECT id FROM main.matches UNION SELECT match FROM main.attempts"
_CLOSED = "SELECT id FROM there.matches"
_HALF = """
SELECT DISTINCT match FROM there.attempts WHERE match NOT IN (SELECT id FROM there.matches)
"""
_DOUBLES = """
SELECT id FROM matches WHERE id IN (SELECT new FROM taken) AND id LIKE '%~%' AND superseded IS NULL
"""


def present(db: sqlite3.Connection) -> set[str]:
    """Ids of all matches on record, half-played ones too."""
    return {key for (key,) in db.execute(_HERE)}


def aside(match: str, here: set[str]) -> str:
    """The next free id for a play of a match that does not count any more."""
    base = match.partition("~")[0]
    return next(key for n in count(1) if (key := f"{base}~{n}") not in here)


def now() -> str:
    """The time, in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def supersede(db: sqlite3.Connection, chain: Chain, match: str, new: str) -> None:
    """Give a closed match the id of one that does not count any more."""
    when = now()
    db.execute("UPDATE matches SET superseded = ?, id = ? WHERE id = ?", (when, new, match))
    for table in MATCH_TABLES[1:]:
        command = f"UPDATE {table} SET match = ? WHERE match = ?"  # noqa: S608 - our own names
        db.execute(command, (new, match))
    chain.add("renamed", f"{match} {new}", b"")
    chain.add("superseded", new, digest(when))


def take(db: sqlite3.Connection, chain: Chain, *, closed: bool) -> None:
    """Copy the content of the run attached as `there`.

    The new links carry the digests of that run's own chain. Damage from before the merge therefore
    shows in the merged run.

    Args:
        db: the run that is written, in a transaction.
        chain: its chain.
        closed: whether to copy the closed matches and all that belongs to none, or the half-played
            matches. A match that is here already is copied as superseded.
    """
    here, taken = present(db), {}
    expected = replayed(own_links(db, "there"))
    ids = {old: None for (old,) in db.execute(_CLOSED if closed else _HALF)}
    # A match that was deleted there is missing here as well: its links are taken.
    known = (old for old, units in expected.matches.items() if is_closed(units) is closed)
    for old in ids | dict.fromkeys(known):
        taken[old] = aside(old, here) if old in here else old
        here.add(taken[old])
    db.execute("CREATE TEMP TABLE taken (old TEXT PRIMARY KEY, new TEXT)")
    db.executemany("INSERT INTO taken VALUES (?, ?)", taken.items())
    for table in (*MATCH_TABLES, "drafts"):
        _copy(db, table, "id" if table == "matches" else "match")
    for table in ("texts", *LOOSE, "chain") if closed else ():
        command = f"INSERT OR IGNORE INTO {table} SELECT * FROM there.{table}"  # noqa: S608 - ours
        db.execute(command)
    _relink(chain, expected, taken, closed=closed)
    when = now()
    for (key,) in db.execute(_DOUBLES).fetchall():
        db.execute("UPDATE matches SET superseded = ? WHERE id = ?", (when, key))
        chain.add("superseded", key, digest(when))
    if closed:
        run, number, link = db.execute("SELECT run, number, link FROM there.head").fetchone()
        chain.add("part", f"{run} {number}", link)
    db.execute("DROP TABLE taken")


def _relink(chain: Chain, expected: Expected, taken: dict[str, str], *, closed: bool) -> None:
    """Link the copied rows, with the digests of their own run."""
    for old, new in taken.items():
        for (kind, end), content in expected.matches.get(old, {}).items():
            chain.add(kind, new + end, content)
    for (table, content), rows in expected.loose.items() if closed else ():
        for _ in range(rows):
            chain.add(table, "", content)


def _copy(db: sqlite3.Connection, table: str, key: str) -> None:
    """The rows of the taken matches, under their new ids."""
    about = db.execute(f"PRAGMA table_info({table})").fetchall()
    values = ", ".join("new" if name == key else f'"{name}"' for _, name, *_ in about)
    db.execute(
        f"INSERT INTO main.{table} SELECT {values} FROM there.{table} JOIN taken ON old = {key}"  # noqa: S608 - our own names
    )
