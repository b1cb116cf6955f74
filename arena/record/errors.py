"""Why a run cannot be used, as classes: pages and commands answer each in its own way."""

import sqlite3
from pathlib import Path

from games import BadInput


class NoRun(BadInput):
    """The folder holds no run."""


class HalfWritten(BadInput):
    """The run was cut off before its design was recorded."""


class Inaccessible(BadInput):
    """The permissions of the folder or the file do not allow it."""


class OtherSchema(BadInput):
    """The file was written by another version of this program, and cannot be read by this one."""


class Damaged(BadInput):
    """The file is not what was written."""


class InUse(BadInput):
    """Another process writes the run."""


_CLASSES: dict[int, type[BadInput]] = {
    sqlite3.SQLITE_CANTOPEN: Inaccessible,
    sqlite3.SQLITE_READONLY: Inaccessible,
    sqlite3.SQLITE_PERM: Inaccessible,
    sqlite3.SQLITE_NOTADB: Damaged,
    sqlite3.SQLITE_CORRUPT: Damaged,
}
"""By SQLite's primary result code: the low byte of an extended one."""


def unusable(path: Path, error: sqlite3.Error, about: str = "cannot be read") -> BadInput:
    """What SQLite says of a run's file, as the error of its kind.

    Args:
        path: of the file.
        error: what SQLite raised.
        about: what cannot be done with the file.
    """
    code = getattr(error, "sqlite_errorcode", None)  # only errors from the library itself have one
    kind = BadInput if code is None else _CLASSES.get(code & 0xFF, BadInput)
    said = " ".join(str(error).split())  # SQLite may quote the definition of a table
    return kind(f"{path} {about}: {said}")
