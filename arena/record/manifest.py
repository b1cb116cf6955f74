"""Manifest of a run: metadata in the table `manifest` of its file, read and written."""

import json
import sqlite3
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from agents.core.parse import parse
from arena.core.types import canonical
from arena.design.limits import Prices
from arena.record.chain import Chain, digest
from arena.record.damage import unreadable
from arena.record.errors import Damaged, HalfWritten, OtherSchema
from arena.record.sql import SCHEMA

_ROWS = "SELECT key, value FROM manifest ORDER BY key"
_SCHEMA = "SELECT value FROM manifest WHERE key = 'schema'"
_EXISTS = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'manifest')"


class Migrated(BaseModel):
    """Origin of a run that was written in an earlier schema."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    """Number of the earlier schema."""
    lacks: tuple[str, ...]
    """Data missing from the earlier file: tables, columns, and keys of the manifest."""


class Manifest(BaseModel):
    """Metadata of a run: design, versions and settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """Name of the design."""
    file: dict[str, Any] | None
    """Content of the tournament file at the last play of the run; None if it was not stored."""
    design: dict[str, Any]
    """Content of the design, which determines all matches; see `Tournament.content`."""
    design_hash: str
    planned: int
    """Number of matches of the design."""
    record: Literal["full", "decisions", "outcomes"]
    """Level of detail of the record of a match, see `TournamentFile.record`."""
    prices: Prices
    texts: dict[str, str] | str
    """Hash of the reachable texts by text file; in older runs, one hash of all texts."""
    versions: dict[str, str]
    """Versions of Python, and of each package that affects results."""
    revision: str | None
    """Git revision of the program; None outside a checkout."""
    simulated: dict[str, list[str]] | None = None
    """By game, contestants whose matches are simulated in arrays; None if all matches are recorded.
    """
    forks: str | None = None
    """Of a run of forks, name of the design whose matches were forked; None of all other runs."""
    migrated: Migrated | None = None
    """None if the run was written in the present schema."""

    def content(self) -> dict[str, Any]:
        """The rows of the table, by key."""
        rows = {key: getattr(self, key) for key in type(self).model_fields}
        for key in ("simulated", "forks", "migrated"):
            if rows[key] is None:
                del rows[key]
        if self.migrated is not None:
            rows["migrated"] = self.migrated.model_dump()
        return {"schema": SCHEMA, **rows}


def write_manifest(db: sqlite3.Connection, chain: Chain, manifest: Manifest) -> None:
    """Replace the manifest of an open run, in a transaction."""
    for key, value in manifest.content().items():
        db.execute("REPLACE INTO manifest VALUES (?, ?)", (key, canonical(value)))
    chain.add("manifest", "", digest(db.execute(_ROWS).fetchall()))


def read_manifest(db: sqlite3.Connection, path: Path) -> Manifest:
    """The manifest of an open run of the present schema, whose file is at this path.

    Raises:
        BadInput: the manifest is damaged; the message names the key.
    """
    with unreadable(f"{path}: table manifest"):
        rows = {key: json.loads(value) for key, value in db.execute(_ROWS)}
    rows.pop("schema", None)
    return parsed(rows, path)


def parsed(rows: dict[str, Any], path: Path) -> Manifest:
    """The manifest from its rows, by key, without the schema.

    Raises:
        BadInput: the manifest is damaged; the message names the key.
    """
    return parse(Manifest, rows, f"{path}: table manifest")


def read_schema(db: sqlite3.Connection, path: Path) -> int:
    """The schema of an open run, whose file is at this path.

    Raises:
        BadInput: the file has no schema, or one that is unknown to this program.
    """
    with unreadable(f"{path}: table manifest"):
        if not db.execute(_EXISTS).fetchone()[0]:
            raise HalfWritten(
                f"{path} cannot be read: no such table: manifest (none of its tables)"
            )
        row = db.execute(_SCHEMA).fetchone()
        stated = "missing" if row is None else row[0]
    if not str(stated).isdecimal() or not int(stated):
        raise Damaged(f"{path} is damaged: table manifest: schema {stated}; arena verify names all")
    if (schema := int(stated)) > SCHEMA:
        raise OtherSchema(
            f"{path.parent} was written by a newer version of this program: "
            f"its schema is {schema}, and this version reads 1 to {SCHEMA} (table manifest)"
        )
    return schema
