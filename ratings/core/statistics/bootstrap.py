"""Resampling clusters: weights, intervals, ranks, the probability of being first.

Pairings share chance seeds and wordings, so that comparisons within a cluster go together; whole
clusters are therefore drawn with replacement.

Source: Cameron, Gelbach and Miller (2008), Bootstrap-based improvements for inference with
clustered errors, Review of Economics and Statistics 90, 414 to 427, section III.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDS = 1_000
LEVEL = 0.95
_SAME = 1e-9
"""Estimates nearer than this are equal."""

FEW = 30
"""With fewer clusters, intervals are too short."""


@dataclass(frozen=True, eq=False)
class Resampled:
    """Estimates of all contestants, and what they come to in each bootstrap round.

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


def weights(clusters: int, rounds: int, seed: int | Sequence[int]) -> Floats:
    """How often each cluster is drawn in each round: [rounds, clusters]; no rounds for one cluster.

    Args:
        clusters: how many there are.
        rounds: how many times as many are drawn.
        seed: of the draws.
    """
    if clusters < 2:  # noqa: PLR2004 - one cluster says nothing about differences between them
        return np.empty((0, clusters))
    rng = np.random.default_rng(seed)
    return rng.multinomial(clusters, np.full(clusters, 1 / clusters), rounds).astype(np.float64)


def tails(clusters: int) -> tuple[float, float]:
    """The quantiles of bootstrap draws that make a 95 % interval.

    Wider than 2.5 % to 97.5 %, so that an interval for a mean is as wide as Student's: the
    bootstrap divides by the number of clusters where the estimate of a variance divides by one
    less, and knows no degrees of freedom.

    Source: Hesterberg (2015), What teachers should know about the bootstrap, The American
    Statistician 69, 371 to 386, section 5.3 (expanded percentile interval).
    """
    student = stats.t.ppf(0.5 + LEVEL / 2, clusters - 1)
    low = float(stats.norm.cdf(-np.sqrt(clusters / (clusters - 1)) * student))
    return low, 1 - low


def interval(draws: Floats, clusters: int) -> tuple[Floats, Floats]:
    """Ends of the 95 % intervals of columns; NaN where all draws are the same.

    Clusters that all agree say nothing of how much they may differ.

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
    """The ranks that a contestant may have, from 1.

    The best possible one counts those that are better than it beyond doubt: the interval of the
    paired difference lies above 0. The worst possible one, likewise, those that are not worse.

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
    """The share of rounds in which each is the best; those that tie for it share: [columns].

    NaN without rounds, and where all rounds are the same.
    """
    if not draws.size or (np.ptp(draws, axis=0) < _SAME).all():
        return np.full(draws.shape[1], np.nan)
    best = draws >= draws.max(axis=1, keepdims=True) - _SAME
    share: Floats = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    return share
