"""Decisions that are not independent: the unit is the cluster (the wording), not the sample."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]

_ROUNDING = 1e-9
"""A standard error below this is none."""


@dataclass(frozen=True)
class Clustered:
    """What decisions in clusters say about their mean.

    Args:
        n: decisions.
        clusters: how many clusters they came in.
        effective: independent observations that would say as much.
        mean: of the clusters' means.
        se: its standard error, from the spread of the clusters' means; NaN with one cluster.
    """

    n: int
    clusters: int
    effective: int
    mean: float
    se: float

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Confidence interval of the mean, by Student's t over clusters."""
        reach = stats.t.ppf((1 + level) / 2, max(self.clusters - 1, 1)) * self.se
        return self.mean - reach, self.mean + reach


def clustered(values: Floats, cluster: NDArray[Any], repeats: int = 0) -> Clustered:
    """Summary of decisions in clusters.

    The effective number is n over the design effect 1 + (m - 1) ICC, with the intraclass
    correlation of a one-way analysis of variance, between the number of clusters and n. Decisions
    that do not vary at all within clusters count once per cluster.

    Args:
        values: [n] decisions.
        cluster: [n] what each belongs to.
        repeats: how many of them say nothing new. They count in the mean, so that no round and no
            opponent loses its weight, but not towards the effective number.

    Source: Donner and Koval (1980), The estimation of intraclass correlation in the analysis of
    family data, Biometrics 36, 19 to 25: the estimator; Kish (1965), Survey Sampling, section 5.4.
    """
    _, index = np.unique(cluster, return_inverse=True)
    sizes = np.bincount(index)
    means = np.bincount(index, values) / sizes
    n, groups = len(values), len(sizes)
    se = float(means.std(ddof=1) / np.sqrt(groups)) if groups > 1 else float("nan")
    correlation = _correlation(values, index, sizes, means)
    telling = n - repeats
    effective = max(groups, int(telling / (1 + (telling / groups - 1) * correlation)))
    return Clustered(n, groups, effective, float(means.mean()), se)


def _correlation(values: Floats, index: NDArray[Any], sizes: NDArray[Any], means: Floats) -> float:
    """Intraclass correlation, within 0 and 1; 1 where it cannot be told."""
    n, groups = len(values), len(sizes)
    if n == groups:
        return 0.0
    inside = ((values - means[index]) ** 2).sum() / (n - groups)
    if groups == 1 or inside == 0:
        return 1.0
    between = (sizes * (means - values.mean()) ** 2).sum() / (groups - 1)
    size = (n - (sizes**2).sum() / n) / (groups - 1)
    return float(np.clip((between - inside) / (between + (size - 1) * inside), 0, 1))


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
        p = stats.t.sf((np.asarray(margin, float) - size) / error, df)
    return np.asarray(np.where(error == 0, (size >= margin).astype(float), p), dtype=float)


def unspread(p: ArrayLike, se: ArrayLike, clusters: ArrayLike) -> Floats:
    """Probability values, where clusters do not differ no smaller than what so many can show.

    Without any spread a t test is certain of anything; a sign test says what n agreeing clusters
    are worth, for a difference as for sameness: 2^(1 - n).

    Args:
        p: of tests that go by the spread of clusters.
        se: the standard errors behind them.
        clusters: how many there are.
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
