"""Bradley-Terry with a cluster bootstrap: 28 contestants, 10^6 matches, 1,000 rounds."""

import numpy as np
import pandas as pd

from ratings.bradley_terry import resampled
from ratings.core.tables import GameRecord
from tests.benchmarks.core import Bound, Row, best, peer_figures

CONTESTANTS, MATCHES, CLUSTERS, ROUNDS = 28, 1_000_000, 1_000, 1_000


def results(matches: int) -> pd.DataFrame:
    """Comparisons of contestants on a line of strengths; the peers' scripts draw the same."""
    rng = np.random.default_rng(0)
    first = rng.integers(0, CONTESTANTS, matches)
    second = (first + rng.integers(1, CONTESTANTS, matches)) % CONTESTANTS
    ahead = (first - second) * 2 / CONTESTANTS
    score = (rng.random(matches) < 1 / (1 + np.exp(-ahead))).astype(float)
    names = np.array([f"contestant {n}" for n in range(CONTESTANTS)], dtype=object)
    table = pd.DataFrame({"first": names[first], "second": names[second], "score": score})
    return table.assign(repetition=0, cluster=rng.integers(0, CLUSTERS, matches))


def ours() -> float:
    """Seconds, from a table with names to the ratings of all rounds."""
    table = results(MATCHES)

    def work() -> None:
        record = GameRecord("g", "rule", table[["first"]], table)
        assert resampled.__wrapped__(record, ROUNDS, 0).draws.shape == (ROUNDS, CONTESTANTS)

    return best(work)


def apart() -> float:
    """The largest difference from arena-rank's ratings of the same matches, in its errors."""
    peer, table = peer_figures("arena_rank_bootstrap", ARENA_RANK), results(MATCHES)
    ours = resampled(GameRecord("g", "rule", table[["first"]], table), 0, 0)
    theirs, errors = (
        np.array([peer[f"{what} of {name}"] for name in ours.contestants])
        for what in ("rating", "error")
    )
    gap = (ours.estimate - ours.estimate.mean()) - (theirs - theirs.mean())
    return float(np.abs(gap / errors).max())


WORK = "Bradley-Terry, 1,000 bootstrap rounds, 28 contestants, 10^6 matches"
ARENA_RANK = ("arena-rank==0.1.1", "pandas", "numpy")

ROWS = (
    Row(WORK, "s", 50, "evalica bootstrap (10 rounds, scaled)", "evalica_ratings", ours,
        figure="bootstrap"),
    Row(WORK, "s", 50, "arena-rank bootstrap (10 rounds, scaled)", "arena_rank_bootstrap", ours,
        needs=ARENA_RANK),
    Bound("Bradley-Terry beside arena-rank's, largest difference", "standard errors", 1, apart),
)  # fmt: skip
