"""One writer to a run: whoever writes to a folder holds the lock that is in it."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from arena.core.files import make_folder, opened
from arena.record.errors import InUse
from games import BadInput

_PAUSE = 0.1
"""Seconds until a lock that somebody holds is tried again."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """A folder in which nobody else writes."""
    try:
        make_folder(folder, exist_ok=True)
        lock = opened(folder / "lock", "w")
    except OSError as error:
        raise BadInput(f"{folder} cannot be written: {error.strerror}") from None
    with lock:
        try:
            _lock(lock)
        except BlockingIOError:
            raise InUse(f"{folder} is in use: another process is playing this run") from None
        yield


def _lock(file: IO[str]) -> None:
    """Lock a file for this process alone.

    Who looks whether a run is being played holds its lock for a moment; another writer keeps it.

    Raises:
        BlockingIOError: somebody holds it, and still does after a pause.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        time.sleep(_PAUSE)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
