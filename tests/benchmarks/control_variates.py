"""Matches needed for +-0.05 chips per hand of Kuhn poker, noisy policies against equilibrium."""

import numpy as np

import games
from games.core.batch_trees import play
from games.core.solve import cfr_plus, quantal_response
from games.core.tree import build
from ratings.core.play.control_variates import cross_fitted
from tests.benchmarks.core import Row

HANDS, HALF, LAMBDAS = 100_000, 0.05, (1.0, 2.0, 3.0)


def hands_needed() -> float:
    """Hands with control variates, cross-fitted from so few hands; the mean over three policies."""
    tree = build(games.load("kuhn_poker"))
    equal, found = cfr_plus(tree, 1000), []
    for rationality in LAMBDAS:
        own = quantal_response(tree, rationality)
        variance = 0.0
        for seat in (0, 1):
            profile = tree.table(np.where(tree.spread(tree.owner) == seat, own, equal))
            ends = play(tree, [profile, profile], HANDS, 5 + seat, plays=True).plays
            assert ends is not None
            # Values learned from a hundred hands at a time, as a study of that size would.
            parts = range(0, HANDS, 100)
            calm = [
                cross_fitted(tree, seat, equal, ends[n : n + 100], np.arange(100))
                for n in parts[:200]
            ]
            variance += np.concatenate(calm).var() / 2
        found.append((1.96 / HALF) ** 2 * variance)
    return float(np.mean(found))


ROWS = (
    Row(
        "hands for +-0.05 chips, Kuhn, noisy v equilibrium", "hands", 12, "independent hands",
        "independent_kuhn", hands_needed,
    ),
)  # fmt: skip
