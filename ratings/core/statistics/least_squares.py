"""Least squares with errors that go together within clusters.

Source: Liang and Zeger (1986), Longitudinal data analysis using generalized linear models,
Biometrika 73, 13 to 22; degrees of freedom and the small-sample factor as in Cameron and Miller
(2015), A practitioner's guide to cluster-robust inference, Journal of Human Resources 50, 317 to
372, section VI.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from ratings.core.statistics.bootstrap import LEVEL, Floats

_NONE = 1e-12
"""A standard error below this is none."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """Linear combinations of coefficients with their uncertainty.

    Args:
        estimate: [combinations]; NaN where the data leave a combination open.
        error: [combinations] cluster-robust standard errors; NaN with fewer than two clusters.
        clusters: number of clusters; Student's t has one degree of freedom less.
    """

    estimate: Floats
    error: Floats
    clusters: int

    @property
    def interval(self) -> tuple[Floats, Floats]:
        """Ends of the 95 % intervals; NaN where clusters agree: their spread is not known."""
        error = np.where(self.error < _NONE, np.nan, self.error)
        wide = special.stdtrit(max(1, self.clusters - 1), 0.5 + LEVEL / 2) * error
        return self.estimate - wide, self.estimate + wide

    @property
    def p(self) -> Floats:
        """Two-sided p values against 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.abs(self.estimate) / self.error
        p_values: Floats = 2 * special.stdtr(max(1, self.clusters - 1), -t)
        return p_values


def fit(x: Floats, y: Floats, clusters: ArrayLike, combinations: Floats) -> Fitted:
    """Ordinary least squares with the cluster-robust covariance of coefficients.

    Args:
        x: [rows, coefficients] need not have full rank.
        y: [rows]
        clusters: [rows] labels.
        combinations: [combinations, coefficients] requested linear combinations.
    """
    numbers, known = pd.factorize(np.asarray(clusters))
    count = len(known)
    inverse = np.linalg.pinv(x.T @ x, hermitian=True)
    beta = inverse @ (x.T @ y)
    scores = np.zeros((count, x.shape[1]))
    np.add.at(scores, numbers, x * (y - x @ beta)[:, None])
    rank = np.linalg.matrix_rank(x) if len(y) else 0
    spare = len(y) - rank
    factor = count / (count - 1) * (len(y) - 1) / spare if count > 1 and spare > 0 else np.nan
    spread = combinations @ inverse @ scores.T
    error = np.sqrt(factor * (spread**2).sum(axis=1))
    # A combination is known just if it is one of the rows that were seen.
    seen = np.abs(combinations - combinations @ inverse @ (x.T @ x)).max(axis=1, initial=0) < 1e-6  # noqa: PLR2004
    return Fitted(np.where(seen, combinations @ beta, np.nan), np.where(seen, error, np.nan), count)


def holm(p: ArrayLike) -> Floats:
    """P values adjusted for their number; NaN stays NaN and does not count.

    statsmodels' `multipletests` gives the same, but collects the garbage of the whole process at
    every call, which takes longer than all else that a table of effects needs.

    Source: Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian
    Journal of Statistics 6, 65 to 70.
    """
    raw = np.asarray(p, np.float64)
    adjusted, known = np.full(raw.shape, np.nan), np.flatnonzero(~np.isnan(raw))
    order = known[np.argsort(raw[known], kind="stable")]
    steps = raw[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted
