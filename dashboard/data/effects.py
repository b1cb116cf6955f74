"""The table of effects of a run, and the components of variance; computed once per revision."""

import pandas as pd

from arena.analysis import effects
from arena.analysis.treatments import has_arms
from arena.analysis.variance import variance
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


@data.kept
def spread(run: Run) -> pd.DataFrame:
    """Components of the variance of choices: columns of `arena.analysis.variance`."""
    return variance(run, families=["choices"]).table
