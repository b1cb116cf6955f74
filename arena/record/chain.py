"""The chain of a run: one link per record, and a head that depends on all links.

A link holds the kind of a record, its name and the digest of its content. `replayed` derives from
the links which records the run must hold. A changed record differs from its digest, a deleted one
leaves its link behind, and a changed link differs from the head. No key is involved: the chain
shows damage, not fraud.

Kinds of links, with the record that each names:
    manifest: all rows of the table `manifest`.
    attempt: one row of `attempts`, named MATCH/SEAT/TURN/NUMBER.
    match: a closed match: its row, and its rows of `seats`, `checks`, `decisions` and `opinions`.
    bare match: the same with its rows of `attempts`, once their texts are deleted.
    renamed: OLD NEW, a match that was set aside. The digest is empty.
    superseded: the time at which a match was set aside.
    notes, probes, reservations, participants, stages, seatings, answers, readings: one row of that
        table.
    settled: one row of `reservations`, now deleted.
    forgotten: one row of the named table, deleted because its participant asked for it.
    part: RUN NUMBER, the chain of a merged run, up to that number; the digest is its head.
"""

import hashlib
import secrets
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Row: TypeAlias = tuple[Any, ...]
Units: TypeAlias = dict[tuple[str, str], bytes]
"""Digests of one match's records, by kind and by the end of the name, after the match's id."""

MATCH_TABLES = ("matches", "seats", "checks", "decisions", "opinions", "attempts")
"""Tables of matches. The first column of each is the match's id."""
PEOPLE = ("participants", "stages", "seatings", "answers", "readings")
"""Tables of participants. Rows are added to them, and changed in none."""
LOOSE = ("notes", "probes", "reservations", *PEOPLE)
"""Tables whose rows have no names."""

_BYTES = 16


def digest(content: object) -> bytes:
    """Hash of a value, a row or rows as SQLite returns them, with rows as tuples; 16 bytes.

    `ascii` is quick, tells all types apart, and is the same in all versions of Python.
    """
    return _hash(ascii(content).encode())


def closing(
    match: Row, seats: list[Row], checks: list[Row], decisions: list[Row], opinions: list[Row]
) -> list[Any]:
    """The content of a closed match: without its id, and without the time of superseding.

    A match without opinions has the content that it had before there were any.
    """
    parts = (seats, checks, decisions, *([opinions] if opinions else ()))
    return [match[1:-1], *([row[1:] for row in rows] for rows in parts)]


def attempt_name(row: Row) -> str:
    """The name of an attempt, MATCH/SEAT/TURN/NUMBER."""
    return "/".join(map(str, row[:4]))


def next_link(link: bytes, kind: str, about: str, content: bytes) -> bytes:
    """The head after one more link."""
    named = f"{kind}\0{about}\0".encode("utf-8", "surrogatepass")
    return _hash(link + named + content)


def first_link(run: str) -> bytes:
    """The head of a chain without links."""
    return _hash(run.encode("utf-8", "surrogatepass"))


def _hash(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:_BYTES]


def begin(db: sqlite3.Connection) -> None:
    """Start the chain of a new run."""
    run = secrets.token_hex(8)
    db.execute("INSERT INTO head VALUES (?, 0, ?)", (run, first_link(run)))


def resume(db: sqlite3.Connection) -> None:
    """See that the chain can be continued.

    Raises:
        sqlite3.DatabaseError: its head names another link than the last.
    """
    query = "SELECT number, (SELECT max(number) FROM chain c WHERE c.run = h.run) FROM head h"
    if any(number != last for number, last in db.execute(query)):
        raise sqlite3.DatabaseError("table head does not fit table chain")


class Chain:
    """The end of a run's own chain.

    Args:
        db: the run's file. After a transaction that failed, another `Chain` must be made.

    Raises:
        sqlite3.DatabaseError: the head is missing.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        row = db.execute("SELECT run, number, link FROM head").fetchone()
        if row is None:
            raise sqlite3.DatabaseError("table head is empty")
        self.run, self.number, self.link = row
        self._new: list[tuple[str, int, str, str, bytes]] = []

    def add(self, kind: str, about: str, content: bytes) -> None:
        """Append a link."""
        self.number += 1
        self.link = next_link(self.link, kind, about, content)
        self._new.append((self.run, self.number, kind, about, content))

    def write(self) -> None:
        """Write the new links and the head, before the transaction ends."""
        if self._new:
            self._db.executemany("INSERT INTO chain VALUES (?, ?, ?, ?, ?)", self._new)
            command = "UPDATE head SET number = ?, link = ? WHERE run = ?"
            self._db.execute(command, (self.number, self.link, self.run))
            self._new.clear()


@dataclass
class Expected:
    """The records that a run must hold.

    Attributes:
        matches: digests by match.
        loose: number of equal rows, by table and digest.
        manifest: digest of the manifest.
    """

    matches: dict[str, Units] = field(default_factory=dict)
    loose: Counter[tuple[str, bytes]] = field(default_factory=Counter)
    manifest: bytes = b""


def replayed(links: Iterable[tuple[str, str, bytes]]) -> Expected:
    """What a chain's links, each as (kind, about, digest), leave on record."""
    expected = Expected()
    for kind, about, content in links:
        match, slash, rest = about.partition("/")
        if kind in {"attempt", "match", "superseded"}:
            expected.matches.setdefault(match, {})[kind, slash + rest] = content
        elif kind == "bare match":
            expected.matches[match] = {(kind, ""): content}
        elif kind == "renamed":
            old, _, new = about.partition(" ")
            expected.matches[new] = expected.matches.pop(old, {})
        elif kind == "manifest":
            expected.manifest = content
        elif kind in LOOSE:
            expected.loose[kind, content] += 1
        elif kind == "settled":
            expected.loose["reservations", content] -= 1
        elif kind == "forgotten":
            expected.loose[about, content] -= 1
    return expected


def is_closed(units: Units) -> bool:
    """Whether a match with these records is over."""
    return not units.keys().isdisjoint({("match", ""), ("bare match", "")})


def own_links(db: sqlite3.Connection, schema: str = "main") -> Iterable[tuple[str, str, bytes]]:
    """The links of a run's own chain, in order, without those of its parts."""
    return db.execute(
        f"SELECT kind, about, digest FROM {schema}.chain"  # noqa: S608 - our own names
        f" WHERE run = (SELECT run FROM {schema}.head) ORDER BY number"
    )
