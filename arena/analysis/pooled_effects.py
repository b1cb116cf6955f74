"""Pooled effects over several runs of one design: replications, or runs of several labs."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import pandas as pd

from arena.analysis.effects import ABOUT, NOBODY, EffectsRequest, asked, estimated, families
from arena.analysis.remarks import remarks
from arena.record.compatibility import same_design
from arena.record.run import Run, distinct
from ratings.core.emotion import effects as estimates
from ratings.core.emotion.due_decisions import KEYS
from ratings.core.emotion.effects import ENOUGH, TOO_FEW
from ratings.core.statistics.random_effects import Pooled, pooled

COLUMNS = {
    "game": "id of the game",
    "outcome": "what was decided",
    "contestant": "who decided, but for the treatment",
    **ABOUT,
    "contrast": "what the difference is called",
    "arm": "whose decisions",
    "reference": "compared with whose",
    "runs": "runs that have the effect with an error",
    "units": "units in which both arms have a decision, of all runs",
    "clusters": "clusters that have such a unit, of all runs",
    "effect": "mean over runs like these, arm less reference",
    "low": "lower end of its 95 % interval; missing with fewer than two runs",
    "high": "upper end",
    "p": "two-sided p value of no effect",
    "holm": "the same, adjusted by Holm for all rows of the family",
    "tau": "standard deviation of the effect between runs",
    "i2": "part of the variance of the runs' estimates that is between runs, from 0 to 1",
    "q": "Cochran's Q",
    "q_p": "p value of Q: no variance between runs",
    "bounds_low": "lower end of the interval if all that was lost had gone against the effect",
    "bounds_high": "upper end if all had gone its way",
    "arrow": "+ or - if that interval lies on one side of 0 and holm is below .05",
    "note": "why there is no arrow whatever the figures are",
}
"""Columns of the table with their descriptions."""

ONE_RUN = "in one run"
"""Note of an effect that occurs in one run only."""

_ROW = ["family", *KEYS, "contrast", "arm", "reference"]
"""Columns that identify an effect."""


@dataclass(frozen=True, eq=False)
class PooledEffects:
    """The effects of several runs.

    Attributes:
        name: name of the design.
        runs: folders of the runs, in the given order.
        table: columns COLUMNS.
        each: effects of each run, with their errors.
        remarks: remarks on the runs.
    """

    name: str
    runs: tuple[str, ...]
    table: pd.DataFrame
    each: tuple[pd.DataFrame, ...]
    remarks: tuple[str, ...]


def pooled_effects(runs: Sequence[Run], request: EffectsRequest | None = None) -> PooledEffects:
    """The effects of all treatments of a design, over several runs of it.

    Args:
        runs: the runs.
        request: requested rows; all by default.

    Raises:
        BadInput: runs are of different designs, a folder is named twice, or `effects` fails for a
            run.
    """
    distinct(runs)
    first, *others = runs
    for other in others:
        same_design(first.folder, first.manifest, other.folder, other.manifest)
    each = tuple(_measured(run, request or EffectsRequest()) for run in runs)
    whole = pd.concat(each, ignore_index=True)
    rows = [_pooled(rows) for _, rows in whole.groupby(_ROW, sort=False)]
    table = families(pd.DataFrame(rows, columns=[*COLUMNS]), None)
    folders = tuple(str(run.folder) for run in runs)
    return PooledEffects(first.manifest.name, folders, table, each, remarks(runs))


def _measured(run: Run, request: EffectsRequest) -> pd.DataFrame:
    """Effects of a run with their errors, without the exclusions of the design's analysis."""
    asked_for, _ = asked(run, request)
    return estimated(run, asked_for, estimates.effects)


def _pooled(rows: pd.DataFrame) -> dict[str, Any]:
    """One row of the table, from the rows of the runs."""
    same = [*_ROW, *(name for name in ABOUT if name != "family")]
    effect = pooled(rows["effect"], rows["effect_error"])
    lower, upper = (
        pooled(rows[f"bound_{end}"], rows[f"bound_{end}_error"]) for end in ("low", "high")
    )
    figures = {
        name: getattr(effect, name) for name in ("low", "high", "p", "tau", "i2", "q", "q_p")
    }
    return {
        **{name: rows[name].iloc[0] for name in same},
        "runs": effect.studies,
        "units": rows["units"].sum(),
        "clusters": rows["clusters"].sum(),
        "effect": effect.value,
        **figures,
        "bounds_low": lower.low,
        "bounds_high": upper.high,
        "note": _note(rows, effect),
    }


def _note(rows: pd.DataFrame, effect: Pooled) -> str:
    """Reason that there is no arrow; empty if there can be one."""
    if rows["note"].eq(NOBODY).any():
        return NOBODY
    if isnan(effect.p):
        return ONE_RUN
    return TOO_FEW if rows["clusters"].sum() < ENOUGH else ""
