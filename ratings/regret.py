"""On-policy regret: loss of decisions at the positions reached in play.

The regret of a decision is the value of the best choice in its information set minus its own,
against equilibrium opponents and with equilibrium play afterwards. Only sets reached in play count,
so no assumption is made about the others. Emotional displays are ignored.
"""

import numpy as np
import pandas as pd

from games.core.errors import BadInput
from games.core.solve import worths
from ratings.core.play.behaviour import behaviour
from ratings.core.statistics.least_squares import fit
from ratings.core.tables import GameRecord, Method, no_rounds

COLUMNS = {
    "contestant": "name",
    "regret": "points per decision lost against the best choice; ignores displays",
    "regret_low": "lower end of the 95 % interval, cluster-robust",
    "regret_high": "upper end",
    "decisions": "number of decisions",
    "unreached": "decisions left out: equilibrium opponents never lead there",
}


def regret(record: GameRecord, rounds: int, seed: int) -> pd.DataFrame:  # noqa: ARG001
    """Regret of all contestants; see COLUMNS.

    Raises:
        BadInput: decisions are not on record, or no equilibrium of the game can be had.
    """
    observed, rows = behaviour(record), []
    tree = observed.tree
    if record.equilibrium is None:
        raise BadInput(f"{record.game}: regret needs an equilibrium, and the game has none here")
    worth = worths(tree, tree.array(record.equilibrium()))
    best = np.maximum.reduceat(np.nan_to_num(worth, nan=-np.inf), tree.first_choice[:-1])
    loss = tree.spread(best) - worth
    known = ~np.isnan(loss)
    for name, counts in observed.counts.items():
        clusters, choices = np.nonzero(counts * known)
        times = counts[clusters, choices].astype(np.int64)
        lost = np.repeat(loss[choices], times)
        one = np.ones((len(lost), 1))
        fitted = fit(one, lost, np.repeat(clusters, times), np.ones((1, 1)))
        low, high = fitted.interval
        left_out = int(counts[:, ~known].sum())
        rows.append((name, fitted.estimate[0], low[0], high[0], len(lost), left_out))
    return pd.DataFrame(rows, columns=list(COLUMNS))


METHOD = Method(
    regret,
    "regret",
    COLUMNS,
    ("regret_low", "regret_high"),
    rounds=no_rounds,
    higher_is_better=False,
    decisions=True,
)
