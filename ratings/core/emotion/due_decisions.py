"""Decisions behind a table of effects, one row each, and their means by unit.

A unit is a combination of conditions that two arms share, such as one wording, opponent, seat and
round. Its name is derived from these conditions. Lost or additional matches therefore do not change
the pairing. Units lie in clusters, and share the random parts of the cluster (wording, order,
deal).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, nan

import pandas as pd

from ratings.core.tables import require

KEYS = ("game", "outcome", "contestant")
DECISIONS = (*KEYS, "arm", "cluster", "unit", "value", "lost", "legal")
"""One row per decision that was due. contestant: the decider without the treatment; arm: the
treatment; unit: the paired unit, within its cluster; value: NaN if there is none; lost: one of
LOST; legal: whether the first answer was legal."""
MOMENTS = ("square", "exact")
"""Optional columns. exact: whether the value is an expectation over the probabilities of all
options instead of a drawn option; square: the expected square."""
CROSSED = "crossed"
"""Optional column: the cluster of a second kind, which crosses the first. A unit lies in one."""

VOID, FAULT, REFUSED = "void", "fault", "refused"
LOST = ("", VOID, FAULT, REFUSED)
"""Not lost; lost in a match that is void without fault of this seat; lost because this seat gave no
legal action; made, but only after a first answer that refused to play."""


@dataclass(frozen=True)
class Scale:
    """Range of an outcome.

    Args:
        low: its lowest value; -inf if values of single decisions have no limits.
        high: its highest value.
        yes_no: whether the outcome has only these two values, so that its mean is a share.
    """

    low: float
    high: float
    yes_no: bool = False

    @property
    def width(self) -> float:
        """Its highest value less its lowest; NaN without limits."""
        width = self.high - self.low
        return width if isfinite(width) else nan


YES_NO = Scale(0, 1, yes_no=True)


def unit_means(rows: pd.DataFrame) -> pd.DataFrame:
    """Means of units by arm.

    Args:
        rows: of `checked`.

    Returns:
        Columns KEYS, cluster (a number), unit, arm, and CROSSED if rows have it; value: the mean of
        the decisions made; square: the mean of their squares; made: their number; exact: number of
        expected values among them; worst, best: the mean of all decisions due, with the lost ones
        at the lowest and at the highest value.
    """
    lost, value = rows["lost"] != "", rows["value"]
    table = rows.assign(
        cluster=pd.factorize(rows["cluster"])[0],
        made=value.notna().astype(float),
        worst=value.mask(lost, rows["lowest"]),
        best=value.mask(lost, rows["highest"]),
    )
    grouped = table.groupby([*KEYS, "cluster", "unit", "arm"], observed=True)
    means = {name: (name, "mean") for name in ("value", "square", "worst", "best")}
    if CROSSED in table:
        means[CROSSED] = (CROSSED, "first")
    return grouped.agg(**means, made=("made", "sum"), exact=("exact", "sum")).reset_index()


def checked(decisions: pd.DataFrame, scales: Mapping[str, Scale]) -> pd.DataFrame:
    """Columns DECISIONS, MOMENTS, lowest and highest, the bounds of the outcome's values.

    Raises:
        ValueError: a row contradicts itself or the scale of its outcome.
    """
    rows = require(decisions, DECISIONS)
    value, legal = rows["value"].astype(float), rows["legal"].astype(bool)
    low = rows["outcome"].map({name: scale.low for name, scale in scales.items()}).astype(float)
    high = rows["outcome"].map({name: scale.high for name, scale in scales.items()}).astype(float)
    faults = {
        f"lost is none of {', '.join(map(repr, LOST))}": ~rows["lost"].isin(LOST),
        "the scale of the outcome is not known": low.isna(),
        "the value is outside the scale of its outcome": (value < low) | (value > high),
        "a value is missing just if the decision is void or at fault": value.isna()
        != rows["lost"].isin([VOID, FAULT]),
        "a first answer that refused to play is not legal": legal & (rows["lost"] == REFUSED),
    }
    for what, where in faults.items():
        if where.any():
            raise ValueError(f"{what}: {rows[where].iloc[0].to_dict()}")
    square = decisions.get("square", value**2)
    exact = decisions.get("exact", False)
    rows = rows.assign(square=square, exact=exact).astype({"square": float, "exact": bool})
    if CROSSED in decisions:
        rows = rows.assign(crossed=pd.factorize(decisions[CROSSED])[0])
    return rows.assign(value=value, legal=legal, lowest=low, highest=high)
