"""Damage of a run's file: differences between its content and the recorded content.

Every record is linked into the run's chain (see `arena.record.chain`). This module runs SQLite's
own check, and compares the chain with the tables. `arena.engine.verify` checks the meaning of the
content.
"""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing as closed
from contextlib import contextmanager
from heapq import merge
from itertools import groupby
from pathlib import Path
from typing import Any

from arena.record.chain import (
    LOOSE,
    MATCH_TABLES,
    Expected,
    Row,
    Units,
    attempt_name,
    closing,
    digest,
    first_link,
    next_link,
    own_links,
    replayed,
)
from arena.record.sql import SCHEMA, TABLES
from arena.record.wal import lost_changes
from games import BadInput

CHAINED = 7
"""The first schema with a chain."""

_KEYS = {
    "matches": "id",
    "decisions": "match, number",
    "opinions": "match, number, place",
    "attempts": "match, seat, turn, number",
}
_LATER = {"opinions"}
"""Tables of matches that files of some schemas with a chain lack."""
_DEFINED = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
_TEXTS = "SELECT hash, CAST(text AS BLOB), typeof(text) FROM {}"
_PARTS = "SELECT about, digest FROM chain WHERE kind = 'part'"
_LINKS = "SELECT run, number, kind, about, digest FROM chain ORDER BY run, number"


def damage(path: Path, address: str, schema: int = SCHEMA) -> Iterator[str]:
    """Differences from the recorded content, one line each.

    Args:
        path: the run's file.
        address: the file's address, as SQLite reads it.
        schema: version of its schema. Files before version 7 have no chain; only texts and SQLite's
            own check can show damage.

    Raises:
        BadInput: SQLite cannot read a table.
    """
    if (lost := lost_changes(path)) is not None:
        yield f"all tables: {lost}"
    with closed(sqlite3.connect(address, uri=True)) as db:
        db.text_factory = _lenient
        db.execute("BEGIN")  # one state, also while the run is being played
        with of_table(path, "sqlite_master"):
            if schema == SCHEMA:
                yield from _definitions(db)
            tables = dict(db.execute(_DEFINED))
        if schema >= CHAINED:
            yield from _against_chain(db, path, [t for t in LOOSE if t in tables])
        for table in ("texts", "drafts"):
            if table in tables or schema == SCHEMA:
                with of_table(path, table):
                    yield from _texts(db, table)
        yield from _checked_by_sqlite(db, path)


@contextmanager
def unreadable(place: str) -> Iterator[None]:
    """Name the place of content that cannot be parsed.

    Raises:
        BadInput: the content cannot be parsed.
    """
    try:
        yield
    except BadInput:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        about = f"{type(error).__name__}: {error}"
        raise BadInput(f"{place} is damaged ({about}); arena verify names all damage") from None


def _lenient(content: bytes) -> str:
    """Recorded text, with replacements for bytes that are no longer text."""
    return content.decode("utf-8", "surrogateescape")


@contextmanager
def of_table(path: Path, table: str) -> Iterator[None]:
    """Add the name of the table to an error of SQLite."""
    try:
        yield
    except (sqlite3.DatabaseError, MemoryError) as error:
        raise BadInput(f"{path} is damaged: table {table}: {str(error) or 'too large'}") from None


def _definitions(db: sqlite3.Connection) -> Iterator[str]:
    """Compare the tables' definitions with this program's."""
    definitions = dict(db.execute(_DEFINED))
    with closed(sqlite3.connect(":memory:")) as fresh:
        fresh.executescript(TABLES)
        for name, sql in fresh.execute(_DEFINED):
            if name not in definitions:
                yield f"table {name}: it is missing"
            elif definitions[name] != sql:
                yield f"table {name}: its definition is not that of this program"


def _links(db: sqlite3.Connection) -> Iterator[str]:
    """Compare each chain with its head: the run's own chain, and those of the merged parts.

    A part's head is the digest of a link in the chain of the whole.
    """
    heads: dict[tuple[str, int], bytes] = {}
    for about, link in db.execute(_PARTS):
        run, _, end = str(about).partition(" ")
        heads[run, int(end) if end.isdecimal() else 0] = link
    own = db.execute("SELECT run, number, link FROM head").fetchall()
    if len(own) != 1:
        yield f"table head: it has {len(own)} rows instead of one"
    heads |= {(run, at): link for run, at, link in own}
    fitting, last = set(), 0
    for run, links in groupby(db.execute(_LINKS), key=lambda row: str(row[0])):
        link = first_link(run)
        for place, (_, number, kind, about, content) in enumerate(links, start=1):
            if number != place:
                yield f"table chain: link {place} of {run} is missing"
                break
            link, last = next_link(link, str(kind), str(about), _bytes(content)), place
            if heads.get((run, place)) == link:
                fitting.add((run, place))
        if (run, last) not in heads:
            yield f"table chain: {run} goes on after its head"
    for run, number in sorted(heads.keys() - fitting, key=str):
        yield f"table chain: the links of {run} up to {number} do not fit their head"


def _bytes(content: object) -> bytes:
    return content if isinstance(content, bytes) else str(content).encode("utf-8", "replace")


