"""The table of effects: effects of treatments on decisions, with intervals and tests.

Arms are compared unit by unit, and each unit counts once. Features that a unit shares (the wording,
the order of options, the deal, the opponent) therefore cancel.

A treatment can make a model refuse, so decisions are not lost at random. The table gives the effect
on the decisions made, and its bounds with all lost decisions at either extreme. An arrow requires
both the test and the interval of these bounds.
"""

from collections.abc import Iterable, Iterator, Mapping
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ratings.core.emotion.contrasts import Contrast
from ratings.core.emotion.due_decisions import (
    CROSSED,
    FAULT,
    KEYS,
    REFUSED,
    VOID,
    Scale,
    checked,
    unit_means,
)
from ratings.core.emotion.effect_sizes import Units, standardised
from ratings.core.statistics import worst_case
from ratings.core.statistics.bootstrap import LEVEL, Floats
from ratings.core.statistics.cluster_mean import ClusterMean, cluster_mean, crossed_mean
from ratings.core.statistics.clusters import Interval, share
from ratings.core.statistics.least_squares import holm

LEVELS = {
    "level": "mean of the units' means, over decisions that were made",
    "level_low": "lower end of its 95 % interval",
    "level_high": "upper end",
    "n": "decisions that were made",
    "exact": "of them, those whose probability is known and stands in place of what was drawn",
    "n_clusters": "clusters that have one",
    "due": "decisions that were due",
    "void": "share of those due that was lost in void matches, without a fault of this seat",
    "fault": "share that was lost because this seat gave no legal action",
    "refused": "share that was made only after a first answer that refused to play",
    "legal": "share whose first answer was legal",
}
"""Columns of `levels` in addition to KEYS and arm."""

EFFECTS = {
    "contrast": "what the difference is called",
    "arm": "whose decisions",
    "reference": "compared with whose",
    **LEVELS,
    **{f"reference_{name}": f"of the reference: {text}" for name, text in LEVELS.items()},
    "units": "units in which both arms have a decision",
    "clusters": "clusters that have such a unit",
    "effect": "mean difference of the units' means, arm less reference",
    "error": "its standard error (CR2)",
    "df": "degrees of freedom of its t test (Satterthwaite)",
    "low": "lower end of its 95 % interval",
    "high": "upper end",
    "p": "two-sided p value of no effect",
    "holm": "the same, adjusted by Holm for all rows",
    "scale": "log odds ratio for yes or no, Cohen's d for numbers",
    "size": "the effect on that scale",
    "size_low": "lower end of its 95 % interval; none where a level is 0 or 1",
    "size_high": "upper end",
    "bound_low": "the effect if all that was lost had gone against it",
    "bound_high": "the effect if all that was lost had gone its way",
    "bounds_low": "lower end of the 95 % interval of an effect between these bounds",
    "bounds_high": "upper end",
    "arrow": "+ or - if that interval lies on one side of 0 and holm is below .05",
    "note": "why there is no arrow whatever the figures are, such as too few clusters",
}
"""Columns of `effects` in addition to KEYS and ERRORS."""

ERRORS = {
    "effect_error": "standard error of the effect; where clusters agree, half the interval by 1.96",
    "bound_low_error": "of the effect if all that was lost had gone against it",
    "bound_high_error": "of the effect if all that was lost had gone its way",
}
"""Columns of `effects` for pooling effects of several studies."""

_SIDES = {*LEVELS, *(f"reference_{name}" for name in LEVELS)}
"""Columns of `effects` that repeat `levels`."""

_BOUND_ERRORS = ("bound_low_error", "bound_high_error")
_NORMAL = NormalDist().inv_cdf(0.5 + LEVEL / 2)
ALPHA = 0.05
ENOUGH = 8
"""Number of clusters below which there is no arrow."""
TOO_FEW = "too few clusters"
UNTESTED = "no test"
"""Note of an outcome without bounds: its values are pseudo-values of a maximum, whose interval is
too narrow for a test."""


def levels(decisions: pd.DataFrame, scales: Mapping[str, Scale]) -> pd.DataFrame:
    """Mean outcome and share of lost decisions in every arm.

    Args:
        decisions: columns DECISIONS.
        scales: scale of each outcome.

    Returns:
        Columns KEYS, arm and LEVELS.

    Raises:
        ValueError: a row contradicts itself or the scale of its outcome.
    """
    rows = checked(decisions, scales)
    return _levels(rows, unit_means(rows), scales)


