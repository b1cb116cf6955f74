"""Effects of forks of a run; computed once per revision of its run of forks."""

from pathlib import Path

import pandas as pd

from arena.forking.displays import display_effects
from arena.forking.effects import fork_effects
from arena.forking.fork import Fork, forked
from arena.forking.playing import FOLDER
from arena.record.place import FILE
from arena.record.run import Run
from dashboard.data import runs as data


def folder_of(folder: Path) -> Path | None:
    """The folder of the run of forks of a run; None if nothing was forked."""
    forks = folder / FOLDER
    return forks if (forks / FILE).exists() else None


@data.kept
def table(run: Run) -> pd.DataFrame:
    """Effects of forks: columns of `arena.forking.effects`."""
    return fork_effects(run).table


@data.kept
def remarks(run: Run) -> tuple[str, ...]:
    """Remarks on the effects of forks."""
    return fork_effects(run).remarks


@data.kept
def displays(run: Run) -> pd.DataFrame:
    """Effects of shown emotions: columns of `arena.forking.displays`."""
    return display_effects(run)


@data.kept
def check(run: Run, match: str, at: int, change: str, times: int) -> None:
    """See that a match can be forked so.

    Raises:
        BadInput: it cannot, by name and reason.
    """
    forked(run, Fork(match, at, (change,), times))