def _against_chain(db: sqlite3.Connection, path: Path, loose: Iterable[str]) -> Iterator[str]:
    """Compare the tables with the chain.

    Args:
        db: the run's file.
        path: path of the file.
        loose: the tables of `LOOSE` that the file has.
    """
    with of_table(path, "chain"):
        expected = replayed(own_links(db))
        yield from _links(db)
    yield from _matches(db, path, expected)
    for table in loose:
        with of_table(path, table):
            yield from _rows(db, table, expected)
    with of_table(path, "manifest"):
        actual = digest(db.execute("SELECT key, value FROM manifest ORDER BY key").fetchall())
        if actual != expected.manifest:
            yield "table manifest: it is not what was recorded"


def by_match(db: sqlite3.Connection, path: Path) -> Iterator[tuple[str, dict[str, list[Row]]]]:
    """Every match on record, with its rows in each of MATCH_TABLES.

    Raises:
        BadInput: SQLite cannot read a table.
    """
    with of_table(path, "sqlite_master"):
        lacking = _LATER - dict(db.execute(_DEFINED)).keys()
    tables = (_keyed(db, path, table) for table in MATCH_TABLES if table not in lacking)
    for match, group in groupby(merge(*tables, key=_first), key=_first):
        parts: dict[str, list[Row]] = {table: [] for table in MATCH_TABLES}
        for _, table, row in group:
            parts[table].append(row)
        yield match, parts


def _matches(db: sqlite3.Connection, path: Path, expected: Expected) -> Iterator[str]:
    """Compare matches and attempts with their digests."""
    missing = dict(expected.matches)
    for match, parts in by_match(db, path):
        wanted = missing.pop(match, {})
        yield from _compared(match, wanted, units(parts, bare=("bare match", "") in wanted))
    for match, wanted in missing.items():
        yield from _compared(match, wanted, {})


def _first(item: tuple[str, str, Row]) -> str:
    return item[0]


def _keyed(db: sqlite3.Connection, path: Path, table: str) -> Iterator[tuple[str, str, Row]]:
    """The rows of a table of matches, in the order of their matches."""
    order = _KEYS.get(table, "match, seat")
    with of_table(path, table):
        for row in db.execute(f"SELECT * FROM {table} ORDER BY {order}"):  # noqa: S608 - our own
            yield str(row[0]), table, row


def units(parts: dict[str, list[Row]], *, bare: bool) -> Units:
    """Digests of the records of one match, by kind and end of the name."""
    digests: Units = {}
    tables = [parts[table] for table in MATCH_TABLES[1:-1]]
    if parts["matches"] or any(tables):
        row = parts["matches"][0] if len(parts["matches"]) == 1 else ()
        content = closing(row, *tables)
        if bare:
            digests["bare match", ""] = digest([content, parts["attempts"]])
        else:
            digests["match", ""] = digest(content)
        if row and row[-1] is not None:
            digests["superseded", ""] = digest(row[-1])
    for row in () if bare else parts["attempts"]:
        _, slash, end = attempt_name(row).partition("/")
        digests["attempt", slash + end] = digest(row[1:])
    return digests


def _compared(match: str, wanted: Units, actual: Units) -> Iterator[str]:
    for kind, end in sorted(wanted.keys() | actual.keys()):
        if (there := actual.get((kind, end))) == (right := wanted.get((kind, end))):
            continue
        what = {"attempt": f"attempt (seat/turn/number) {end[1:]}", "superseded": "superseding"}
        state = "missing" if there is None else "not what was recorded"
        state = "there, and nobody recorded it" if right is None else state
        yield f"match {match}: {what.get(kind, 'the match')} is {state}"


def _rows(db: sqlite3.Connection, table: str, expected: Expected) -> Iterator[str]:
    """Compare rows without names with their digests."""
    query = f"SELECT * FROM {table}"  # noqa: S608 - our own names
    actual: Counter[Any] = Counter((table, digest(row)) for row in db.execute(query))
    wanted = Counter({key: rows for key, rows in expected.loose.items() if key[0] == table})
    lost, new = (wanted - actual).total(), (actual - wanted).total()
    if lost or new:
        yield f"table {table}: {lost} recorded rows are missing, {new} rows were not recorded"


def _texts(db: sqlite3.Connection, table: str) -> Iterator[str]:
    for key, content, kind in db.execute(_TEXTS.format(table)):
        actual = hashlib.sha256(_bytes(content)).hexdigest()[: len(key)]
        if actual != key or kind != "text":
            yield f"table {table}: text {key}: its hash is {actual}, its type {kind}"


def _checked_by_sqlite(db: sqlite3.Connection, path: Path) -> Iterator[str]:
    """Results of SQLite's own check, table by table, and then of the file."""
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    sound = True
    for table in names:
        with of_table(path, table):
            for (line,) in db.execute(f"PRAGMA integrity_check('{table}')"):
                if line != "ok":
                    sound = False
                    yield f"table {table}: {' '.join(line.split())}"
    if sound:
        with of_table(path, "sqlite_master"):
            for (line,) in db.execute("PRAGMA integrity_check"):
                if line != "ok":
                    yield f"all tables: {' '.join(line.split())}"