def effects(
    decisions: pd.DataFrame, scales: Mapping[str, Scale], contrasts: Iterable[Contrast]
) -> pd.DataFrame:
    """Effect of every treatment.

    Args:
        decisions: columns DECISIONS, and CROSSED where units lie in clusters of two kinds.
        scales: scale of each outcome.
        contrasts: arms to compare, for contestants that have both.

    Returns:
        Columns KEYS, EFFECTS and ERRORS, one row per game, outcome, contestant and contrast with
        decisions in both arms. All rows form one family. If the arms share no unit, the figures are
        missing.

    Raises:
        ValueError: a row contradicts itself or the scale of its outcome.
    """
    if decisions.empty:
        return pd.DataFrame(columns=[*KEYS, *EFFECTS, *ERRORS])
    rows = checked(decisions, scales)
    cells = unit_means(rows)
    differences = pd.DataFrame(
        _contrasts(cells, scales, contrasts),
        columns=[*KEYS, *(name for name in (*EFFECTS, *ERRORS) if name not in _SIDES)],
    )
    level = _levels(rows, cells, scales)
    other = level.rename(columns={name: f"reference_{name}" for name in ("arm", *LEVELS)})
    table = differences.merge(level, on=[*KEYS, "arm"], how="left").merge(
        other.rename(columns={"reference_arm": "reference"}), on=[*KEYS, "reference"], how="left"
    )
    return family(
        table.sort_values(list(KEYS), kind="stable", ignore_index=True)[[*KEYS, *EFFECTS, *ERRORS]]
    )


def family(table: pd.DataFrame) -> pd.DataFrame:
    """The same rows as one family: p-values adjusted for their number, and arrows.

    Args:
        table: rows of `effects`, such as the printed ones.
    """
    adjusted = holm(table["p"].to_numpy(dtype=float))
    sure = (adjusted < ALPHA) & (table["note"] == "")
    up = sure & (table["effect"] > 0) & (table["bounds_low"] > 0)
    down = sure & (table["effect"] < 0) & (table["bounds_high"] < 0)
    return table.assign(holm=adjusted, arrow=np.select([up, down], ["+", "-"], ""))


def _levels(rows: pd.DataFrame, cells: pd.DataFrame, scales: Mapping[str, Scale]) -> pd.DataFrame:
    """`levels`, computed from rows and their cells."""
    kinds = {kind: rows["lost"] == kind for kind in (VOID, FAULT, REFUSED)}
    counted = rows.assign(**kinds, n=rows["value"].notna(), due=1).groupby([*KEYS, "arm"])
    sums = {name: (name, "sum") for name in ("n", "exact", "due")}
    counts = counted.agg(**sums, **{name: (name, "mean") for name in (*kinds, "legal")})
    lines = []
    made = cells[cells["made"] > 0]
    of_arm = made.groupby([*KEYS, "arm"]).indices  # frames with text are slow to cut up
    values, exact, cluster = (made[n].to_numpy() for n in ("value", "exact", "cluster"))
    outcome = KEYS.index("outcome")
    for place in cells.groupby([*KEYS, "arm"]).size().index:
        at = of_arm.get(place, np.zeros(0, dtype=int))
        scale, is_exact = scales[place[outcome]], bool(exact[at].any())
        level = _level(values[at], cluster[at], scale, exact=is_exact)
        lines.append((*place, *level, len(np.unique(cluster[at]))))
    names = [*KEYS, "arm", "level", "level_low", "level_high", "n_clusters"]
    table = pd.DataFrame(lines, columns=names).merge(counts.reset_index(), on=[*KEYS, "arm"])
    return table.loc[:, [*KEYS, "arm", *LEVELS]]


def _level(values: Floats, cluster: NDArray[Any], scale: Scale, *, exact: bool) -> Interval:
    """Mean of units with its interval; Wilson's interval for shares of sampled answers."""
    if scale.yes_no and not exact:
        return share(values, cluster)
    mean = cluster_mean(values, cluster, (scale.low, scale.high))
    return Interval(mean.value, *mean.interval)


