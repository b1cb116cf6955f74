"""The mean of observations that come in clusters of different sizes, with an interval and a test.

The bootstrap gives no degrees of freedom. A t test and Imbens and Manski's interval need them.
Hence the robust variance CR2, which is unbiased if observations are independent, with
Satterthwaite's degrees of freedom. With clusters of one size it is the t test over their means.

Source: Bell and McCaffrey (2002), Bias reduction in standard errors for linear regression with
multi-stage samples, Survey Methodology 28, 169 to 181; Pustejovsky and Tipton (2018), Small-sample
methods for cluster-robust variance estimation and hypothesis testing in fixed effects models,
Journal of Business and Economic Statistics 36, 672 to 683. Here for a mean, in closed form.
Crossed clusters: Cameron, Gelbach and Miller (2011), Robust inference with multiway clustering,
Journal of Business and Economic Statistics 29, 238 to 249.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from ratings.core.statistics.bootstrap import LEVEL
from ratings.core.statistics.clusters import codes
from ratings.core.statistics.equivalence import unspread
from ratings.core.statistics.student_t import below, quantile

_NONE = 1e-9
"""A standard error below this is none."""
FEWEST_CROSSED = 8
"""Clusters of a second kind below which they are taken as fixed: what is said is about them."""


@dataclass(frozen=True)
class ClusterMean:
    """A mean with the estimate of its error.

    Args:
        value: each observation counts once; NaN without observations.
        error: standard error (CR2); NaN with fewer than two clusters.
        df: degrees of freedom (Satterthwaite); NaN with fewer than two clusters.
        clusters: number of clusters.
        limits: the lowest and the highest value that an observation can have; infinite for none.
    """

    value: float
    error: float
    df: float
    clusters: int
    limits: tuple[float, float]

    @property
    def agreed(self) -> bool:
        """Whether the clusters do not differ at all, so that their spread is not known."""
        return self.error < _NONE

    @cached_property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval, within the limits; NaN with fewer than two clusters.

        Where all clusters agree, the interval allows for a share of 1 - .025^(1 / clusters) that
        does not, and that lies at the limits; NaN if there are none.

        Source: Hanley and Lippman-Hand (1983), If nothing goes wrong, is everything all right?,
        JAMA 249, 1743 to 1745.
        """
        low, high = self.limits
        if self.agreed and np.isinf(high - low):
            return np.nan, np.nan
        if self.agreed:
            others = 1 - ((1 - LEVEL) / 2) ** (1 / self.clusters)
            return self.value - others * (self.value - low), self.value + others * (
                high - self.value
            )
        return self.within(quantile(0.5 + LEVEL / 2, self.df))

    def within(self, errors: float) -> tuple[float, float]:
        """Values within a number of standard errors and within the limits."""
        low, high = self.limits
        reach = errors * self.error
        return float(np.maximum(self.value - reach, low)), float(
            np.minimum(self.value + reach, high)
        )

    @cached_property
    def p(self) -> float:
        """Two-sided p value against 0; that of the sign test where all clusters agree."""
        if self.agreed and abs(self.value) < _NONE:
            return 1.0
        t = np.inf if self.agreed else abs(self.value) / self.error
        return float(unspread(2 * below(-t, self.df), self.error, self.clusters))


def cluster_mean(
    values: ArrayLike, clusters: ArrayLike, limits: tuple[float, float]
) -> ClusterMean:
    """The mean of observations in clusters.

    Args:
        values: [n] observations.
        clusters: [n] the cluster of each.
        limits: the lowest and the highest value that an observation can have.
    """
    y = np.asarray(values, dtype=float)
    if not len(y):
        return ClusterMean(np.nan, np.nan, np.nan, 0, limits)
    index, mean = codes(clusters), float(y.mean())
    part = np.bincount(index) / len(y)
    if len(part) < 2:  # noqa: PLR2004 - one cluster has no spread
        return ClusterMean(mean, np.nan, np.nan, len(part), limits)
    weight = 1 / np.sqrt(1 - part)
    error = np.linalg.norm(weight * np.bincount(index, y - mean)) / len(y)
    # The squared error is a quadratic form; of independent observations, with this matrix.
    form = np.outer(weight, weight) * (np.diag(part) - np.outer(part, part))
    df = np.trace(form) ** 2 / (form**2).sum()
    return ClusterMean(mean, float(error), float(df), len(part), limits)


def crossed_mean(
    values: ArrayLike, clusters: ArrayLike, crossed: ArrayLike, limits: tuple[float, float]
) -> ClusterMean:
    """The mean of observations in clusters of two kinds that cross each other.

    The variance is that of either kind less that of both together, and never below that of one.
    Where there are fewer than FEWEST_CROSSED of the second kind, the first alone counts.

    Args:
        values: [n] observations.
        clusters: [n] the cluster of each, such as an item.
        crossed: [n] its cluster of the second kind, such as a wording.
        limits: the lowest and the highest value that an observation can have.
    """
    one = cluster_mean(values, clusters, limits)
    first, second = codes(clusters), codes(crossed)
    if len(first) == 0 or second.max() + 1 < FEWEST_CROSSED:
        return one
    other = cluster_mean(values, second, limits)
    both = cluster_mean(values, first * (second.max() + 1) + second, limits)
    joint = one.error**2 + other.error**2 - both.error**2
    widest = max(one, other, key=lambda mean: mean.error)
    error = max(float(np.sqrt(max(joint, 0))), widest.error)
    df = min(one.df, other.df)
    return ClusterMean(one.value, error, df, min(one.clusters, other.clusters), limits)
