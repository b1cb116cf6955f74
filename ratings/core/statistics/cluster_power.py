"""Power of the tests of a mean of observations in clusters, before they are made.

The mean is normal around the effect, and the squared error that CR2 estimates is a quadratic form
of normal observations. Its distribution is taken for a chi-squared one with the same mean and
variance (Satterthwaite), independent of the mean. With clusters of one size both are exact, and the
power is that of the noncentral t distribution. The test itself takes the degrees of freedom that
`cluster_mean` gives it.

Source: Bell and McCaffrey (2002), Survey Methodology 28, 169 to 181: the estimate and its degrees
of freedom; Satterthwaite (1946), An approximate distribution of estimates of variance components,
Biometrics Bulletin 2, 110 to 114; Julious (2023), Sample Sizes for Clinical Trials, chapters 3 and
5: power by the noncentral t, and of two one-sided tests.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import scipy  # its parts are loaded at their first use
from numpy.typing import ArrayLike
from scipy import special

from ratings.core.statistics import student_t
from ratings.core.statistics.bootstrap import Floats
from ratings.core.statistics.cluster_mean import cluster_mean
from ratings.core.statistics.clusters import codes

_NODES = (np.arange(200) + 0.5) / 200
"""Quantiles at which the distribution of an estimated error is read."""


@dataclass(frozen=True, eq=False)
class ClusterPlan:
    """Observations in clusters, of which the variances are known.

    Args:
        sizes: [clusters] number of observations, at least one each.
        between: variance between clusters.
        within: variance of the observations of a cluster.
        levels: variance between levels, such as orders of options, of which each cluster meets one,
            and all are met equally often. The mean does not vary with them; the estimate of its
            error takes them for variance between clusters.
    """

    sizes: Floats
    between: float
    within: float
    levels: float = 0.0

    @property
    def clusters(self) -> int:
        """Number of clusters."""
        return len(self.sizes)

    @property
    def error(self) -> float:
        """The standard error that is expected to be estimated; NaN with one cluster."""
        return float(np.sqrt(self._estimate[0]))

    @cached_property
    def df(self) -> float:
        """Degrees of freedom of the test, as `cluster_mean` gives them; NaN with one cluster."""
        return _form(self._part, 1 / self.sizes)[1]

    @cached_property
    def _part(self) -> Floats:
        part: Floats = self.sizes / self.sizes.sum()
        return part

    @cached_property
    def _deviation(self) -> float:
        """The standard deviation of the mean."""
        return float(np.sqrt(self._part**2 @ (self.between + self.within / self.sizes)))

    @cached_property
    def _estimate(self) -> tuple[float, float]:
        """The expected squared error, and the degrees of freedom of its distribution."""
        count = self.clusters
        spread = self.between + self.within / self.sizes
        # Levels that are met equally often deviate from the mean of just these clusters.
        return _form(self._part, spread, self.levels * count / (count - 1) if count > 1 else np.nan)

    def exceeds(self, effect: float, errors: float) -> float:
        """Probability that the mean exceeds a number of its estimated standard errors.

        Args:
            effect: expected value of the mean.
            errors: number of standard errors.
        """
        return float(self._above(effect, errors).mean())

    def power(self, effect: float, alpha: float) -> float:
        """Probability that the two-sided test against 0 finds the effect; NaN with one cluster."""
        if self.clusters < 2:  # noqa: PLR2004 - one cluster has no spread
            return np.nan
        errors = student_t.quantile(1 - alpha / 2, self.df)
        return self.exceeds(effect, errors) + self.exceeds(-effect, errors)

    def equivalence(self, margin: float, alpha: float, effect: float = 0.0) -> float:
        """Probability that two one-sided tests find the mean within the margin.

        Args:
            margin: above 0.
            alpha: level of either test.
            effect: expected value of the mean.
        """
        if self.clusters < 2:  # noqa: PLR2004 - one cluster has no spread
            return np.nan
        errors = student_t.quantile(1 - alpha, self.df)
        both = self._above(margin - effect, errors) + self._above(margin + effect, errors) - 1
        return float(np.maximum(both, 0).mean())

    def _above(self, effect: float, errors: float) -> Floats:
        """The same given the estimated error, at each of its quantiles."""
        if not self._deviation > 0:
            return np.full(len(_NODES), float(effect > 0))
        squared, df = self._estimate
        estimated = np.sqrt(squared) * _ratios(round(df, 3))
        above: Floats = special.ndtr((effect - errors * estimated) / self._deviation)
        return above


@lru_cache(maxsize=1_000)
def _ratios(df: float) -> Floats:
    """Quantiles of an estimated standard error, in expected ones."""
    ratios: Floats = np.sqrt(2 * special.gammaincinv(df / 2, _NODES) / df)
    return ratios


def _form(part: Floats, spread: Floats, levels: float = 0.0) -> tuple[float, float]:
    """Mean of CR2's estimate of the squared error, and its degrees of freedom by Satterthwaite.

    The estimate is a quadratic form of the clusters' means, with the matrix
    diag(a) - a p' - p a' + (sum a) p p', where p are the clusters' parts and a = p^2 / (1 - p).

    Args:
        part: [clusters] p.
        spread: [clusters] variance of the clusters' means.
        levels: mean square of what is added to these means.
    """
    if len(part) < 2:  # noqa: PLR2004 - one cluster has no spread
        return np.nan, np.nan
    a = part**2 / (1 - part)
    outer, middle = np.stack([a, part]), np.array([[0.0, -1.0], [-1.0, a.sum()]])

    def traces(d: Floats, e: Floats) -> tuple[float, float]:
        """Traces of M diag(d), and of M diag(d) M diag(e)."""
        one, other = (outer * d) @ outer.T, (outer * e) @ outer.T
        once = a @ d + (middle * one).sum()
        cross = (outer * (d * a * e)) @ outer.T
        twice = (a**2 * d) @ e + 2 * (middle * cross).sum()
        return float(once), float(twice + np.trace(middle @ one @ middle @ other))

    same = np.full(len(part), levels)
    mean, square = traces(spread, spread)
    added, cross = traces(same, spread)
    mean += added
    return mean, mean**2 / (square + 2 * cross) if mean else np.nan


def spread(values: ArrayLike, clusters: ArrayLike) -> ClusterPlan:
    """The plan that observations carry out, with the variances that they show.

    The variance between clusters is what the estimate of the squared error, CR2, holds beyond the
    variance within. Where no cluster has two observations, all of it lies between.

    Args:
        values: [n] observations; at least one.
        clusters: [n] the cluster of each.
    """
    y, index = np.asarray(values, dtype=float), codes(clusters)
    sizes = np.bincount(index).astype(float)
    if len(sizes) < 2:  # noqa: PLR2004 - one cluster has no spread
        return ClusterPlan(sizes, np.nan, np.nan)
    inside = y - (np.bincount(index, y) / sizes)[index]
    free = len(y) - len(sizes)
    within = float(inside @ inside / free) if free else 0.0
    part = sizes / sizes.sum()
    squared = cluster_mean(y, index, (-np.inf, np.inf)).error ** 2
    (each, _), (own, _) = _form(part, np.ones(len(part))), _form(part, 1 / sizes)
    return ClusterPlan(sizes, max(0.0, (squared - within * own) / each), within)


def smallest(power: Callable[[float], float], aim: float, most: float) -> float:
    """The smallest effect that is found often enough; NaN if none up to `most` is.

    Args:
        power: of an effect; rises with it.
        aim: required power.
        most: the largest effect there can be.
    """
    if not power(most) >= aim:
        return np.nan
    least = most * 1e-6
    if power(least) >= aim:
        return least
    return float(
        scipy.optimize.brentq(lambda effect: power(effect) - aim, least, most, xtol=most * 1e-4)
    )
