"""Standardised effects of paired units: the log odds ratio of answers, Cohen's d of numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ratings.core.emotion.due_decisions import Scale
from ratings.core.statistics.bootstrap import LEVEL, Floats
from ratings.core.statistics.cluster_mean import cluster_mean
from ratings.core.statistics.student_t import quantile

Units = Mapping[str, NDArray[Any]]
"""Columns of paired units, [n] each."""


def standardised(made: Units, scale: Scale) -> dict[str, object]:
    """The effect in units that can be compared between outcomes, with its 95 % interval.

    The error is that of the delta method: of the mean of what each unit adds.

    Args:
        made: paired units in which both arms have a decision: column cluster, and value, square and
            made of both arms, those of the reference ending in `_reference`.
        scale: of the outcome.

    Returns:
        scale (its name), size, size_low, size_high; NaN where nothing can be said.
    """
    name, size, added = (_log_odds_ratio if scale.yes_no else _cohens_d)(made)
    if np.isinf(scale.high):  # the values are not of single decisions, and have no such deviation
        size, added = np.nan, np.full(len(made["cluster"]), np.nan)
    of = cluster_mean(added, made["cluster"], (-np.inf, np.inf))
    reach = np.nan if of.agreed else quantile(0.5 + LEVEL / 2, of.df) * of.error
    return {"scale": name, "size": size, "size_low": size - reach, "size_high": size + reach}


def _log_odds_ratio(made: Units) -> tuple[str, float, Floats]:
    """The log of the ratio of the arms' odds.

    Where a share is 0 or 1, half a decision is added to either answer, and no error is known.

    Source: Haldane (1956), The estimation and significance of the logarithm of a ratio of
    frequencies, Annals of Human Genetics 20, 309 to 311.
    """
    size, added = 0.0, np.zeros(len(made["cluster"]))
    for sign, end in ((1, ""), (-1, "_reference")):
        y, n = made[f"value{end}"], made[f"made{end}"].sum()
        part = y.mean() if len(y) else np.nan
        if part in {0, 1}:
            part = (part * n + 0.5) / (n + 1)
            added = np.full(len(made["cluster"]), np.nan)
        size += sign * np.log(part / (1 - part))
        added = added + sign * y / (part * (1 - part))
    return "log odds ratio", size, added


def _cohens_d(made: Units) -> tuple[str, float, Floats]:
    """The effect in standard deviations of single decisions: the root of both arms' mean variance.

    Source: Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, section 2.3; the
    linear terms of d by the delta method.
    """
    variance, spread = 0.0, np.zeros(len(made["cluster"]))
    for end in ("", "_reference"):
        y, n = made[f"value{end}"], made[f"made{end}"].sum()
        mean = y.mean() if len(y) else np.nan
        around = made[f"square{end}"] - 2 * mean * y + mean**2
        factor = n / (n - 1) if n > 1 else np.nan
        spread = spread + factor * around / 2
        variance += factor * around.mean() / 2 if len(y) else np.nan
    gap = made["value"] - made["value_reference"]
    if not variance > 0:  # nothing varies: no unit to measure in
        return "Cohen's d", np.nan, np.full(len(made["cluster"]), np.nan)
    deviation = np.sqrt(variance)
    effect = gap.mean()
    return "Cohen's d", effect / deviation, gap / deviation - effect * spread / (2 * deviation**3)
