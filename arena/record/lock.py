"""One writer per run: a writer holds the lock in the run's folder."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from arena.core.files import make_folder, opened, refuse_link
from arena.record.errors import InUse
from games import BadInput

_FILE = "lock"
_WAIT = 0.1
"""Seconds to wait for the lock: `being_played` holds it for a moment, another writer keeps it."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """A folder without another writer.

    Raises:
        BadInput: there is another writer, or the folder cannot be written.
    """
    path = folder / _FILE
    lock = FileLock(
        path, _WAIT, mode=0o600, thread_local=False, poll_interval=_WAIT, fallback_to_soft=False
    )
    try:
        make_folder(folder, exist_ok=True)
        refuse_link(path)
        lock.acquire()
    except Timeout:
        raise InUse(f"{folder} is in use: another process is playing this run") from None
    except OSError as error:
        raise BadInput(f"{folder} cannot be written: {error.strerror}") from None
    try:
        yield
    finally:
        lock.release()


def being_played(folder: Path) -> bool:
    """Whether a process writes the run in this folder now.

    Several may look at the same time, also in a folder that cannot be written: `filelock` has no
    shared locks, and opens its file for writing.

    Raises:
        BadInput: the lock is a link.
    """
    try:
        with opened(folder / _FILE) as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
