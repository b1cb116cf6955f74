"""Classes of errors that make a run unusable. Pages and commands handle each in their own way."""

import sqlite3
from pathlib import Path

from games import BadInput


class NoRun(BadInput):
    """The folder holds no run."""


class HalfWritten(BadInput):
    """The run was cut off before its design was recorded."""


class Inaccessible(BadInput):
    """The permissions of the folder or the file deny access."""


class OtherSchema(BadInput):
    """The file has the schema of another version of this program, and cannot be read."""


class Damaged(BadInput):
    """The content of the file differs from the recorded content."""


class InUse(BadInput):
    """Another process has the run open for writing."""


_CLASSES: dict[int, type[BadInput]] = {
    sqlite3.SQLITE_CANTOPEN: Inaccessible,
    sqlite3.SQLITE_READONLY: Inaccessible,
    sqlite3.SQLITE_PERM: Inaccessible,
    sqlite3.SQLITE_NOTADB: Damaged,
    sqlite3.SQLITE_CORRUPT: Damaged,
}
"""By SQLite's primary result code: the low byte of an extended one."""


def unusable(path: Path, error: sqlite3.Error, about: str = "cannot be read") -> BadInput:
    """An error of SQLite about a run's file, as an error of its class.

    Args:
        path: path of the file.
        error: SQLite's error.
        about: the operation that failed.
    """
    code = getattr(error, "sqlite_errorcode", None)  # only errors from the library itself have one
    kind = BadInput if code is None else _CLASSES.get(code & 0xFF, BadInput)
    said = " ".join(str(error).split())  # SQLite may quote the definition of a table
    return kind(f"{path} {about}: {said}")
