"""Tests of sameness: whether a difference lies within a margin."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ratings.core.statistics.bootstrap import Floats
from ratings.core.statistics.clusters import Clustered

_ROUNDING = 1e-9
"""A standard error below this is none."""


def tost(difference: ArrayLike, se: ArrayLike, df: ArrayLike, margin: ArrayLike) -> Floats:
    """Probability value of two one-sided tests: small if a difference lies within the margin.

    Args:
        difference: estimates.
        se: their standard errors; 0 for a difference known exactly, NaN for one not known.
        df: degrees of freedom.
        margin: set beforehand, in the units of the difference.

    Source: Schuirmann (1987), A comparison of the two one-sided tests procedure and the power
    approach, Journal of Pharmacokinetics and Biopharmaceutics 15, 657 to 680.
    """
    size, error = np.abs(np.asarray(difference, float)), np.asarray(se, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = special.stdtr(df, -(np.asarray(margin, float) - size) / error)
    return np.asarray(np.where(error == 0, (size >= margin).astype(float), p), dtype=float)


def unspread(p: ArrayLike, se: ArrayLike, clusters: ArrayLike) -> Floats:
    """P values; where all clusters agree, they are floored at the sign test's 2^(1 - n).

    Without any spread a t test rejects at every level, for a difference as for sameness.

    Args:
        p: of tests that use the spread of clusters.
        se: the standard errors behind them.
        clusters: their number, n.
    """
    n = np.asarray(clusters, float)
    alike = (np.asarray(se, float) < _ROUNDING) & (n > 1)
    return np.asarray(np.where(alike, np.maximum(p, 2.0 ** (1 - n)), p), dtype=float)


def welch(ours: Clustered, human_se: float, people: int) -> tuple[float, float]:
    """Standard error and degrees of freedom of a difference between clusters and people.

    Source: Welch (1947), The generalization of Student's problem when several different population
    variances are involved, Biometrika 34, 28 to 35.
    """
    a, b = ours.se**2, human_se**2
    if np.isnan(a) or a + b == 0:
        return float(np.sqrt(a + b)), 1.0
    df = (a + b) ** 2 / (a**2 / (ours.clusters - 1) + b**2 / max(people - 1, 1))
    return float(np.sqrt(a + b)), float(df)
