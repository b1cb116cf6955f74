"""Intervals for observations that come in clusters, such as all decisions under one seed.

Decisions of one block share the deal and the paraphrase, so they are no independent observations.
Whole blocks are resampled, or shares are given an effective number of observations.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DRAWS = 1000
"""Bootstrap samples."""
SEED = 0
Z = 1.959963984540054
"""Of a two-sided 95 % interval."""
_TAILS = (0.025, 0.975)


class Interval(NamedTuple):
    """An estimate with its 95 % interval; NaN where there is nothing to say."""

    value: float
    low: float
    high: float


def codes(*columns: ArrayLike) -> Ints:
    """One whole number per distinct row of the columns, from 0."""
    code = np.zeros(1, dtype=np.int64)
    for column in columns:
        part = np.unique(np.asarray(column), return_inverse=True)[1]
        code = np.unique(code * (part.max(initial=0) + 1) + part, return_inverse=True)[1]
    return code.astype(np.int64)


def share(hits: ArrayLike, clusters: ArrayLike) -> Interval:
    """A share with Wilson's interval for the effective number of observations.

    The effective number is n divided by the design effect, the variance of the share between
    clusters over that of n independent observations, and never more than n. Where the share is 0 or
    1, nothing is known of that variance: each cluster then counts as one observation.

    Args:
        hits: [n] true or false.
        clusters: [n] which cluster each belongs to.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference,
    JASA 22, 209 to 212; Kish (1965), Survey Sampling, section 8.2, on effective numbers; Franco,
    Little, Louis and Slud (2019), Journal of Survey Statistics and Methodology 7, 334 to 364, on
    Wilson's interval with them.
    """
    y = np.asarray(hits, dtype=float)
    if not len(y):
        return Interval(np.nan, np.nan, np.nan)
    p = float(y.mean())
    return Interval(p, *wilson(p, effective(y, clusters)))


def effective(y: Floats, clusters: ArrayLike) -> float:
    """The number of independent observations that would tell as much about a share."""
    group, p, n = codes(clusters), float(y.mean()), len(y)
    number = int(group.max()) + 1
    if number < 2 or p in {0.0, 1.0}:  # noqa: PLR2004 - one cluster has no variance
        return number
    variance = number / (number - 1) * float((np.bincount(group, y - p) ** 2).sum()) / n**2
    return n if variance == 0 else min(n, n / (n - 1) * p * (1 - p) / variance)


def wilson(p: float, n: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share p of n observations; n need not be whole."""
    middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * np.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def difference(one: Interval, other: Interval) -> Interval:
    """The difference of two shares of different observations, from their Wilson intervals.

    Source: Newcombe (1998), Interval estimation for the difference between independent
    proportions, Statistics in Medicine 17, 873 to 890, method 10.
    """
    value = one.value - other.value
    down = np.hypot(one.value - one.low, other.high - other.value)
    up = np.hypot(one.high - one.value, other.value - other.low)
    return Interval(value, float(value - down), float(value + up))


def replicates(
    clusters: ArrayLike,
    statistic: Callable[[Floats], ArrayLike],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Floats:
    """A statistic when whole clusters are drawn with replacement.

    Args:
        clusters: [n] which cluster each observation belongs to.
        statistic: from the observations' weights, shape [n], to one number or several.
        draws: number of samples.
        seed: of the draws.

    Returns:
        Shape (draws, ...).
    """
    group = codes(clusters)
    number = int(group.max(initial=-1)) + 1
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(number, np.full(number, 1 / number), size=draws)
    return np.array([statistic(row[group].astype(float)) for row in counts])


def mean(values: ArrayLike, clusters: ArrayLike) -> Interval:
    """A mean with its cluster bootstrap interval (percentiles); none with a single cluster."""
    y = np.asarray(values, dtype=float)
    if not len(y):
        return Interval(np.nan, np.nan, np.nan)
    drawn = replicates(clusters, lambda w: (w * y).sum() / w.sum())
    return Interval(float(y.mean()), *bounds(drawn, clusters))


def bounds(drawn: Floats, clusters: ArrayLike) -> tuple[float, float]:
    """The middle 95 % of bootstrap values that are numbers; NaN with a single cluster."""
    kept = drawn[~np.isnan(drawn)]
    if len(np.unique(np.asarray(clusters))) < 2 or not len(kept):  # noqa: PLR2004
        return np.nan, np.nan
    low, high = np.quantile(kept, _TAILS)
    return float(low), float(high)
