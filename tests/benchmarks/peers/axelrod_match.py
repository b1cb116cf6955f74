"""Axelrod: turns per second of one match after the other, tit for tat v random, its fastest pair
in which chance plays a part."""

import json

import axelrod as axl

from tests.benchmarks.core import best

MATCHES, TURNS = 50, 200


def play() -> None:
    """Play and score, as ours does."""
    for seed in range(MATCHES):
        match = axl.Match((axl.TitForTat(), axl.Random()), turns=TURNS, seed=seed)
        match.play()
        match.final_score()


print(json.dumps({"figure": MATCHES * TURNS / best(play)}))
