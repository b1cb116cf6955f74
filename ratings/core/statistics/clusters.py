"""Estimates from observations that come in clusters, such as all decisions under one seed.

Decisions of one block share the deal and the paraphrase, so they are no independent observations.
Whole clusters are resampled, or shares are given an effective number of observations.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ratings.core.statistics import bootstrap
from ratings.core.statistics.bootstrap import LEVEL, ROUNDS, Floats, Ints
from ratings.core.statistics.student_t import quantile

SEED = 0
"""Of the bootstrap."""


class Interval(NamedTuple):
    """An estimate with its 95 % interval; NaN where there is nothing to say."""

    value: float
    low: float
    high: float


NOTHING = Interval(np.nan, np.nan, np.nan)


@dataclass(frozen=True)
class Clustered:
    """Decisions in clusters and their mean.

    Args:
        n: decisions.
        clusters: number of clusters.
        effective: number of independent decisions that would carry as much information.
        mean: of the clusters' means.
        se: its standard error, from the spread of the clusters' means; NaN with one cluster.
    """

    n: int
    clusters: int
    effective: int
    mean: float
    se: float

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Confidence interval of the mean, by Student's t over clusters."""
        reach = quantile((1 + level) / 2, max(self.clusters - 1, 1)) * self.se
        return self.mean - reach, self.mean + reach


def codes(*columns: ArrayLike) -> Ints:
    """One whole number per distinct row of the columns, from 0."""
    code = np.zeros(1, dtype=np.int64)
    for column in columns:
        part = np.unique(np.asarray(column), return_inverse=True)[1]
        code = np.unique(code * (part.max(initial=0) + 1) + part, return_inverse=True)[1]
    return code.astype(np.int64)


def joined(*columns: Sequence[object]) -> Ints:
    """Finest common coarsening: rows that share a value in any column are in one cluster.

    Decisions that share a participant or a wording are not independent. Decisions of different
    clusters share neither, so estimators for one-way clusters are valid.

    Args:
        columns: [n] each; a row with None shares no value.

    Returns:
        [n] numbers from 0: the connected components.
    """
    rows = nodes = len(columns[0])
    ends = []
    for column in columns:
        own = codes([str(at) if v is None else f"={v}" for at, v in enumerate(column)])
        ends.append(nodes + own)
        nodes += int(own.max(initial=-1)) + 1
    edges = np.tile(np.arange(rows), len(ends)), np.concatenate(ends)
    graph = coo_array((np.ones(len(edges[0])), edges), shape=(nodes, nodes))
    return codes(connected_components(graph, directed=False)[1][:rows])


def clustered(values: Floats, cluster: NDArray[Any], repeats: int = 0) -> Clustered:
    """Summary of decisions in clusters.

    Args:
        values: [n] decisions.
        cluster: [n] cluster of each decision.
        repeats: number of decisions without new information. They count in the mean, so that rounds
            and opponents keep their weights, but not in the effective number.
    """
    index = codes(cluster)
    sizes = np.bincount(index)
    means = np.bincount(index, values) / sizes
    groups = len(sizes)
    se = float(means.std(ddof=1) / np.sqrt(groups)) if groups > 1 else float("nan")
    number = int(effective(values, cluster, repeats))
    return Clustered(len(values), groups, number, float(means.mean()), se)


def effective(values: ArrayLike, cluster: ArrayLike, repeats: int = 0) -> float:
    """The number of independent observations that would carry as much information.

    It is n over the design effect 1 + (m - 1) ICC, with m the mean size of a cluster and the
    intraclass correlation of a one-way analysis of variance. It is at least the number of clusters.
    Observations that do not vary at all within clusters count once per cluster.

    Args:
        values: [n] observations, at least one.
        cluster: [n] the cluster of each.
        repeats: number of observations without new information.

    Source: Donner and Koval (1980), The estimation of intraclass correlation in the analysis of
    family data, Biometrics 36, 19 to 25: the estimator; Kish (1965), Survey Sampling, section 5.4.
    """
    y, index = np.asarray(values, dtype=float), codes(cluster)
    sizes = np.bincount(index)
    groups, telling = len(sizes), len(y) - repeats
    correlation = _correlation(y, index, sizes)
    return float(max(groups, telling / (1 + (telling / groups - 1) * correlation)))


