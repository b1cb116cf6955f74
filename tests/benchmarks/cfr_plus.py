"""Iterations of CFR+ per second, Liar's Dice with one die each."""

import games
from games.core.solve import cfr_plus
from games.core.tree import build
from tests.benchmarks.core import Row, best

ITERATIONS = 100


def ours() -> float:
    """With the tree built, as the peer's solver is."""
    tree = build(games.load("liars_dice"))
    cfr_plus(tree, 1)
    return ITERATIONS / best(lambda: cfr_plus(tree, ITERATIONS))


ROWS = (
    Row(
        "CFR+, Liar's Dice 1 die", "iterations/s", 10, "OpenSpiel C++ CFR+",
        "openspiel_liars_dice", ours, figure="iterations",
    ),
)  # fmt: skip
