"""Hands of Kuhn poker per second, both players at random."""

import games
from games.core.batch_trees import play
from games.core.tree import build
from tests.benchmarks.core import Row, best

HANDS = 1_000_000


def hands() -> None:
    """From the rules to the points of every hand and the counts of every action."""
    tree = build(games.load("kuhn_poker"))
    policy = tree.table(tree.uniform())
    batch = play(tree, (policy, policy), HANDS, 1, plays=True)
    assert batch.payoffs is not None
    assert batch.actions.sum() > HANDS


ROWS = (
    Row(
        "Kuhn hands, batch", "hands/s", 25, "OpenSpiel evaluate_bots", "openspiel_kuhn",
        lambda: HANDS / best(hands),
    ),
)  # fmt: skip
