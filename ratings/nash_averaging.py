"""Nash averaging: contestants judged by the mixture against which no contestant has an advantage.

For results that one-dimensional strengths do not explain. Copies of a contestant change no value,
nor does a large number of weak contestants. Advantages are log odds of winning, a tie being half a
win, with one win and one loss added to each pair that met; pairs that never met count as even.

Source: Balduzzi, Tuyls, Pérolat and Graepel (2018), Re-evaluating evaluation, NeurIPS 31.
"""

import numpy as np
import pandas as pd

from ratings.core.comparisons.counts import compared, tables
from ratings.core.statistics import bootstrap
from ratings.core.statistics.bootstrap import Floats
from ratings.core.statistics.zero_sum import nash
from ratings.core.tables import GameRecord, Method

_ROUNDS = 100
"""At most: every round solves linear programs."""

COLUMNS = {
    "contestant": "name",
    "nash_average": "advantage in log odds against the equilibrium mixture; 0 is the most there is",
    "nash_low": "lower end of the 95 % interval, by the cluster bootstrap",
    "nash_high": "upper end",
    "nash_weight": "probability in the equilibrium mixture",
}


def nash_averaging(record: GameRecord, rounds: int, seed: int) -> pd.DataFrame:
    """Nash averages of all contestants; see COLUMNS."""
    data = compared(record)
    whole = advantages(*next(tables(data, np.ones((1, data.clusters)))))[0]
    weights = bootstrap.weights(data.clusters, _rounds(record, rounds), record.entropy(seed))
    draws = [one @ nash(one) for part in tables(data, weights) for one in advantages(*part)]
    low, high = bootstrap.interval(np.reshape(draws, (-1, data.size)), data.clusters)
    mixture = nash(whole) if data.size else np.empty(0)
    table = pd.DataFrame(
        {
            "contestant": data.contestants,
            "nash_average": whole @ mixture,
            "nash_low": low,
            "nash_high": high,
            "nash_weight": mixture,
        }
    )
    return pd.DataFrame({"contestant": record.contestants}).merge(
        table, on="contestant", how="left"
    )


def advantages(wins: Floats, ties: Floats) -> Floats:
    """Log odds of winning: [tables, contestants, contestants], antisymmetric."""
    points = wins + ties / 2
    met = (points + points.swapaxes(1, 2)) > 0
    return np.where(met, np.log((points + 1) / (points.swapaxes(1, 2) + 1)), 0)


def _rounds(_record: GameRecord, asked: int) -> int:
    return min(asked, _ROUNDS)


METHOD = Method(nash_averaging, "nash_average", COLUMNS, ("nash_low", "nash_high"), rounds=_rounds)
