"""Hands of Kuhn poker per second, both players at random."""

import arena
from tests.benchmarks.core import Row, best

HANDS = 1_000_000


def hands() -> None:
    """From names to the points of every hand."""
    alone = {"kind": "round_robin", "self_play": True}
    found = arena.simulate("kuhn_poker", ["uniform"], matches=HANDS, schedule=alone)
    assert found.payoffs.shape == (1, HANDS, 2)


ROWS = (
    Row(
        "Kuhn hands, arena.simulate", "hands/s", 25, "OpenSpiel evaluate_bots", "openspiel_kuhn",
        lambda: HANDS / best(hands),
    ),
)  # fmt: skip
