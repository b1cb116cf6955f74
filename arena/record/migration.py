"""Files of earlier schemas, brought up to the present one.

A migrated file has the present tables: the rows of the old file, a value for each column that the
old file lacks, and a chain made anew. Its manifest names the old schema and all that it lacked.
Schemas 2 and 3 exist in several variants, so that a column that some file of the schema lacks may
be there in another. A missing column that every file of the schema has is damage.

A change of the tables adds its columns and tables to `_COLUMNS` and `_TABLES`, a change of the
manifest its part to `_manifest`.
"""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from arena.record.chain import LOOSE, Chain, begin, digest
from arena.record.damage import by_match, of_table, units, unreadable
from arena.record.errors import Damaged
from arena.record.manifest import Manifest, parsed, write_manifest
from arena.record.sql import TABLES

UNKNOWN = "unknown"
"""Stands for the model that was asked in a match of which no seat is on record."""

_MODEL = f"""coalesce((SELECT model FROM temp.models AS m JOIN old.seats AS s USING (contestant)
    WHERE s.match = here.match AND s.seat = here.seat), '{UNKNOWN}')"""  # noqa: S608 - our own names

_COLUMNS = {
    ("matches", "paraphrase"): (3, "0"),  # everything was said in one way
    ("matches", "labels"): (3, "0"),
    ("matches", "superseded"): (3, "NULL"),
    ("decisions", "shown_intensity"): (3, "NULL"),
    ("attempts", "lenient"): (3, "NULL"),
    ("attempts", "model"): (3, _MODEL),
    ("attempts", "raw"): (6, "NULL"),
    ("attempts", "sampling"): (7, "NULL"),
    ("matches", "event"): (7, "0"),  # there was one
    ("matches", "order"): (8, "0"),  # that of the rules; where labels were drawn, theirs decided
    ("decisions", "shape"): (7, "NULL"),
    ("decisions", "size"): (7, "NULL"),
    ("decisions", "told"): (8, "NULL"),
    ("decisions", "seen"): (8, "NULL"),
    ("attempts", "weights"): (9, "NULL"),
    ("attempts", "lane"): (11, "NULL"),
    ("attempts", "part"): (11, "''"),  # nobody was made of several
    **{
        ("decisions", name): (9, "NULL")
        for name in ("probabilities", "coverage", "unseen", "frame", "how", "passes")
    },
}
"""By table and column: the last schema that may lack it, and the value that stands for it."""

_TABLES = {
    "checks": 3, "drafts": 3, "probes": 3, "notes": 3, "reservations": 5, "chain": 6, "head": 6,
    "participants": 10, "stages": 10, "seatings": 10, "answers": 10, "externals": 10, "tokens": 10,
    "readings": 11, "opinions": 11,
}  # fmt: skip
"""By table, the last schema that may lack it."""

_SCHEDULE = {"kind": "round_robin", "self_play": False}
"""The only schedule that designs had up to schema 3."""

_REPORTS = {True: "before", False: "none"}
"""What the switch `feels` stood for."""


def in_memory(path: Path, source: str, schema: int) -> tuple[str, sqlite3.Connection, Manifest]:
    """A migrated copy of an old file, which stays as it is.

    Args:
        path: of the file.
        source: its address, as SQLite reads it.
        schema: its version.

    Returns:
        The address of the copy for this process; a connection to it, whose end is the copy's end;
        and its manifest.

    Raises:
        BadInput: the file is damaged.
        sqlite3.DatabaseError: the file cannot be read.
    """
    address = f"file:{secrets.token_hex(8)}?mode=memory&cache=shared"
    db = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    try:
        db.execute("ATTACH DATABASE ? AS old", (source,))
        with db, unreadable(f"{path}"):
            db.execute("BEGIN")  # one state of the old file, also while it is being written
            manifest = _fill(db, path, schema)
        db.execute("DETACH DATABASE old")
    except BaseException:
        db.close()
        raise
    return address, db, manifest


def _fill(db: sqlite3.Connection, path: Path, schema: int) -> Manifest:
    """Make the present tables, and copy into them what is attached as `old`."""
    for statement in TABLES.strip().split(";")[:-1]:
        db.execute(statement)
    with unreadable(f"{path}: table manifest"):
        rows = db.execute("SELECT key, value FROM old.manifest")
        known = {key: json.loads(value) for key, value in rows}
        db.execute("CREATE TEMP TABLE models (contestant TEXT PRIMARY KEY, model TEXT)")
        players = known["design"]["contestants"].items()
        models = [(name, player.get("model", "")) for name, player in players]
        db.executemany("INSERT INTO models VALUES (?, ?)", models)
    lacks: list[str] = []
    for (table,) in db.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'"):
        if table not in {"manifest", "chain", "head"}:
            with of_table(path, table):
                lacks += _copy(db, path, table, schema)
    db.execute("DROP TABLE models")
    with unreadable(f"{path}: table manifest"):
        manifest = _manifest(known, path, schema, lacks)
    _link(db, path, manifest)
    return manifest


