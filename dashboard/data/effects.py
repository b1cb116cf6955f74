"""The table of effects of a run, and the components of variance; computed once per revision."""

from pathlib import Path

import pandas as pd

from arena.analysis import effects
from arena.analysis.broken_texts import BrokenTexts, broken_texts
from arena.analysis.treatments import has_arms
from arena.analysis.variance import variance
from arena.record.perplexities import FILE
from arena.record.place import stamp
from arena.record.run import Run
from dashboard.data import runs as data


@data.kept
def table(run: Run) -> pd.DataFrame:
    """Table of `arena effects`: columns of `arena.analysis.effects`.

    Without rows if no two contestants are comparable arms.
    """
    if not has_arms(run.manifest.design["contestants"]):
        return pd.DataFrame(columns=[*effects.COLUMNS])
    return effects.effects(run).table


@data.kept
def ranks(run: Run) -> pd.DataFrame:
    """Ranks of vectors among random directions: columns of `arena.analysis.steering_effects`.

    Without rows if no vector was added to a model's states.
    """
    return effects.ranks(run).table


def texts(folder: Path) -> BrokenTexts:
    """Shares of broken texts; without rows if no vector was added, or nothing was written."""
    return _texts(folder, stamp(folder / FILE))


@data.kept
def _texts(run: Run, _measured: tuple[int, ...]) -> BrokenTexts:
    """The same, once per revision of the run and of the perplexities beside it."""
    return broken_texts(run)


@data.kept
def spread(run: Run) -> pd.DataFrame:
    """Components of the variance of choices: columns of `arena.analysis.variance`."""
    return variance(run, families=["choices"]).table
