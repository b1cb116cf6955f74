"""Arena-rank: seconds for a Bradley-Terry bootstrap of 100 rounds, scaled to 1,000."""

import json
import time
from functools import partial

import numpy as np
import pandas as pd
from arena_rank.models.bradley_terry import BradleyTerry
from arena_rank.utils.data_utils import PairDataset

CONTESTANTS, MATCHES, ROUNDS = 28, 1_000_000, 100

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
    rate = partial(
        BradleyTerry(n_competitors=CONTESTANTS).compute_ratings_and_cis,
        data,
        ci_method="bootstrap",
        n_jobs=1,
    )
    began = time.perf_counter()
    rate(num_bootstrap=ROUNDS)
    print(json.dumps({"figure": (time.perf_counter() - began) * 1_000 / ROUNDS}))
