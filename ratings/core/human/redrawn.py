"""Figures of a study, had as many other people been asked."""

from functools import lru_cache

import numpy as np

from ratings.core.human.histogram import Floats


def luck(figures: int, size: int, seed: tuple[int, int], *, apart: bool) -> Floats:
    """[size, figures or 1] how high each figure is among its possible ones, from 0 to 1."""
    return np.random.default_rng(seed).random((size, figures if apart else 1))


@lru_cache(maxsize=256)  # every contestant is beside the same people
def shares(
    heights: tuple[float, ...],
    people: tuple[float, ...],
    size: int,
    seed: tuple[int, int],
    *,
    apart: bool,
) -> Floats:
    """[size, figures] shares in resampled studies of this number of people."""
    from scipy import stats  # noqa: PLC0415 - loading it takes long

    ranks = luck(len(heights), size, seed, apart=apart)
    drawn: Floats = stats.binom.ppf(ranks, people, heights) / np.array(people)
    drawn.flags.writeable = False
    return drawn
