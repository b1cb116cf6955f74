"""Releasing the reservations of calls that were in flight when a run was killed."""

from pathlib import Path

from arena.record.run import Run
from arena.record.store import Store
from games import BadInput


def release(folder: Path, reason: str) -> tuple[int, float]:
    """Delete all reservations of a run, and keep a note of their sum and of the reason.

    Args:
        folder: the run; it must not be in use.
        reason: why the calls cost nothing, for the note.

    Returns:
        Number of calls, and the sum of their reservations in US dollars.

    Raises:
        BadInput: there is no such run, it is being played, or the reason is empty.
    """
    if not (about := " ".join(reason.split())):
        raise BadInput("the reason is empty; say in --reason how you know what the calls cost")
    run = Run(folder)
    run.close()
    with Store(folder, run.manifest) as store:
        return store.release(about)
