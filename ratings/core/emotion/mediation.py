"""Mediation of a treatment's effect by self-reports: total, indirect and direct effects.

Arms are compared unit by unit, as in the table of effects. Let dM and dY be the differences of a
unit's report and outcome. Least squares gives dY = direct + b dM, and a is the mean of dM. The
indirect effect is a b. The total is the mean of dY, and the sum of both effects.

Source: Judd, Kenny and McClelland (2001), Estimating and testing mediation and moderation in
within-subject designs, Psychological Methods 6, 115 to 134; Imai, Keele and Yamamoto (2010),
Identification, inference and sensitivity analysis for causal mediation effects, Statistical Science
25, 51 to 71, on what has to be assumed.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ratings.core.emotion.effects import ENOUGH, TOO_FEW
from ratings.core.statistics.bootstrap import ROUNDS, Floats
from ratings.core.statistics.clusters import SEED, bounds, replicates

_PATHS = ("reported", "slope", "total", "indirect", "direct")
_WORDS = {
    "reported": "a: what the treatment changes in the report",
    "slope": "b: change of the outcome with a point of the report, within units",
    "total": "effect on the outcome",
    "indirect": "the part that goes by the report, a b",
    "direct": "the rest",
}
MEDIATION = {
    "units": "units in which both arms have a report and a decision",
    "clusters": "clusters that have such a unit",
    **{
        f"{path}{end}": f"{_WORDS[path]}{about}"
        for path in _PATHS
        for end, about in (("", ""), ("_low", ": lower end of its interval"), ("_high", ": upper"))
    },
    "note": "why there is no interval",
}
"""Keys of `mediation`; intervals are of 95 %."""

STILL = "reports differ alike in all units"
"""Note if b is unknown, since without a spread of dM there is no slope."""
_NONE = 1e-9


def mediation(report: ArrayLike, outcome: ArrayLike, cluster: ArrayLike) -> dict[str, Any]:
    """The paths of a treatment's effect.

    Args:
        report: [units] difference between the arms in the report.
        outcome: [units] difference between the arms in the outcome.
        cluster: [units] cluster of each unit.

    Returns:
        The keys of MEDIATION; NaN if unknown.
    """
    data = pd.DataFrame({"m": np.asarray(report, float), "y": np.asarray(outcome, float)})
    known = data.notna().all(axis=1).to_numpy()
    m, y = data[known].to_numpy(dtype=np.float64).T
    groups = np.asarray(cluster)[known]

    def paths(weights: Floats) -> Floats:
        return _paths(m, y, weights)

    clusters = len(np.unique(groups))
    values = paths(np.ones(len(m)))
    ends = np.full((2, len(_PATHS)), np.nan)
    if clusters >= ENOUGH:
        drawn = replicates(groups, paths, rounds=ROUNDS, seed=SEED)
        ends = np.array([bounds(column, groups) for column in drawn.T]).T
    figures = {
        f"{path}{end}": float(column[at])
        for at, path in enumerate(_PATHS)
        for end, column in zip(("", "_low", "_high"), (values, *ends), strict=True)
    }
    note = TOO_FEW if clusters < ENOUGH else STILL if np.isnan(values[1]) else ""
    return {"units": len(m), "clusters": clusters, **figures, "note": note}


def _paths(m: Floats, y: Floats, weights: Floats) -> Floats:
    """The five paths, in the order of _PATHS."""
    if not len(m):
        return np.full(len(_PATHS), np.nan)
    a, total = np.average(m, weights=weights), np.average(y, weights=weights)
    spread = weights @ (m - a) ** 2
    slope = weights @ ((m - a) * (y - total)) / spread if spread > _NONE else np.nan
    return np.array([a, slope, total, a * slope, total - a * slope])
