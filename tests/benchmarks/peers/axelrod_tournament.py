"""Axelrod: seconds for a round robin of 20 strategies, 200 turns, 10 repetitions, one process."""

import json
import time

import axelrod as axl

PLAYERS = [
    axl.Cooperator(), axl.Defector(), axl.Alternator(), axl.Random(), axl.Random(0.9),
    axl.Random(0.1), axl.TitForTat(), axl.TitFor2Tats(), axl.GTFT(), axl.SuspiciousTitForTat(),
    axl.GTFT(p=0.1), axl.Grudger(), axl.WinStayLoseShift(), axl.GoByMajority(),
    axl.TwoTitsForTat(), axl.ZDExtort2(), axl.ZDExtortion(), axl.HardTitForTat(),
    axl.Punisher(), axl.GTFT(p=0.9),
]  # fmt: skip

began = time.process_time()
axl.Tournament(PLAYERS, turns=200, repetitions=10, seed=1).play(progress_bar=False)
print(json.dumps({"figure": time.process_time() - began}))
