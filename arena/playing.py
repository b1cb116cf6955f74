"""What the commands that play share: keys, progress, and how they end."""

import sys
from collections.abc import Callable

import typer
from dotenv import find_dotenv, load_dotenv

from arena.driver import Watcher
from arena.progress import watcher

UNFINISHED = 3
"""Exit status of a run that has matches left open, or no match that is not void."""
INTERRUPTED = 130


def load_environment() -> None:
    """Take variables that are not set from the nearest file .env, in this folder or above."""
    load_dotenv(find_dotenv(usecwd=True))


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
    except KeyboardInterrupt:
        typer.echo("\nInterrupted. Run the same command again to go on.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    if why is not None:
        typer.echo(f"Stopped: {why}.", err=True)
        raise typer.Exit(UNFINISHED)
