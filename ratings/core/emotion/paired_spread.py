"""Variance of the differences between paired units, the basis of power and equivalence planning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import pandas as pd

from ratings.core.emotion.contrasts import Contrast
from ratings.core.emotion.due_decisions import KEYS, Scale, checked, unit_means
from ratings.core.emotion.effects import LOWER, UPPER, decided, gaps, paired
from ratings.core.statistics.cluster_power import ClusterPlan, spread

COLUMNS = (*KEYS, "contrast", "arm", "reference", "scale", "spread", "mean", "deviation", "note")
"""Columns of `paired_spreads`. scale: a `Scale`; spread: a `PairedSpread`; mean and deviation: of
all decisions of the contestant in this outcome, over all arms."""


@dataclass(frozen=True, eq=False)
class Bound:
    """Spread of the effect with all lost decisions at one extreme.

    Args:
        gap: distance from the effect on the decisions made; not below 0.
        plan: clusters, and the variances of the differences.
    """

    gap: float
    plan: ClusterPlan


@dataclass(frozen=True, eq=False)
class PairedSpread:
    """Spread of the differences between paired units in one contrast.

    Args:
        levels: mean of the reference and of the arm over units with decisions in both.
        plan: clusters of these units, and the variances of their differences.
        noise: variance of a unit's difference, in variances of a single decision: the sum over both
            arms of the mean of one over the number of decisions.
        bounds: bounds below and above the effect due to lost decisions; empty without losses.
    """

    levels: tuple[float, float]
    plan: ClusterPlan
    noise: float
    bounds: tuple[Bound, ...]

    @classmethod
    def of(cls, pairs: pd.DataFrame) -> Self:
        """Spread of the units of `paired`; both arms must have decided at least one."""
        made = decided(pairs)
        effect = gaps(made, "value", "value").mean()
        lost = (pairs["best"] > pairs["worst"]) | (
            pairs["best_reference"] > pairs["worst_reference"]
        )
        ends = [(-1, LOWER), (1, UPPER)] if lost.any() else []
        return cls(
            (float(made["value_reference"].mean()), float(made["value"].mean())),
            spread(gaps(made, "value", "value"), made["cluster"]),
            float((1 / made["made"] + 1 / made["made_reference"]).mean()),
            tuple(
                Bound(max(0.0, sign * (gap.mean() - effect)), spread(gap, pairs["cluster"]))
                for sign, columns in ends
                for gap in [gaps(pairs, *columns)]
            ),
        )


def paired_spreads(
    decisions: pd.DataFrame, scales: Mapping[str, Scale], contrasts: Sequence[Contrast]
) -> pd.DataFrame:
    """Spread of the paired units of every treatment, with the arguments of `effects`.

    Returns:
        Columns COLUMNS, one row for each row of `effects`; no spread if no unit has decisions in
        both arms.
    """
    if decisions.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    rows = checked(decisions, scales)
    every = rows.groupby([*KEYS])["value"].agg(mean="mean", deviation="std").reset_index()
    spreads = [
        {
            **about,
            "scale": scales[about["outcome"]],
            "spread": PairedSpread.of(pairs) if len(decided(pairs)) else None,
            "note": "",
        }
        for about, pairs in paired(unit_means(rows), contrasts)
    ]
    names = [name for name in COLUMNS if name not in {"mean", "deviation"}]
    table = pd.DataFrame(spreads, columns=names).merge(every, on=list(KEYS), how="left")
    return table.sort_values(list(KEYS), kind="stable", ignore_index=True)[list(COLUMNS)]
