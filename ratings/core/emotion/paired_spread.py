"""How the differences between paired units vary: what power and equivalence are planned from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import pandas as pd

from ratings.core.emotion.contrasts import Contrast
from ratings.core.emotion.due_decisions import KEYS, Scale, checked, unit_means
from ratings.core.emotion.effects import LOWER, UPPER, decided, gaps, paired
from ratings.core.statistics.cluster_power import ClusterPlan, spread

COLUMNS = (*KEYS, "contrast", "arm", "reference", "scale", "spread", "mean", "deviation", "note")
"""Of `paired_spreads`. scale: a `Scale`; spread: a `PairedSpread`; mean and deviation: of all
decisions of the contestant in this outcome, in whichever arm."""


@dataclass(frozen=True, eq=False)
class Bound:
    """How the effect varies if all that was lost had gone one way.

    Args:
        gap: how far it then lies from the effect on decisions that were made; not below 0.
        plan: its clusters, and the variances of its differences.
    """

    gap: float
    plan: ClusterPlan


@dataclass(frozen=True, eq=False)
class PairedSpread:
    """How paired units differ in one contrast.

    Args:
        levels: mean of the reference and of the arm over units that both decided.
        plan: clusters of these units, and the variances of their differences.
        noise: variance of such a difference in variances of single decisions: the mean of one over
            the decisions of either arm, added up.
        bounds: what losses leave open below the effect and above it; none where nothing was lost.
    """

    levels: tuple[float, float]
    plan: ClusterPlan
    noise: float
    bounds: tuple[Bound, ...]

    @classmethod
    def of(cls, pairs: pd.DataFrame) -> Self:
        """Of the units of `paired`, at least one of which both arms decided."""
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
    """How the units that every treatment is told by vary; takes what `effects` takes.

    Returns:
        Columns COLUMNS, one row for each row of `effects`; no spread where no unit has a decision
        of both arms.
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
