"""Mean payoff per match, in points."""

import pandas as pd

from ratings.core.tables import GameRecord


def mean_payoff(record: GameRecord) -> pd.DataFrame:
    """What each contestant earned on average, and in how many matches.

    Returns:
        One row per contestant: contestant, mean_payoff (points per completed match; NaN without
        any), matches (all), void_share (of its matches, whoever voided them).
    """
    seats = record.seats.groupby("contestant", sort=True)
    return seats.agg(
        mean_payoff=("payoff", "mean"), matches=("match", "nunique"), void_share=("void", "mean")
    ).reset_index()


METHOD = mean_payoff
