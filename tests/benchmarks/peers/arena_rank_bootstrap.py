"""Arena-rank: CPU seconds of a Bradley-Terry bootstrap of 1,000 rounds, from ten of them.

Starting its process and compiling are paid once, however many rounds there are: what ten rounds
more take is scaled, in favour of the peer.
"""

import json
import os
from functools import partial

import numpy as np
import pandas as pd
from arena_rank.models.bradley_terry import BradleyTerry
from arena_rank.utils.data_utils import PairDataset

CONTESTANTS, MATCHES, ROUNDS = 28, 1_000_000, 1_000
FEW, MORE = 2, 12


def seconds() -> float:
    """Of the processor so far, those of finished child processes included."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system

if __name__ == "__main__":  # it starts processes, which read this file again
    rng = np.random.default_rng(0)
    first = rng.integers(0, CONTESTANTS, MATCHES)
    second = (first + rng.integers(1, CONTESTANTS, MATCHES)) % CONTESTANTS
    ahead = (first - second) * 2 / CONTESTANTS
    won = rng.random(MATCHES) < 1 / (1 + np.exp(-ahead))
    names = np.array([f"contestant {n}" for n in range(CONTESTANTS)], dtype=object)
    words = np.where(won, "model_a", "model_b")
    table = pd.DataFrame({"model_a": names[first], "model_b": names[second], "winner": words})
    data = PairDataset.from_pandas(table)
    model = BradleyTerry(n_competitors=CONTESTANTS)
    model.fit(data)
    rate = partial(model.compute_ratings_and_cis, data, ci_method="bootstrap", n_jobs=1)
    spent = []
    for rounds in (FEW, MORE):
        began = seconds()
        rate(num_bootstrap=rounds)
        spent.append(seconds() - began)
    print(json.dumps({"figure": (spent[1] - spent[0]) * ROUNDS / (MORE - FEW)}))