def _correlation(values: Floats, index: Ints, sizes: NDArray[Any]) -> float:
    """Intraclass correlation, within 0 and 1; 1 where the data do not determine it."""
    n, groups = len(values), len(sizes)
    if n == groups:
        return 0.0
    means = np.bincount(index, values) / sizes
    inside = ((values - means[index]) ** 2).sum() / (n - groups)
    if groups == 1 or inside == 0:
        return 1.0
    between = (sizes * (means - values.mean()) ** 2).sum() / (groups - 1)
    size = (n - (sizes**2).sum() / n) / (groups - 1)
    return float(np.clip((between - inside) / (between + (size - 1) * inside), 0, 1))


def share(hits: ArrayLike, clusters: ArrayLike) -> Interval:
    """A share with Wilson's interval for the effective number of observations.

    Args:
        hits: [n] true or false.
        clusters: [n] the cluster of each.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference,
    JASA 22, 209 to 212; Franco, Little, Louis and Slud (2019), Journal of Survey Statistics and
    Methodology 7, 334 to 364, on Wilson's interval with effective numbers.
    """
    y = np.asarray(hits, dtype=float)
    if not len(y):
        return NOTHING
    p, n = float(y.mean()), effective(y, clusters)
    from statsmodels.stats.proportion import proportion_confint  # noqa: PLC0415 - loading it takes long

    return Interval(p, *map(float, proportion_confint(p * n, n, 1 - LEVEL, method="wilson")))


def difference(
    hits: ArrayLike, clusters: ArrayLike, other_hits: ArrayLike, other_clusters: ArrayLike
) -> Interval:
    """The difference of two shares of different observations, from their Wilson intervals.

    Args:
        hits: [n] true or false.
        clusters: [n] the cluster of each.
        other_hits: [m] true or false; their share is subtracted.
        other_clusters: [m] the cluster of each.

    Source: Newcombe (1998), Interval estimation for the difference between independent
    proportions, Statistics in Medicine 17, 873 to 890, method 10.
    """
    one, other = (np.asarray(each, dtype=float) for each in (hits, other_hits))
    if not len(one) or not len(other):
        return NOTHING
    p, q = float(one.mean()), float(other.mean())
    n, m = effective(one, clusters), effective(other, other_clusters)
    from statsmodels.stats.proportion import confint_proportions_2indep  # noqa: PLC0415 - likewise

    ends = confint_proportions_2indep(p * n, n, q * m, m, method="newcomb", alpha=1 - LEVEL)
    return Interval(p - q, *map(float, ends))


def replicates(
    clusters: ArrayLike,
    statistic: Callable[[Floats], ArrayLike],
    *,
    rounds: int = ROUNDS,
    seed: int = SEED,
) -> Floats:
    """A statistic when whole clusters are drawn with replacement.

    Args:
        clusters: [n] the cluster of each observation.
        statistic: from the observations' weights, shape [n], to one number or several.
        rounds: of the bootstrap.
        seed: of the draws.

    Returns:
        Shape (rounds, ...); no rounds for a single cluster.
    """
    group = codes(clusters)
    drawn = bootstrap.weights(int(group.max(initial=-1)) + 1, rounds, seed)
    if not len(drawn):
        return np.empty((0, *np.shape(statistic(np.ones(len(group))))))
    return np.array([statistic(row[group]) for row in drawn])


def mean(values: ArrayLike, clusters: ArrayLike) -> Interval:
    """A mean with its cluster bootstrap interval."""
    y = np.asarray(values, dtype=float)
    if not len(y):
        return NOTHING
    drawn = replicates(clusters, lambda w: (w * y).sum() / w.sum())
    return Interval(float(y.mean()), *bounds(drawn, clusters))


def bounds(drawn: Floats, clusters: ArrayLike) -> tuple[float, float]:
    """The interval of `bootstrap.interval` from one statistic's draws that are numbers."""
    kept, number = drawn[~np.isnan(drawn)], len(np.unique(np.asarray(clusters)))
    if number < 2 or not len(kept):  # noqa: PLR2004 - one cluster has no spread
        return np.nan, np.nan
    low, high = bootstrap.interval(kept[:, None], number)
    return float(low[0]), float(high[0])
