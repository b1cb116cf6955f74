"""Human scale: distances between disjoint samples of people on the same measure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from ratings.core.human import histogram as h
from ratings.core.human.studies import Baseline, baselines

Scale = tuple[tuple[str, str, float], ...]
"""Two human samples and their distance, the nearest two first."""

DRAWS, SEED = 400, 0
"""Number of bootstraps that estimate the bias of a distance."""


@cache
def human_scale(game: str, measure: str) -> Scale:
    """Distances between every two disjoint samples of the same measure, less their bias."""
    samples = [
        each
        for each in baselines().values()
        if each.cells is not None and (each.game, each.measure) == (game, measure)
    ]
    return _sorted(samples, lambda a, b: _unbiased(a.histogram, b.histogram))


def probability_scale(study: Baseline, x: "np.ndarray[Any, Any]", game: Mapping[str, Any]) -> Scale:
    """The same for probabilities, over the places of decisions; plain samples only."""
    samples = [
        each
        for each in baselines().values()
        if (each.game, each.measure, each.condition) == (study.game, study.measure, "")
        and each.cells is None
    ]

    def apart(one: Baseline, two: Baseline) -> float:
        curves = (each.expected(x, dict(game)) for each in (one, two))
        drawn = (each.redrawn(x, DRAWS, (SEED, at)) for at, each in enumerate((one, two)))
        return _less_bias(_gap(*curves), _gap(*drawn))

    return _sorted(samples, apart)


def disjoint(one: Baseline, two: Baseline) -> bool:
    """Whether no person can be in both samples, as far as their files say."""

    def holds(a: Baseline, b: Baseline) -> bool:
        return any(b.name == other or b.name.startswith(f"{other}_") for other in a.overlaps)

    parts = one.name in two.within or two.name in one.within
    return not (parts or holds(one, two) or holds(two, one))


def _sorted(samples: Iterable[Baseline], apart: Callable[[Baseline, Baseline], float]) -> Scale:
    distances = [(a.name, b.name, apart(a, b)) for a, b in _pairs(samples)]
    return tuple(sorted((row for row in distances if not np.isnan(row[2])), key=lambda row: row[2]))


def _pairs(samples: Iterable[Baseline]) -> Iterator[tuple[Baseline, Baseline]]:
    """Every two disjoint samples of people whose number is known."""
    return (
        (one, two)
        for one, two in combinations([each for each in samples if each.sampled], 2)
        if disjoint(one, two)
    )


def _unbiased(one: h.Histogram, two: h.Histogram) -> float:
    """W1 of two samples less its bias: both are drawn anew, as many people as they have."""
    rng, both = np.random.default_rng(SEED), h.between(one, two)
    sizes = [max(1, round(each.people)) for each in (one, two)]
    drawn = [
        rng.multinomial(size, share, size=DRAWS) / size
        for size, share in zip(sizes, (both.human, both.other), strict=True)
    ]
    return _less_bias(float(h.wasserstein(both)), h.wasserstein(h.Pair(both.support, *drawn)))


def _gap(one: h.Floats, two: h.Floats) -> Any:  # noqa: ANN401 - a number, or an array of them
    """Mean absolute difference over the places where both studies say something."""
    gaps = np.abs(one - two)
    known = ~np.isnan(gaps).reshape(-1, gaps.shape[-1]).any(axis=0)
    return gaps[..., known].mean(axis=-1) if known.any() else np.nan


def _less_bias(distance: float, drawn: h.Floats) -> float:
    """A distance less its bootstrap bias, at least 0: samples of few people look further apart.

    Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 10.
    """
    return float(np.maximum(0.0, 2 * distance - np.mean(drawn)))


def most_like(scale: Scale, distance: float) -> tuple[str, float]:
    """The pair of human samples whose distance is nearest to this one, in words."""
    if not scale:
        return "", float("nan")
    if distance < scale[0][2]:
        return "nearer than any two", scale[0][2]
    if distance > scale[-1][2]:
        return "further than any two", scale[-1][2]
    one, two, apart = min(scale, key=lambda row: abs(row[2] - distance))
    known = baselines()
    return f"{known[one].called} v {known[two].called}", apart
