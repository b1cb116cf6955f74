"""Turns per second of two stochastic strategies that look back one round."""

import arena
from tests.benchmarks.core import Row, best

MATCHES, TURNS = 20_000, 200


def ours() -> float:
    """From names to payoffs of every match, of generous tit for tat v extortion, both seatings."""
    names = ["generous_tit_for_tat", "zero_determinant"]

    def play() -> None:
        found = arena.simulate("prisoners_dilemma", names, matches=MATCHES // 2, rounds=TURNS)
        assert found.payoffs.shape == (2, MATCHES // 2, 2)

    return MATCHES * TURNS / best(play)


ROWS = (
    Row(
        "repeated PD, arena.simulate, memory-one stochastic", "turns/s", 100, "axelrod Match",
        "axelrod_match", ours,
    ),
)  # fmt: skip
