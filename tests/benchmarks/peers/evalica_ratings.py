"""Evalica: seconds for a Bradley-Terry bootstrap, scaled to 1,000 rounds, and for 100 Elos."""

import json
import time

import evalica
import numpy as np

from tests.benchmarks.ratings_bootstrap import MATCHES, results

ROUNDS = 10

table = results(MATCHES)
words = {1.0: evalica.Winner.X, 0.0: evalica.Winner.Y}
columns = (table["first"].tolist(), table["second"].tolist(), table["score"].map(words).tolist())


def rounds(count: int) -> float:
    """Seconds for so many bootstrap rounds."""
    began = time.process_time()
    method = "percentile"
    evalica.bootstrap(evalica.bradley_terry, *columns, n_resamples=count, bootstrap_method=method)
    return time.process_time() - began


# What does not depend on the number of rounds counts once.
few, more = rounds(2), rounds(2 + ROUNDS)
bootstrap = few + (more - few) * 1_000 / ROUNDS

first, second, winners = (np.array(column, dtype=object)[:100_000] for column in columns)
rng = np.random.default_rng(0)
orders = [rng.permutation(len(first)) for _ in range(100)]
shuffled = [[c[o].tolist() for c in (first, second, winners)] for o in orders[:10]]
began = time.process_time()
for played in shuffled:
    evalica.elo(*played, initial=1500, k=16)
elo = (time.process_time() - began) * 10
print(json.dumps({"bootstrap": bootstrap, "elo": elo}))
