"""Payoff margin: points per match that a contestant wins from an average one, in zero-sum games.

Least squares of payoffs on contestant minus opponents, plus the seat. Bradley-Terry uses wins only;
the margin measures their size, and adjusts for the strength of the opponents met.

Source: Thurstone's and Mosteller's linear model for scores, as in Stefani (1977), Football and
basketball predictions using least squares, IEEE Transactions on Systems, Man, and Cybernetics 7,
117 to 121.
"""

import numpy as np
import pandas as pd

from ratings.core.statistics.least_squares import Fitted, fit
from ratings.core.tables import GameRecord, Method, no_rounds

COLUMNS = {
    "contestant": "name",
    "margin": "points per match against an average contestant, the seat drawn by lot",
    "margin_low": "lower end of the 95 % interval, cluster-robust",
    "margin_high": "upper end",
    "margin_matches": "number of matches with a payoff",
}


def margin(record: GameRecord, rounds: int, seed: int) -> pd.DataFrame:  # noqa: ARG001
    """Margins of all contestants, NaN in games that are not zero-sum; see COLUMNS."""
    names = record.contestants
    known = record.seats.dropna(subset="payoff")
    if record.zero_sum:
        fitted = _fitted(known, names)
    else:
        nothing = np.full(len(names), np.nan)
        fitted = Fitted(nothing, nothing, 0)
    low, high = fitted.interval
    counts = known["contestant"].value_counts()
    return pd.DataFrame(
        {
            "contestant": names,
            "margin": fitted.estimate,
            "margin_low": low,
            "margin_high": high,
            "margin_matches": [int(counts.get(name, 0)) for name in names],
        }
    )


def _fitted(known: pd.DataFrame, names: list[str]) -> Fitted:
    who = pd.Index(names, dtype=object).get_indexer(pd.Index(known["contestant"]))
    own = np.eye(len(names))[who]
    # Every seat of a match is a row. The two rows of a match for two say the same; as they share a
    # cluster, the error takes no profit from it.
    everybody = pd.DataFrame(own).groupby(known["match"].to_numpy()).transform("sum").to_numpy()
    others = everybody - own
    x = own - others / np.maximum(1, others.sum(axis=1, keepdims=True))
    where, places = pd.factorize(known["seat"], sort=True)
    seats = np.eye(len(places))[where] - 1 / max(1, len(places))
    x = np.concatenate([x, seats], axis=1)
    met = own.any(axis=0)
    against = np.eye(len(names)) - met / max(1, met.sum())
    combinations = np.concatenate([against, np.zeros((len(names), len(places)))], axis=1)
    combinations[~met] = np.nan
    return fit(x, known["payoff"].to_numpy(np.float64), known["cluster"], combinations)


METHOD = Method(margin, "margin", COLUMNS, ("margin_low", "margin_high"), rounds=no_rounds)
