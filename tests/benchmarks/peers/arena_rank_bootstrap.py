"""Arena-rank: its ratings, and CPU seconds of a bootstrap of 1,000 rounds, scaled from ten.

Its rounds are run in this process instead of a pool of one: starting that, and compiling, would
count against it a hundred times.
"""

import json
import time
from collections.abc import Callable, Iterable
from functools import partial
from itertools import starmap
from typing import Any, Self

import numpy as np
import pandas as pd
from arena_rank.models import bradley_terry
from arena_rank.utils.data_utils import PairDataset

CONTESTANTS, MATCHES, ROUNDS, RUN = 28, 1_000_000, 1_000, 10


class Here:
    """A pool that is this process."""

    def __init__(self, processes: int) -> None:
        assert processes == 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None: ...

    def starmap(self, work: Callable[..., Any], rows: Iterable[Any]) -> list[Any]:
        """One after the other."""
        return list(starmap(work, rows))


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    first = rng.integers(0, CONTESTANTS, MATCHES)
    second = (first + rng.integers(1, CONTESTANTS, MATCHES)) % CONTESTANTS
    ahead = (first - second) * 2 / CONTESTANTS
    won = rng.random(MATCHES) < 1 / (1 + np.exp(-ahead))
    names = np.array([f"contestant {n}" for n in range(CONTESTANTS)], dtype=object)
    words = np.where(won, "model_a", "model_b")
    table = pd.DataFrame({"model_a": names[first], "model_b": names[second], "winner": words})
    data = PairDataset.from_pandas(table)
    bradley_terry.mp.Pool = Here
    model = bradley_terry.BradleyTerry(n_competitors=CONTESTANTS)
    rate = partial(model.compute_ratings_and_cis, data, ci_method="bootstrap", n_jobs=1)
    rate(num_bootstrap=1)  # fits and compiles
    began = time.process_time()
    rate(num_bootstrap=RUN)
    figures = {"figure": (time.process_time() - began) * ROUNDS / RUN}
    found = model.compute_ratings_and_cis(data)
    for name, rating, variance in zip(
        found["competitors"], found["ratings"], found["variances"], strict=True
    ):
        figures |= {f"rating of {name}": float(rating), f"error of {name}": float(variance) ** 0.5}
    print(json.dumps(figures))
