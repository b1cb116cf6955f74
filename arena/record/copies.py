"""Copies of old files in the present schema, in the memory of this process.

A migration takes as long as reading the whole file, and a page of the dashboard asks many
questions of one run. So the last copies are kept until their file changes.
"""

import sqlite3
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from arena.record.manifest import Manifest
from arena.record.migration import in_memory
from arena.record.place import stamp

_KEPT = 2
"""Copies that are kept; each is as large as its file."""

_Key = tuple[str, tuple[int, ...]]
_Copy = tuple[str, sqlite3.Connection, Manifest]

_copies: OrderedDict[_Key, _Copy] = OrderedDict()
_lock = Lock()


def migrated_copy(path: Path, source: str, schema: int) -> tuple[str, sqlite3.Connection, Manifest]:
    """A copy of an old file in the present schema; the file stays as it is.

    Args:
        path: of the file.
        source: its address, as SQLite reads it.
        schema: its version.

    Returns:
        The address of the copy for this process; a new connection to it, which keeps it alive;
        and its manifest.

    Raises:
        BadInput: the file is damaged.
        sqlite3.DatabaseError: the file cannot be read.
    """
    with _lock:
        key = (source, stamp(path))
        if key not in _copies:
            _copies[key] = in_memory(path, source, schema)
        _copies.move_to_end(key)
        address, _, manifest = _copies[key]
        db = sqlite3.connect(address, uri=True, isolation_level=None)
        while len(_copies) > _KEPT:
            _copies.popitem(last=False)[1][1].close()
    return address, db, manifest
