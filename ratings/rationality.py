"""Precision lambda of logit quantal response: how strongly better choices are preferred.

The lambda at which the equilibrium of noisy players makes a contestant's choices most likely: 0 is
play at random; the larger, the nearer to equilibrium. The likelihood runs over the sets that play
led to. Emotional displays are ignored.

Source: McKelvey and Palfrey (1998), Quantal response equilibria for extensive form games,
Experimental Economics 1, 9 to 41.
"""

import numpy as np
import pandas as pd

from ratings.core.play.behaviour import behaviour, noisy_curve
from ratings.core.statistics import bootstrap
from ratings.core.tables import GameRecord, Method

COLUMNS = {
    "contestant": "name",
    "precision": "lambda, per point, at the greatest likelihood; ignores displays",
    "precision_low": "lower end of the 95 % interval, by the cluster bootstrap",
    "precision_high": "upper end",
    "precision_limit": "the largest lambda that was tried: an estimate there says at least so much",
    "precision_decisions": "number of decisions",
}


def rationality(record: GameRecord, rounds: int, seed: int) -> pd.DataFrame:
    """Precision of all contestants; see COLUMNS.

    Raises:
        BadInput: decisions are not on record, or the game is too large for quantal response.
    """
    observed, rows = behaviour(record), []
    lambdas, logs = noisy_curve(observed.tree)
    for name, counts in observed.counts.items():
        own = counts[counts.any(axis=1)]
        if not len(own):
            rows.append((name, *[np.nan] * 3, lambdas[-1], 0))
            continue
        best = lambdas[np.argmax(own.sum(axis=0) @ logs.T)]
        weights = bootstrap.weights(len(own), rounds, seed)
        draws = lambdas[np.argmax(weights @ own @ logs.T, axis=1)][:, None]
        low, high = bootstrap.interval(draws, len(own))
        rows.append((name, best, low[0], high[0], lambdas[-1], int(own.sum())))
    return pd.DataFrame(rows, columns=list(COLUMNS))


METHOD = Method(
    rationality,
    "precision",
    COLUMNS,
    ("precision_low", "precision_high"),
    decisions=True,
    elicited=True,
)
