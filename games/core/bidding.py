"""Symmetric bidding in a first-price auction with whole bids, by regret matching.

Source: regret matching+ with linear averaging, Tammelin, Burch, Johanson and Bowling (2015),
Solving heads-up limit Texas hold'em, IJCAI 24, 645 to 652.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ITERATIONS = 1_000


class Bidding(NamedTuple):
    """What everybody bids.

    Args:
        policy: [values, bids] probabilities.
        points: that each bidder expects.
        gain: points that a bidder expects to gain by the best other bids.
    """

    policy: Floats
    points: float
    gain: float


def bidding(
    values: Sequence[int], bidders: int, start: Sequence[int], iterations: int = ITERATIONS
) -> Bidding:
    """What everybody bids with each value, if all do the same.

    Args:
        values: equally likely, in points, lowest first. Bids go from 0 to the highest one.
        bidders: how many bid.
        start: the bid of each value to begin with.
        iterations: after 1,000 what a bidder could gain is some thousandths of a point of 100.
    """
    bids = np.arange(values[-1] + 1)
    margin = np.array(values, np.float64)[:, None] - bids
    regret = np.zeros_like(margin)
    regret[np.arange(len(values)), list(start)] = 1.0
    total = np.zeros_like(margin)
    policy = regret.copy()
    for weight in range(1, iterations + 1):
        worth = margin * winning(policy.mean(axis=0), bidders)
        regret += worth - (policy * worth).sum(axis=1, keepdims=True)
        regret = np.maximum(regret, 0)
        sums = regret.sum(axis=1, keepdims=True)
        policy = np.where(sums > 0, regret / np.where(sums > 0, sums, 1), policy)
        total += weight * policy
    average = total / total.sum(axis=1, keepdims=True)
    worth = margin * winning(average.mean(axis=0), bidders)
    points = float((average * worth).sum(axis=1).mean())
    return Bidding(average, points, float(worth.max(axis=1).mean()) - points)


def winning(odds: Floats, bidders: int) -> Floats:
    """The probability that a bid wins, where lots are drawn between equal bids: [bids].

    Args:
        odds: [bids] probability of each bid of each other bidder.
        bidders: how many bid, the own bid counted.
    """
    up_to = np.cumsum(odds)
    below = up_to - odds
    parts = [up_to**power * below ** (bidders - 1 - power) for power in range(bidders)]
    chances: Floats = np.sum(parts, axis=0) / bidders
    return chances
