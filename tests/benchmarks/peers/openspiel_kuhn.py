"""OpenSpiel in C++: hands of Kuhn poker per second with `evaluate_bots`, both bots at random."""

import json

import pyspiel

from tests.benchmarks.core import best

HANDS = 20_000
game = pyspiel.load_game("kuhn_poker")
bots = [pyspiel.make_uniform_random_bot(player, 1) for player in range(2)]


def play() -> None:
    """One hand after the other."""
    for seed in range(HANDS):
        pyspiel.evaluate_bots(game.new_initial_state(), bots, seed)


print(json.dumps({"figure": HANDS / best(play)}))
