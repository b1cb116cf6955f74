"""One transaction on a run's file, with its links for the chain."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from arena.record.chain import Chain
from games import BadInput

DELAY = 0.005
"""Longest time in seconds from a commit to its flush to disk."""

_FLUSH: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)

_SAFE = "what is on record is safe, run the same command again to go on"
_DAMAGED = "the file is damaged: go on from a copy of it, or choose another folder with --out"


class Files:
    """A run's file, and SQLite's write-ahead log beside it.

    Every commit is in the log when it returns, so that no commit is lost if the process is killed.
    A thread flushes the log to disk for all commits of `DELAY` seconds together, since a flush for
    each would block for milliseconds.

    Args:
        path: path of a file that is open in WAL mode, and has been written to.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._name = str(path)
        self._opened = self._identity()
        self._changes = os.open(f"{path}-wal", os.O_RDONLY | os.O_NOFOLLOW)
        self._wanted, self._over = threading.Event(), False
        self._error: OSError | None = None
        self._thread: threading.Thread | None = None

    def close(self) -> None:
        """Flush pending commits."""
        self._over = True
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()
            with suppress(OSError):
                _FLUSH(self._changes)
        os.close(self._changes)

    def check(self) -> None:
        """See that what is committed will be found.

        Raises:
            BadInput: the files were removed or replaced.
            OSError: the disk did not keep earlier changes.
        """
        if self._identity() != self._opened:
            raise BadInput(
                f"{self.path} was removed or replaced while the run was played: "
                "the run ends here, because nobody would find its further records"
            )
        if self._error is not None:
            raise self._error

    def keep(self) -> None:
        """Flush committed data to disk."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._flush, name="flush", daemon=True)
            self._thread.start()
        self._wanted.set()

    def _identity(self) -> tuple[int, int] | None:
        try:
            status = os.stat(self._name)  # noqa: PTH116 - a path would take three times as long
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _flush(self) -> None:
        while not self._over:
            self._wanted.wait()
            time.sleep(DELAY)
            self._wanted.clear()  # `close` may have set it: it sets `_over` first
            try:
                _FLUSH(self._changes)
            except OSError as error:
                self._error = error


@contextmanager
def transaction(
    db: sqlite3.Connection, files: Files, chain: Chain | None, *, durable: bool
) -> Iterator[Chain]:
    """Commit the writes of the block; any exception rolls them back.

    Args:
        db: the file, outside a transaction.
        files: where it is.
        chain: its end, if it is known.
        durable: whether the disk is to keep it within `DELAY`. If not, a loss of power may undo it.

    Yields:
        The chain, for links of the writes.

    Raises:
        BadInput: the file cannot be written, or is not at its path any more. What was committed
            before stays.
    """
    path = files.path
    try:
        with db:
            db.execute("BEGIN IMMEDIATE")
            chain = chain or Chain(db)
            yield chain
            chain.write()
            files.check()
        if durable:
            files.keep()
    except UnicodeEncodeError as error:
        about = f"{error.object[:40]!r} holds half a character (a lone surrogate)"
        raise BadInput(f"{path} cannot be written: {about}; {_SAFE}") from None
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise  # a mistake of this program
    except sqlite3.DatabaseError as error:
        then = _SAFE if isinstance(error, sqlite3.OperationalError) else _DAMAGED
        raise BadInput(f"{path} cannot be written: {error}; {then}") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}; {_SAFE}") from None
