"""What the commands that play share: keys, progress, and how they end."""

import sys
from collections.abc import Callable

import typer
from dotenv import find_dotenv, load_dotenv

from arena.driver import Watcher
from arena.interruption import Interrupted
from arena.progress import Outlet, watcher
from games import BadInput

UNFINISHED = 3
"""Exit status of a run that has matches left open, or no match that is not void."""


def carry_out(
    play: Callable[[Watcher], str | None], *, json: bool = False, quiet: bool = False
) -> None:
    """Play, show how it goes, and end the command with a status of its own if the run is of no use.

    Args:
        play: plays, tells a watcher, and says why the run is of no use as it stands, if so.
        json: whether progress goes to standard output as events.
        quiet: whether there is no progress.
    """
    load_environment()
    events = sys.stdout if json else None
    try:
        with watcher(sys.stderr, events=events, quiet=quiet) as watch:
            why = play(watch)
    except Interrupted as end:
        tell("\nInterrupted. Run the same command again to go on.")
        raise typer.Exit(end.status) from None
    if why is not None:
        tell(f"Stopped: {why}.")
        raise typer.Exit(UNFINISHED)


def tell(line: str) -> None:
    """Say something to whoever still reads: the run is over, and its record is what counts."""
    Outlet(sys.stderr).write(f"{line}\n")


def load_environment() -> None:
    """Take variables that are not set from the nearest file .env, in this folder or above.

    Editors of some systems begin it with a byte order mark.

    Raises:
        BadInput: the file cannot be read.
    """
    path = ".env"
    try:
        path = find_dotenv(usecwd=True) or path
        load_dotenv(path, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise BadInput(f"{path} cannot be read: {reason}") from None
