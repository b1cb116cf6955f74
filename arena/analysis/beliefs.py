"""Stated beliefs about what the other player will do, scored against what it did."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from arena.analysis.positions import Position, mean_of
from ratings.core.statistics.cluster_mean import cluster_mean


def belief_of(position: Position) -> Mapping[str, float] | None:
    """The belief stated with a decision; None if there is none."""
    stated = (each.belief for each in position.decision.opinions if each.belief is not None)
    return next(stated, None)


def beliefs(made: Sequence[Position]) -> dict[str, Any]:
    """The row of the table of beliefs, of decisions with a belief."""
    scored = [
        (belief, str(each.answer), each.cluster)
        for each in made
        if (belief := belief_of(each)) is not None and each.answer in belief
    ]
    scores = [brier(belief, done) for belief, done, _ in scored]
    mean = cluster_mean(scores, [cluster for _, _, cluster in scored], (0, 2))
    low, high = mean.interval if scored else (np.nan, np.nan)
    even = (brier(dict.fromkeys(belief, 1 / len(belief)), done) for belief, done, _ in scored)
    return {
        "stated": len(made),
        "n": len(scored),
        "brier": mean.value,
        "low": low,
        "high": high,
        "even": mean_of(even),
        "base": _base([(frozenset(belief), done) for belief, done, _ in scored]),
    }


def _base(done: Sequence[tuple[frozenset[str], str]]) -> float:
    """The score of the frequencies of what was done, among decisions with the same options."""
    often, whole = Counter(done), Counter(options for options, _ in done)
    return mean_of(
        brier({option: often[options, option] / whole[options] for option in options}, action)
        for options, action in done
    )


def brier(belief: Mapping[str, float], done: str) -> float:
    """The Brier score of a belief, from 0 to 2.

    >>> brier({"bet": 0.8, "fold": 0.2}, "bet")
    0.08

    Source: Brier (1950), Monthly Weather Review 78, 1 to 3.
    """
    return round(sum((p - (option == done)) ** 2 for option, p in belief.items()), 12)
