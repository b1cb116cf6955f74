"""The decisions that a table of effects rests on, one row each, and their means by unit.

A unit is what two arms have in common besides the treatment, such as one wording, opponent, seat
and round. It is named by what it is, so that neither lost matches nor further ones change what is
compared with what. Units lie in clusters, whose random parts (wording, order, deal) they share.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, nan

import pandas as pd

from ratings.core.tables import require

KEYS = ("game", "outcome", "contestant")
DECISIONS = (*KEYS, "arm", "cluster", "unit", "value", "lost", "legal")
"""One row per decision that was due. contestant: who decided but for the treatment; arm: the
treatment; unit: within its cluster, what is paired; value: NaN if there is none; lost: of LOST;
legal: whether the first answer was."""
MOMENTS = ("square", "exact")
"""Columns that may be left out. exact: whether the value is expected, over the probabilities of all
that could have been decided, and not the one that was drawn; square: the expected square."""
CROSSED = "crossed"
"""A column that may be left out: clusters of a second kind, which cross the first. A unit lies in
one of them."""

VOID, FAULT, REFUSED = "void", "fault", "refused"
LOST = ("", VOID, FAULT, REFUSED)
"""Not lost; lost because the match is void through no fault of this seat; lost because this seat
gave no legal action; made, but only after a first answer that refused to play."""


@dataclass(frozen=True)
class Scale:
    """What an outcome can be.

    Args:
        low: its lowest value; -inf if values of single decisions have no limits.
        high: its highest value.
        yes_no: whether it is one of the two, so that its mean is a share.
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
        Columns KEYS, cluster (a number), unit, arm, and CROSSED where rows have it; value: the mean
        of the decisions that were made; square: that of their squares; made: their number;
        exact: how many of them are expected values; worst, best: the mean of all that were
        due, the lost ones at the lowest and at the highest value.
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
    """Columns DECISIONS, MOMENTS, lowest and highest: what the outcome's values can be.

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
