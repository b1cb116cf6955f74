"""Adaptive pairing: matches are chosen by their expected information about the ratings.

A pair's mirrored matches of a block make one comparison. Ratings are those of Bradley and Terry
under a normal prior, with the normal approximation around their mode. The next pair is the one
whose comparison has the largest expected information about the ratings. The pairs of a batch are
chosen one after the other, each as if the earlier ones had been played.

Source: Bradley and Terry (1952), Rank analysis of incomplete block designs I, Biometrika 39, 324
to 345. The choice by expected information: Glickman and Jensen (2005), Adaptive paired comparison
design, Journal of Statistical Planning and Inference 127, 279 to 293; information gain in the
normal model: Chaloner and Verdinelli (1995), Bayesian experimental design: a review, Statistical
Science 10, 273 to 304, section 2.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.core.types import Match
from arena.design.pairing import Results
from arena.design.table import Table, Unit
from games.core.types import Payoff

PRIOR_SD = 2.0
"""Of a rating, in log odds: a contestant two deviations above the mean beats it 98 times in 100."""

_STEPS = 50
_CLOSE = 1e-10

Floats = NDArray[Any]
Pair = tuple[int, int]


def adaptive(table: Table, results: Results, budget: int, batch: int) -> Iterator[list[Match]]:
    """Batches of matches for one game, until the budget is spent.

    Args:
        table: the game and who takes part; two seats.
        results: gives the results of the batches before.
        budget: number of matches, even.
        batch: number of matches in a batch, even.
    """
    names = sorted(table.contestants)
    pairs = sorted(combinations(range(len(names)), 2), key=lambda p: table.rank(_names(names, p)))
    played: Counter[Pair] = Counter()
    scores = np.zeros((len(names), len(names)))
    for start in range(0, budget, batch):
        ratings, _ = fit(scores)
        chosen: list[tuple[Pair, tuple[Match, Match]]] = []
        for pair in choose(ratings, played, pairs, min(batch, budget - start) // 2):
            first, second = _names(names, pair)
            block = played[pair]
            units = Unit((first, second)), Unit((second, first))
            chosen.append((pair, (table.match(units[0], block), table.match(units[1], block))))
            played[pair] += 1
        matches = [match for _, both in chosen for match in both]
        yield matches
        payoffs = results(matches)
        if len(payoffs) < len(matches):
            return
        for (i, j), (one, other) in chosen:
            if (score := _score(payoffs, one, other)) is not None:
                scores[i, j] += score
                scores[j, i] += 1 - score


def fit(scores: Floats, prior_sd: float = PRIOR_SD) -> tuple[Floats, Floats]:
    """Ratings, and the covariance of the normal approximation around them.

    Args:
        scores: [contestants, contestants] sum of the scores of one against another; a comparison
            gives 1, 1/2 or 0 to each and 1 to both together.
        prior_sd: standard deviation of the ratings, in log odds.

    Returns:
        Ratings [contestants] in log odds, and their covariance [contestants, contestants].
    """
    count = len(scores)
    ratings = np.zeros(count)
    compared = scores + scores.T
    for _ in range(_STEPS):
        expected = _expected(ratings)
        slope = (scores - compared * expected).sum(axis=1) - ratings / prior_sd**2
        step = np.linalg.solve(_precision(compared, expected, prior_sd), slope)
        ratings = ratings + step
        if np.abs(step).max() < _CLOSE:
            break
    return ratings, np.linalg.inv(_precision(compared, _expected(ratings), prior_sd))


def choose(
    ratings: Floats, played: Mapping[Pair, int], pairs: list[Pair], count: int
) -> list[Pair]:
    """The pairs of the next comparisons.

    Comparisons that ended void are counted as played: otherwise a pair that cannot finish would
    look as uncertain as ever, and take the whole budget.

    Args:
        ratings: [contestants] in log odds.
        played: comparisons of each pair so far, void ones included.
        pairs: all pairs; ties go to the earlier one.
        count: number of pairs to choose; a pair can be chosen more than once.
    """
    compared = np.zeros((len(ratings), len(ratings)))
    for (i, j), times in played.items():
        compared[i, j] = compared[j, i] = times
    expected = _expected(ratings)
    spread = np.linalg.inv(_precision(compared, expected, PRIOR_SD))
    first, second = np.array(pairs).T
    weight = (expected * (1 - expected))[first, second]
    chosen = []
    for _ in range(count):
        variance = np.diag(spread)
        about = variance[first] + variance[second] - 2 * spread[first, second]
        # The information is log(1 + gain) / 2. Rounded, so that equal pairs are equal everywhere.
        gain = np.round(weight * about, 9)
        best = int(np.argmax(gain))
        chosen.append(pairs[best])
        i, j = pairs[best]
        side = spread[:, i] - spread[:, j]
        spread = spread - np.outer(side, side) * weight[best] / (1 + weight[best] * about[best])
    return chosen


def _expected(ratings: Floats) -> Floats:
    """Expected score of each against each."""
    return np.asarray(1 / (1 + np.exp(ratings[None, :] - ratings[:, None])))


def _precision(compared: Floats, expected: Floats, prior_sd: float) -> Floats:
    """Minus the second derivatives of the log posterior."""
    weight = compared * expected * (1 - expected)
    return np.asarray(np.diag(weight.sum(axis=1) + prior_sd**-2) - weight)


def _score(
    payoffs: Mapping[str, tuple[Payoff, ...] | None], one: Match, other: Match
) -> float | None:
    """Score of the first contestant over both seatings: 1, 1/2 or 0; None if a match is void."""
    here, there = payoffs[one.id], payoffs[other.id]
    if here is None or there is None:
        return None
    margin = here[0] - here[1] + there[1] - there[0]
    return 0.5 if margin == 0 else float(margin > 0)


def _names(names: list[str], pair: Pair) -> tuple[str, str]:
    return names[pair[0]], names[pair[1]]