def _copy(db: sqlite3.Connection, path: Path, table: str, schema: int) -> list[str]:
    """Copy a table; the names of what the old file lacks of it.

    Raises:
        Damaged: it lacks what every file of its schema has.
    """
    about = "SELECT name FROM pragma_table_info(?, ?)"
    there = {name for (name,) in db.execute(about, (table, "old"))}
    columns = [name for (name,) in db.execute(about, (table, "main"))]
    if not there:
        if _TABLES.get(table, 0) < schema:
            raise Damaged(f"{path} is damaged: table {table} is missing (schema {schema})")
        return [table]
    if more := there - set(columns):
        raise Damaged(f"{path} is damaged: table {table}: unknown columns {sorted(more)}")
    lacks = [name for name in columns if name not in there]
    values = {name: f'here."{name}"' for name in columns}
    for name in lacks:
        last, values[name] = _COLUMNS.get((table, name), (0, ""))
        if last < schema:
            place = f"table {table}: column {name}"
            raise Damaged(f"{path} is damaged: {place} is missing (schema {schema})")
    listed = ", ".join(values[name] for name in columns)
    db.execute(f"INSERT INTO main.{table} SELECT {listed} FROM old.{table} AS here")  # noqa: S608 - ours
    return [f"{table}.{name}" for name in lacks]


def _manifest(rows: dict[str, Any], path: Path, schema: int, lacks: list[str]) -> Manifest:
    """The manifest as the present schema has it.

    Raises:
        BadInput: it is damaged; the message names the key.
    """
    del rows["schema"]
    if schema <= 3:  # noqa: PLR2004 - what is true of it is said above
        # Then all was kept, and neither the tournament file nor prices.
        gaps: dict[str, Any] = {"file": None, "prices": {}, "record": "full"}
        for key, value in gaps.items():
            if key not in rows:
                rows[key] = value
                lacks = [*lacks, f"manifest.{key}"]
        rows["design"]["games"] = {
            key: {"schedule": _SCHEDULE, **_same_rules(game)}
            for key, game in rows["design"]["games"].items()
        }
    if schema <= 7:  # noqa: PLR2004 - likewise
        for content in rows["design"]["contestants"].values():
            _as_reports(content)
        for row in (rows.get("file") or {}).get("contestants", []):
            _as_reports(row)
    if schema <= 8 and rows.get("file"):  # noqa: PLR2004 - likewise
        rows["file"]["order"] = "fixed"
    rows["migrated"] = {"number": schema, "lacks": lacks}
    return parsed(rows, path)


def _as_reports(player: dict[str, Any]) -> None:
    """A contestant in the words of schema 8: every player was told to earn points.

    What is reported was the switch `feels`. Each induction said what is felt and that it matters.
    """
    if player.get("agent") in {"llm", "human"}:
        player.setdefault("goal", "points")
    conditions = player.get("emotion")
    for emotion in conditions if isinstance(conditions, list) else [conditions]:
        if isinstance(emotion, dict) and "feels" in emotion:
            feels = emotion.pop("feels")
            said = (
                [_REPORTS[each] for each in feels] if isinstance(feels, list) else _REPORTS[feels]
            )
            emotion.update(report=said, state=True, demand=True)


def _same_rules(game: Mapping[str, Any]) -> dict[str, Any]:
    """A game by the present version of its rules, where an older version is the same.

    In version 1 of the ultimatum game, the proposer of the strategy method learned the smallest
    acceptable offer. Otherwise it is version 2.
    """
    if (game["name"], game["version"]) == ("ultimatum", 1) and not game["strategy_method"]:
        return {**game, "version": 2}
    return dict(game)


def _link(db: sqlite3.Connection, path: Path, manifest: Manifest) -> None:
    """Link everything that was copied into a new chain."""
    begin(db)
    chain = Chain(db)
    write_manifest(db, chain, manifest)
    for match, parts in by_match(db, path):
        bare = manifest.record != "full" and bool(parts["matches"])
        for (kind, end), content in units(parts, bare=bare).items():
            chain.add(kind, match + end, content)
    for table in LOOSE:
        for row in db.execute(f"SELECT * FROM {table}").fetchall():  # noqa: S608 - our own names
            chain.add(table, "", digest(row))
    chain.write()
