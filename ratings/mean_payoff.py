"""Mean payoff per match, in points, seat effects removed, with cluster-robust intervals.

Least squares on contestants and seats. The mean is a contestant's average over the seats, also if
it sat in some seats more often than in others.
"""

import numpy as np
import pandas as pd

from ratings.core.statistics.least_squares import Fitted, fit
from ratings.core.tables import GameRecord, Method, no_rounds

COLUMNS = {
    "contestant": "name",
    "mean_payoff": "points per match, averaged over seats; void matches by the void rule",
    "payoff_low": "lower end of the 95 % interval, cluster-robust",
    "payoff_high": "upper end",
    "matches": "number of matches, void ones among them",
    "void_share": "share of them that were void, whoever voided them",
    "fault_share": "share of them that this contestant voided",
    "payoff_worst": "mean payoff if every void match had ended as badly as possible for it",
    "payoff_best": "mean payoff if every void match had ended as well as possible for it",
}


def mean_payoff(record: GameRecord, rounds: int, seed: int) -> pd.DataFrame:  # noqa: ARG001
    """Mean payoff of each contestant; see COLUMNS."""
    names = record.contestants
    fitted = means(record.seats, names)
    low, high = fitted.interval
    seats = record.seats.groupby("contestant").agg(
        matches=("match", "nunique"), void_share=("void", "mean"), fault_share=("fault", "mean")
    )
    worst, best = _bounds(record)
    return pd.DataFrame(
        {
            "contestant": names,
            "mean_payoff": fitted.estimate,
            "payoff_low": low,
            "payoff_high": high,
            "payoff_worst": worst.reindex(names).to_numpy(),
            "payoff_best": best.reindex(names).to_numpy(),
        }
    ).merge(seats.reset_index(), on="contestant")


def means(seats: pd.DataFrame, names: list[str]) -> Fitted:
    """Mean payoffs of contestants, averaged over the seats that occur.

    Args:
        seats: columns contestant, seat, payoff, cluster.
        names: contestants in the result.
    """
    known = seats.dropna(subset="payoff")
    who = pd.Index(names, dtype=object).get_indexer(pd.Index(known["contestant"]))
    where, places = pd.factorize(known["seat"], sort=True)
    x = np.zeros((len(known), len(names) + len(places)))
    rows = np.arange(len(known))
    x[rows, who], x[rows, len(names) + where] = 1, 1
    average = np.full((len(names), len(places)), 1 / max(1, len(places)))
    combinations = np.concatenate([np.eye(len(names)), average], axis=1)
    # A contestant that lacks a seat is compared with the others through their seats.
    return fit(x, known["payoff"].to_numpy(np.float64), known["cluster"], combinations)


def _bounds(record: GameRecord) -> tuple[pd.Series, pd.Series]:
    """Mean payoffs, seat by seat, with every unknown payoff at its lowest, and at its highest."""
    seats = record.seats
    unknown = seats["void"] | seats["payoff"].isna()
    ends = (record.range.lowest, record.range.highest) if record.range else ((), ())
    low, high = (
        seats.assign(payoff=seats["payoff"].mask(unknown, seats["seat"].map(dict(enumerate(end)))))
        .groupby(["contestant", "seat"])["payoff"]
        .mean()
        .groupby("contestant")
        .mean()
        for end in ends
    )
    return low, high


METHOD = Method(
    mean_payoff, "mean_payoff", COLUMNS, ("payoff_low", "payoff_high"), rounds=no_rounds
)
