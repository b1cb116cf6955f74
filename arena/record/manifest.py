"""What a run's file says of how the run was made: its table `manifest`, read and written."""

import json
import sqlite3
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from agents.core.spec import parse
from arena.core.types import canonical
from arena.design.limits import Prices
from arena.record.chain import Chain, digest
from arena.record.damage import unreadable
from arena.record.sql import SCHEMA
from games import BadInput

_ROWS = "SELECT key, value FROM manifest ORDER BY key"


class Manifest(BaseModel):
    """All that a reader of the run needs to know about how it was made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """Of the design."""
    file: dict[str, Any]
    """The tournament file's content, as it was when the run was last played."""
    design: dict[str, Any]
    """All that decides what is played, see `Tournament.content`."""
    design_hash: str
    planned: int
    """Number of matches of the design."""
    record: Literal["full", "decisions", "outcomes"]
    """What is kept of a match, see `TournamentFile.record`."""
    prices: Prices
    texts: dict[str, str] | str
    """By text file, the hash of what the design can reach of it; or, of older runs, of all."""
    versions: dict[str, str]
    """Of Python, and of each package that what happens depends on."""
    revision: str | None
    """The program's git revision; None if it did not run from a checkout."""
    simulated: dict[str, list[str]] | None = None
    """By game, the contestants whose matches arrays play; None where all is kept."""

    def content(self) -> dict[str, Any]:
        """The rows of the table, by key."""
        found = {key: getattr(self, key) for key in type(self).model_fields}
        if self.simulated is None:
            del found["simulated"]
        return {"schema": SCHEMA, **found}


def write_manifest(db: sqlite3.Connection, chain: Chain, manifest: Manifest) -> None:
    """Replace the manifest of an open run, in a transaction."""
    for key, value in manifest.content().items():
        db.execute("REPLACE INTO manifest VALUES (?, ?)", (key, canonical(value)))
    chain.add("manifest", "", digest(db.execute(_ROWS).fetchall()))


def read_manifest(db: sqlite3.Connection, path: Path) -> Manifest:
    """The manifest of an open run, whose file is at this path.

    Raises:
        BadInput: it is damaged, and the message names the key; or its schema is another.
    """
    where = f"{path}: table manifest"
    with unreadable(where):
        rows = {key: json.loads(value) for key, value in db.execute(_ROWS)}
    if (schema := rows.pop("schema", None)) != SCHEMA:
        raise BadInput(
            f"{path.parent} was written by another version of this program "
            f"(table manifest: schema {schema}, not {SCHEMA})"
        )
    return parse(Manifest, rows, where)
