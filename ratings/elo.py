"""Elo ratings, averaged over seeded random orders of the comparisons.

Elo depends on the order in which results come in, and a tournament has none. So every rating is the
mean over many random orders, and the spread over these orders is given beside it. That spread says
how much the order matters; it is no confidence interval.

Source: Elo (1978), The Rating of Chessplayers, Past and Present, chapter 1.
"""

import numpy as np
import pandas as pd

from ratings.core.tables import GameRecord

INITIAL = 1500.0
SCALE = 400.0
K = 16.0
ORDERS = 200
SEED = 0


def elo(
    record: GameRecord, *, k: float = K, orders: int = ORDERS, seed: int = SEED
) -> pd.DataFrame:
    """Elo ratings of all contestants of a game.

    Args:
        record: the game's comparisons.
        k: the most points a single comparison can move a rating.
        orders: number of random orders.
        seed: of these orders.

    Returns:
        One row per contestant: contestant, elo (mean over orders, in Elo points), order_sd
        (standard deviation over orders, in Elo points), comparisons. NaN without comparisons.
    """
    names = record.contestants
    table = record.comparisons
    index = pd.Index(names)
    first, second = (index.get_indexer(pd.Index(table[side])) for side in ("first", "second"))
    score = table["score"].to_numpy(dtype=float)
    ratings = _average(first, second, score, len(names), k, orders, np.random.default_rng(seed))
    counts = np.bincount(np.concatenate([first, second]).astype(int), minlength=len(names))
    rated = counts > 0
    return pd.DataFrame(
        {
            "contestant": names,
            "elo": np.where(rated, ratings.mean(axis=0), np.nan),
            "order_sd": np.where(rated, ratings.std(axis=0), np.nan),
            "comparisons": counts,
        }
    )


def _average(
    first: np.ndarray,
    second: np.ndarray,
    score: np.ndarray,
    contestants: int,
    k: float,
    orders: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Final ratings, shape (orders, contestants); all orders advance one comparison at a time."""
    ratings = np.full((orders, contestants), INITIAL)
    shuffled = rng.permuted(np.tile(np.arange(len(score)), (orders, 1)), axis=1)
    rows = np.arange(orders)
    for step in shuffled.T:
        a, b = first[step], second[step]
        expected = 1 / (1 + 10 ** ((ratings[rows, b] - ratings[rows, a]) / SCALE))
        change = k * (score[step] - expected)
        ratings[rows, a] += change
        ratings[rows, b] -= change
    return ratings


METHOD = elo
