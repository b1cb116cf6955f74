"""Number of blocks needed to detect a difference, by simulated studies with t tests.

Source: the t test's own power for normal data (Cohen, 1988, Statistical Power Analysis for the
Behavioral Sciences, chapter 2) is the oracle in tests; payoffs are far from normal, hence the
simulation.
"""

from collections.abc import Callable

import numpy as np

from ratings.core.statistics import student_t
from ratings.core.statistics.bootstrap import Floats

ALPHA = 0.05
STUDIES = 2_000
_CLOSE = 1.02
_MOST = 10_000_000
_VALUES = 1_000


def power(
    pool: Floats, difference: float, blocks: int, seed: int, weights: Floats | None = None
) -> float:
    """Share of simulated studies that detect the difference at 5 %, two-sided.

    Args:
        pool: values of a block, such as differences between two equal contestants; their mean is
            set to 0.
        difference: value added to each.
        blocks: number of blocks in a study.
        seed: seed of the studies.
        weights: weights of the values; equal if not given.
    """
    values, chances = _pooled(pool, weights)
    values = values - chances @ values + difference
    times = np.random.default_rng(seed).multinomial(blocks, chances, STUDIES)
    mean = times @ values / blocks
    spare = np.maximum(times @ values**2 / blocks - mean**2, 0) / (blocks - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(mean) / np.sqrt(spare)
    # Blocks without variance: the difference is certain, or there is none.
    t = np.where(spare > 0, t, np.where(np.abs(mean) > 0, np.inf, 0))
    return float((t > student_t.quantile(1 - ALPHA / 2, blocks - 1)).mean())


def needed(
    pool: Floats, difference: float, aim: float, seed: int, weights: Floats | None = None
) -> int | None:
    """Number of blocks, to within 2 %, at which studies reach the required power.

    Args:
        pool: as for `power`.
        difference: as for `power`; above 0.
        aim: required power, such as 0.8.
        seed: seed of the studies.
        weights: as for `power`.

    Returns:
        The number; None if ten million blocks are too few.
    """
    return fewest(lambda blocks: power(pool, difference, blocks, seed, weights) >= aim, _MOST)


def fewest(enough: Callable[[int], bool], most: int) -> int | None:
    """The smallest sufficient number, to within 2 %; None if `most` is not sufficient.

    Args:
        enough: whether a number, from 3 on, is sufficient; monotone.
        most: the largest number that is tried, to within a factor of two.
    """
    low, high = 2, 3
    while not enough(high):
        low, high = high, 2 * high
        if high > most:
            return None
    while high > _CLOSE * low and high > low + 1:
        middle = round((low * high) ** 0.5)
        middle = min(max(middle, low + 1), high - 1)
        if enough(middle):
            high = middle
        else:
            low = middle
    return high


def wins(ties: float, elo: float) -> tuple[Floats, Floats]:
    """Centred scores of a comparison between contestants with a given difference in Elo points.

    Args:
        ties: share of ties between equals.
        elo: difference in Elo points on the Bradley-Terry scale.

    Returns:
        Scores minus 1/2, with their probabilities, by Davidson's model.
    """
    strength = elo * np.log(10) / 400
    nu = 2 * ties / (1 - ties) if ties < 1 else np.inf
    parts = np.array([np.exp(-strength / 2), nu, np.exp(strength / 2)])
    return np.array([-0.5, 0.0, 0.5]), parts / parts.sum()


def _pooled(pool: Floats, weights: Floats | None) -> tuple[Floats, Floats]:
    """Values and their probabilities; many distinct values are reduced to quantiles."""
    if weights is not None:
        return pool, weights
    values, times = np.unique(pool, return_counts=True)
    if len(values) > _VALUES:
        values = np.quantile(pool, (np.arange(_VALUES) + 0.5) / _VALUES)
        times = np.ones(_VALUES, np.int64)
    return values, times / times.sum()
