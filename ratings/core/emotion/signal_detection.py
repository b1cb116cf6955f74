"""Signal detection: can somebody tell wrong acts from others, and which way does it lean?

"Wrong" said of a wrong act is a hit; said of another one it is a false alarm. Sensitivity d' is
z(hits) - z(false alarms): 0 for who says the same to everything. The criterion is minus half of
their sum: below 0 for who leans towards "wrong". A treatment that makes somebody say "wrong" to
everything moves the criterion and leaves d' where it was, at 0 or on its way there.

Shares of 0 and 1 have no z. Half an answer is added to the hits and one to their number, and so for
false alarms: the log-linear correction.

Source: Green and Swets (1966), Signal Detection Theory and Psychophysics; Hautus (1995),
Corrections for extreme proportions and their biasing effects on estimated values of d', Behavior
Research Methods, Instruments and Computers 27, 46 to 51. Errors by the delta method over clusters.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from ratings.core.emotion.contrasts import Contrast
from ratings.core.emotion.due_decisions import CROSSED, KEYS, YES_NO, checked, unit_means
from ratings.core.emotion.effects import ENOUGH, TOO_FEW, decided, paired
from ratings.core.statistics import worst_case
from ratings.core.statistics.bootstrap import Floats
from ratings.core.statistics.cluster_mean import ClusterMean, crossed_mean

SENSITIVITY, CRITERION = "d'", "criterion"
MEASURES = (SENSITIVITY, CRITERION)

SIGNAL = "signal"
"""Column of decisions: whether the act is wrong. Their value is whether "wrong" was said."""

_WEIGHTS = {SENSITIVITY: (1.0, -1.0), CRITERION: (-0.5, -0.5)}
"""By measure, how z of hits and z of false alarms count."""
_HIGHEST = {SENSITIVITY: ("best", "worst"), CRITERION: ("worst", "worst")}
_LOWEST = {SENSITIVITY: ("worst", "best"), CRITERION: ("best", "best")}
"""By measure, the columns of wrong acts and others with all that was lost as it would raise or
lower the measure. `best` is "wrong", said of all that was lost."""


@dataclass(frozen=True)
class _Acts:
    """Units of wrong acts and of others, in one arm or, side by side, in two."""

    wrong: pd.DataFrame
    others: pd.DataFrame

    def parts(self, measure: str, columns: tuple[str, str], end: str = "") -> Floats:
        """What each unit adds to a measure of an arm; the mean is the measure.

        Args:
            measure: of MEASURES.
            columns: of wrong acts and of others.
            end: of the columns of the arm, empty or "_reference".
        """
        total = len(self.wrong) + len(self.others)
        value, around = 0.0, []
        tables = zip((self.wrong, self.others), columns, _WEIGHTS[measure], strict=True)
        for rows, column, weight in tables:
            said = rows[f"{column}{end}"].to_numpy(dtype=float)
            z = ndtri((said.sum() + 0.5) / (len(said) + 1))
            value += weight * z
            slope = weight / (np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi))
            around.append(slope * (said - said.mean()) * total / len(said))
        return value + np.concatenate(around)

    def mean(self, parts: Floats, measure: str, arms: int) -> ClusterMean:
        """The mean of what units add.

        Args:
            parts: of each unit.
            measure: of MEASURES.
            arms: how many take part, for the furthest that the measure can be.
        """
        both = self.wrong, self.others
        ends = [-ndtri(0.5 / (len(rows) + 1)) for rows in both]
        furthest = arms * sum(abs(w) * z for w, z in zip(_WEIGHTS[measure], ends, strict=True))
        clusters = np.concatenate([rows["cluster"].to_numpy() for rows in both])
        crossed = np.concatenate([_crossed(rows) for rows in both])
        return crossed_mean(parts, clusters, crossed, (-furthest, furthest))


def _crossed(rows: pd.DataFrame) -> Any:  # noqa: ANN401 - an array of whole numbers
    """The cluster of the second kind of each unit; one for all if there is no second kind."""
    return rows[CROSSED].to_numpy() if CROSSED in rows else np.zeros(len(rows), dtype=int)


def signal_levels(decisions: pd.DataFrame) -> pd.DataFrame:
    """Sensitivity and criterion of every arm.

    Args:
        decisions: columns DECISIONS and SIGNAL, and CROSSED if clusters cross.

    Returns:
        Columns KEYS (the outcome is the measure), arm, level, level_low, level_high.
    """
    lines = []
    cells = _cells(decisions)
    for (game, contestant, arm), rows in cells.groupby(["game", "contestant", "arm"], sort=False):
        acts = _split(rows[rows["made"] > 0])
        for measure in MEASURES if acts is not None else ():
            assert acts is not None
            mean = acts.mean(acts.parts(measure, ("value", "value")), measure, 1)
            lines.append((game, measure, contestant, arm, mean.value, *mean.interval))
    return pd.DataFrame(lines, columns=[*KEYS, "arm", "level", "level_low", "level_high"])


def signal_effects(decisions: pd.DataFrame, contrasts: Iterable[Contrast]) -> pd.DataFrame:
    """What treatments change in sensitivity and criterion, paired unit by unit.

    Args:
        decisions: columns DECISIONS and SIGNAL, and CROSSED if clusters cross.
        contrasts: which arms are compared.

    Returns:
        Columns KEYS (the outcome is the measure), contrast, arm, reference, units, clusters,
        effect, error, df, low, high, p, bound_low, bound_high, bounds_low, bounds_high and note, as
        `ratings.core.emotion.effects.EFFECTS` has them.
    """
    rows = [
        {**about, "outcome": measure, **_effect(acts, due, measure)}
        for about, acts, due in _pairs(_cells(decisions), contrasts)
        for measure in MEASURES
    ]
    return pd.DataFrame(rows)


def _cells(decisions: pd.DataFrame) -> pd.DataFrame:
    """Means of units by arm, each with whether its act is wrong."""
    rows = checked(decisions, dict.fromkeys(decisions["outcome"].unique(), YES_NO))
    number = pd.factorize(rows["cluster"])[0]
    wrong = pd.Series(decisions[SIGNAL].to_numpy(dtype=bool), index=number)
    cells = unit_means(rows)
    return cells.assign(signal=cells["cluster"].map(wrong[~wrong.index.duplicated()]))


def _split(rows: pd.DataFrame) -> _Acts | None:
    """Units of wrong acts and of others; None if there are none of one."""
    wrong = rows[SIGNAL].to_numpy(dtype=bool)
    acts = _Acts(rows[wrong], rows[~wrong])
    return acts if wrong.any() and not wrong.all() else None


def _pairs(
    cells: pd.DataFrame, contrasts: Iterable[Contrast]
) -> Iterator[tuple[dict[str, Any], _Acts, _Acts]]:
    """Arms side by side: the units that both decided, and those that both owe."""
    for about, whole in paired(cells, contrasts):
        acts, due = _split(decided(whole)), _split(whole)
        if acts is not None and due is not None:
            yield about, acts, due


def _effect(acts: _Acts, due: _Acts, measure: str) -> dict[str, object]:
    """One effect with its bounds."""

    def gap(on: _Acts, arm: tuple[str, str], reference: tuple[str, str]) -> ClusterMean:
        parts = on.parts(measure, arm) - on.parts(measure, reference, "_reference")
        return on.mean(parts, measure, 2)

    made = gap(acts, ("value", "value"), ("value", "value"))
    lower = gap(due, _LOWEST[measure], _HIGHEST[measure])
    upper = gap(due, _HIGHEST[measure], _LOWEST[measure])
    low, high = made.interval
    bounds_low, bounds_high = worst_case.interval(lower, upper)
    return {
        "units": len(acts.wrong) + len(acts.others),
        "clusters": made.clusters,
        "effect": made.value,
        "error": made.error,
        "df": made.df,
        "low": low,
        "high": high,
        "p": made.p,
        "bound_low": lower.value,
        "bound_high": upper.value,
        "bounds_low": bounds_low,
        "bounds_high": bounds_high,
        "note": TOO_FEW if made.clusters < ENOUGH else "",
    }
