"""One transaction on a run's file, with its links for the chain."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from arena.chain import Chain
from games import BadInput

_SAFE = "what is on record is safe, run the same command again to go on"
_DAMAGED = "the file is damaged: go on from a copy of it, or choose another folder with --out"


@contextmanager
def transaction(
    db: sqlite3.Connection, path: Path, opened: list[tuple[int, int]], *, durable: bool
) -> Iterator[Chain]:
    """Commit what is written within; any exception rolls it back.

    Args:
        db: the file, outside a transaction.
        path: where the file was when it was opened.
        opened: its `identities` then.
        durable: whether the disk holds the transaction when it ends. If not, a loss of power may
            undo it; a kill of the process does not.

    Yields:
        The chain, for the links of what is written.

    Raises:
        BadInput: the file cannot be written, or is not at its path any more. What was committed
            before stays.
    """
    try:
        db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        with db:
            db.execute("BEGIN IMMEDIATE")
            chain = Chain(db)
            yield chain
            chain.write()
            if identities(path) != opened:
                raise BadInput(
                    f"{path} was removed or replaced while the run was played: "
                    "the run ends here, because nobody would find its further records"
                )
    except UnicodeEncodeError as error:
        about = f"{error.object[:40]!r} holds half a character (a lone surrogate)"
        raise BadInput(f"{path} cannot be written: {about}; {_SAFE}") from None
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise  # a mistake of this program
    except sqlite3.DatabaseError as error:
        then = _SAFE if isinstance(error, sqlite3.OperationalError) else _DAMAGED
        raise BadInput(f"{path} cannot be written: {error}; {then}") from None


def identities(path: Path) -> list[tuple[int, int]]:
    """Device and inode of a run's file, and of the file beside it with the latest changes."""
    found = []
    for name in (path.name, f"{path.name}-wal"):
        with suppress(FileNotFoundError, NotADirectoryError):
            about = path.with_name(name).stat()
            found.append((about.st_dev, about.st_ino))
    return found