def paired(
    cells: pd.DataFrame, contrasts: Iterable[Contrast]
) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """Units in which both arms of a contrast owe a decision; nothing without common units.

    Args:
        cells: of `unit_means`.
        contrasts: arms to compare.

    Yields:
        KEYS, contrast, arm and reference; and the numbers of `unit_means` of both arms, those of
        the reference ending in `_reference`.
    """
    place = [*KEYS, "cluster", "unit", *({CROSSED} & {*cells})]
    for each in contrasts:
        one, other = (cells[cells["arm"] == arm] for arm in (each.arm, each.reference))
        both = one.merge(other, on=place, suffixes=("", "_reference"))
        about = {"contrast": each.name, "arm": each.arm, "reference": each.reference}
        numbers = both.drop(columns=[*KEYS, "unit", "arm", "arm_reference"])
        groups = dict(iter(numbers.groupby([both[key] for key in KEYS])))
        keys = one[[*KEYS]].drop_duplicates().merge(other[[*KEYS]].drop_duplicates())
        for key in sorted(keys.itertuples(index=False, name=None)):
            pairs = groups.get(key, numbers.iloc[:0])
            yield {**dict(zip(KEYS, key, strict=True)), **about}, pairs


def decided(pairs: pd.DataFrame) -> pd.DataFrame:
    """The units of `paired` in which both arms have a decision."""
    return pairs[(pairs["made"] > 0) & (pairs["made_reference"] > 0)]


def gaps(pairs: pd.DataFrame | Units, of: str, less: str) -> Floats:
    """Differences between two columns of paired units: of the arm, and of the reference."""
    return np.asarray(pairs[of] - pairs[f"{less}_reference"], dtype=float)


LOWER, UPPER = ("worst", "best"), ("best", "worst")
"""Columns of arm and reference with all lost decisions against the effect, or in its favour."""


def _contrasts(
    cells: pd.DataFrame, scales: Mapping[str, Scale], contrasts: Iterable[Contrast]
) -> Iterator[dict[str, object]]:
    """Rows of `effects` without levels."""
    for about, whole in paired(cells, contrasts):
        pairs = {str(name): column.to_numpy() for name, column in whole.items()}
        both = (pairs["made"] > 0) & (pairs["made_reference"] > 0)
        scale, made = scales[about["outcome"]], {n: values[both] for n, values in pairs.items()}
        yield {
            **about,
            **_effect(made, scale),
            **standardised(made, scale),
            **_bounds(pairs, scale),
        }


def _effect(made: Units, scale: Scale) -> dict[str, object]:
    """The effect on decisions that were made."""
    gap = _gap(made, "value", "value", scale)
    low, high = gap.interval
    untested = np.isinf(scale.high)
    return {
        "units": len(made["cluster"]),
        "clusters": gap.clusters,
        "effect": gap.value,
        "error": gap.error,
        "df": gap.df,
        "low": low,
        "high": high,
        "p": np.nan if untested else gap.p,
        "note": TOO_FEW if gap.clusters < ENOUGH else UNTESTED if untested else "",
        "effect_error": _error(gap),
    }


def _bounds(due: Units, scale: Scale) -> dict[str, object]:
    """Bounds of the effect with lost decisions at the extremes."""
    names = ("bound_low", "bound_high", "bounds_low", "bounds_high", *_BOUND_ERRORS)
    if any(np.isinf(due[f"{n}{of}"]).any() for n in LOWER for of in ("", "_reference")):
        return dict.fromkeys(names, np.nan)  # what was lost could have been anything
    lower, upper = (_gap(due, *ends, scale) for ends in (LOWER, UPPER))
    ends = (lower.value, upper.value, *worst_case.interval(lower, upper))
    return dict(zip(names, (*ends, _error(lower), _error(upper)), strict=True))


def _error(mean: ClusterMean) -> float:
    """Standard error; if all clusters agree, the one implied by their interval."""
    low, high = mean.interval
    return (high - low) / (2 * _NORMAL) if mean.agreed else mean.error


def _gap(pairs: Units, of: str, less: str, scale: Scale) -> ClusterMean:
    """The mean of the differences between two columns of paired units."""
    width = scale.high - scale.low
    values, clusters, limits = gaps(pairs, of, less), pairs["cluster"], (-width, width)
    if CROSSED in pairs:
        return crossed_mean(values, clusters, pairs[CROSSED], limits)
    return cluster_mean(values, clusters, limits)
