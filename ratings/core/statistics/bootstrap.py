"""Resampling clusters: weights, intervals, ranks, the probability of being first.

Pairings share chance seeds and wordings, so comparisons within a cluster are dependent. Whole
clusters are therefore drawn with replacement.

Source: Cameron, Gelbach and Miller (2008), Bootstrap-based improvements for inference with
clustered errors, Review of Economics and Statistics 90, 414 to 427, section III.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ratings.core.statistics.student_t import quantile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDS = 1_000
LEVEL = 0.95
_SAME = 1e-9
"""Estimates within this distance are equal."""

FEW = 30
"""Number of clusters below which intervals are too short."""

MANY = 10_000
"""Number of clusters above which indices are drawn, of the same distribution as slower counts."""


@dataclass(frozen=True, eq=False)
class Resampled:
    """Estimates of all contestants, and their values in each bootstrap round.

    Args:
        contestants: names of those with an estimate.
        estimate: [contestants]
        draws: [rounds, contestants]; no rounds if there are fewer than two clusters.
        clusters: number of clusters.
    """

    contestants: tuple[str, ...]
    estimate: Floats
    draws: Floats
    clusters: int

    @property
    def interval(self) -> tuple[Floats, Floats]:
        """Ends of the 95 % intervals; NaN without rounds."""
        return interval(self.draws, self.clusters)


def weights(clusters: int | Ints, rounds: int, seed: int | Sequence[int]) -> Floats:
    """Number of draws of each cluster per round: [rounds, clusters]; no rounds for one cluster.

    Args:
        clusters: number of clusters; or [kinds], where the clusters of a kind have equal results
            and are drawn together.
        rounds: number of rounds.
        seed: seed of the draws.
    """
    copies = np.ones(clusters, np.int64) if isinstance(clusters, int) else clusters
    if (number := int(copies.sum())) < 2:  # noqa: PLR2004 - one says nothing about differences
        return np.empty((0, len(copies)))
    rng = np.random.default_rng(seed)
    if len(copies) > MANY:
        kind = np.repeat(np.arange(len(copies)), copies)
        drawn = (kind[rng.integers(number, size=number)] for _ in range(rounds))
        return np.array([np.bincount(each, minlength=len(copies)) for each in drawn], np.float64)
    return rng.multinomial(number, copies / number, rounds).astype(np.float64)


def tails(clusters: int) -> tuple[float, float]:
    """Quantiles of bootstrap draws that give a 95 % interval.

    The interval is wider than 2.5 % to 97.5 %, so that an interval for a mean is as wide as
    Student's. The bootstrap divides the variance by the number of clusters instead of one less, and
    uses normal instead of t quantiles.

    Source: Hesterberg (2015), What teachers should know about the bootstrap, The American
    Statistician 69, 371 to 386, section 5.3 (expanded percentile interval).
    """
    student = quantile(0.5 + LEVEL / 2, clusters - 1)
    low = float(special.ndtr(-np.sqrt(clusters / (clusters - 1)) * student))
    return low, 1 - low


def interval(draws: Floats, clusters: int) -> tuple[Floats, Floats]:
    """Ends of the 95 % intervals of columns; NaN if all draws are the same.

    Clusters that all agree give no information on their spread.

    Args:
        draws: [rounds, columns]
        clusters: number of clusters behind them.
    """
    if not len(draws):
        nothing = np.full(draws.shape[1], np.nan)
        return nothing, nothing
    low, high = np.quantile(draws, tails(clusters), axis=0)
    agreed = np.ptp(draws, axis=0) < _SAME
    return np.where(agreed, np.nan, low), np.where(agreed, np.nan, high)


def ranks(sample: Resampled) -> tuple[Ints, Ints]:
    """Best and worst plausible rank of each contestant, from 1.

    The best rank counts the contestants that are significantly better: the interval of the paired
    difference lies above 0. The worst rank counts those that are not significantly worse.

    Source: Mogstad, Romano, Shaikh and Wilhelm (2024), Inference for ranks with applications to
    mobility across neighbourhoods and academic achievement across countries, Review of Economic
    Studies 91, 476 to 518 (marginal ranks from differences; without their correction for
    multiplicity).
    """
    count = len(sample.contestants)
    better, worse = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for one in range(count):
        low, high = interval(sample.draws - sample.draws[:, [one]], sample.clusters)
        better[one], worse[one] = (low > 0).sum(), (high < 0).sum()
    return better + 1, count - worse


def summary(sample: Resampled) -> dict[str, Any]:
    """Columns contestant, rating, low, high, rank_best, rank_worst and first of a table."""
    low, high = sample.interval
    best, worst = ranks(sample) if len(sample.draws) else (np.nan, np.nan)
    return {
        "contestant": sample.contestants,
        "rating": sample.estimate,
        "low": low,
        "high": high,
        "rank_best": best,
        "rank_worst": worst,
        "first": first(sample.draws),
    }


def first(draws: Floats) -> Floats:
    """Share of rounds in which each is best; ties are shared equally: [columns].

    NaN without rounds, and if all rounds are the same.
    """
    if not draws.size or (np.ptp(draws, axis=0) < _SAME).all():
        return np.full(draws.shape[1], np.nan)
    best = draws >= draws.max(axis=1, keepdims=True) - _SAME
    share: Floats = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    return share
