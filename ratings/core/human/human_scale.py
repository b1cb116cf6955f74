"""The scale that people set: how far samples of the same measure are from each other."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from ratings.core.human import histogram as h
from ratings.core.human.studies import Baseline, baselines

Scale = tuple[tuple[str, str, float], ...]
"""Two human samples and their distance, the nearest two first."""


@cache
def human_scale(game: str, measure: str) -> Scale:
    """Distances between every two samples of the same measure: the scale that people set."""
    samples = [
        each
        for each in baselines().values()
        if each.cells is not None and (each.game, each.measure) == (game, measure)
    ]
    found = [
        (a.name, b.name, float(h.wasserstein(h.between(a.histogram, b.histogram))))
        for a, b in _apart(samples)
    ]
    return tuple(sorted(found, key=lambda row: row[2]))


def probability_scale(study: Baseline, x: "np.ndarray[Any, Any]", game: Mapping[str, Any]) -> Scale:
    """The same for probabilities, over the places of decisions; plain samples only."""
    samples = [
        each
        for each in baselines().values()
        if (each.game, each.measure, each.condition) == (study.game, study.measure, "")
        and (each.cells, each.shares) == (None, None)
    ]
    curves = {each.name: each.expected(x, dict(game)) for each in samples}
    pairs = [(one.name, two.name) for one, two in _apart(samples)]
    gaps = {(one, two): np.abs(curves[one] - curves[two]) for one, two in pairs}
    found = [
        (*pair, float(np.nanmean(gap))) for pair, gap in gaps.items() if not np.isnan(gap).all()
    ]
    return tuple(sorted(found, key=lambda row: row[2]))


def _apart(samples: Iterable[Baseline]) -> Iterator[tuple[Baseline, Baseline]]:
    """Every two samples of which neither is a part of the other."""
    for one, two in combinations(samples, 2):
        if one.name not in two.within and two.name not in one.within:
            yield one, two


def most_like(scale: Scale, distance: float) -> tuple[str, float]:
    """The pair of human samples whose distance is nearest to this one."""
    if not scale:
        return "", float("nan")
    if distance < scale[0][2]:
        return "nearer than any two", scale[0][2]
    if distance > scale[-1][2]:
        return "further than any two", scale[-1][2]
    one, two, apart = min(scale, key=lambda row: abs(row[2] - distance))
    return f"{one} and {two}", apart
