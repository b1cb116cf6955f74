"""OpenSpiel in C++, Liar's Dice with one die each: CFR+ iterations per second, `nash_conv`."""

import json

import pyspiel

from tests.benchmarks.core import best

ITERATIONS = 3
game = pyspiel.load_game("liars_dice")
solver = pyspiel.CFRPlusSolver(game)


def iterate() -> None:
    """A few iterations; building the solver does not count."""
    for _ in range(ITERATIONS):
        solver.evaluate_and_update_policy()


policy = pyspiel.UniformRandomPolicy(game)
print(
    json.dumps(
        {
            "iterations": ITERATIONS / best(iterate),
            "nash_conv": best(lambda: pyspiel.nash_conv(game, policy)),
        }
    )
)
