"""From payoffs to comparisons: one stated rule for zero-sum games, one for all others.

Void matches are left out of both sides of every comparison they belong to.
"""

import numpy as np
import pandas as pd

from ratings.core.tables import COMPARISONS, SEATS, GameRecord, require

HEAD_TO_HEAD = (
    "head to head: payoffs of a pair, summed over its mirrored matches (same seed, every seating)"
)
DUPLICATE = (
    "duplicate: payoffs compared between contestants in the same seat against the same opponent on "
    "the same seed"
)
NOT_RATED = "not rated: one player decides, so there is no contest"


def record(game: str, seats: pd.DataFrame, *, zero_sum: bool, contest: bool = True) -> GameRecord:
    """The comparisons that a game's matches allow.

    Args:
        game: id of the game.
        seats: columns SEATS, of this game only.
        zero_sum: whether payoffs of a match sum to zero.
        contest: whether at least two players decide; otherwise nobody is compared.
    """
    table = require(seats, SEATS)
    if not contest:
        return GameRecord(game, NOT_RATED, table, pd.DataFrame(columns=list(COMPARISONS)))
    rule, compare = (HEAD_TO_HEAD, _head_to_head) if zero_sum else (DUPLICATE, _duplicate)
    return GameRecord(game, rule, table, compare(table))


def _head_to_head(seats: pd.DataFrame) -> pd.DataFrame:
    """Pairs by the sum over all their matches of a block; a void one takes the block with it."""
    pairs = _with_opponents(seats)
    pairs = pairs[pairs["contestant"] < pairs["opponents"]]  # each pair once, from its first name
    blocks = pairs.groupby(["repetition", "contestant", "opponents"], sort=True)
    sums = blocks.agg(points=("payoff", "sum"), void=("void", "any")).reset_index()
    sums = sums[~sums["void"]]
    return pd.DataFrame(
        {
            "first": sums["contestant"],
            "second": sums["opponents"],
            "score": _score(sums["points"].to_numpy()),
            "repetition": sums["repetition"],
        }
    ).reset_index(drop=True)


def _duplicate(seats: pd.DataFrame) -> pd.DataFrame:
    """Contestants by what each earned in the same seat against the same opponents and seed."""
    played = _with_opponents(seats)
    played = played[~played["void"]]
    arms = played.merge(played, on=["repetition", "seat", "opponents"], suffixes=("", "_other"))
    arms = arms[arms["contestant"] < arms["contestant_other"]]  # each pair once
    return pd.DataFrame(
        {
            "first": arms["contestant"],
            "second": arms["contestant_other"],
            "score": _score((arms["payoff"] - arms["payoff_other"]).to_numpy()),
            "repetition": arms["repetition"],
        }
    ).reset_index(drop=True)


def _with_opponents(seats: pd.DataFrame) -> pd.DataFrame:
    """Each seat with the names of all the others in its match, in seat order."""
    names = seats.sort_values("seat").groupby("match")["contestant"].agg(list)
    others = [
        " + ".join(name for at, name in enumerate(names[match]) if at != seat)
        for match, seat in zip(seats["match"], seats["seat"], strict=True)
    ]
    return seats.assign(opponents=others)


def _score(margin: np.ndarray) -> np.ndarray:
    """1, 0.5 or 0 by the sign of a margin in points; sums of floats below 1e-9 count as equal."""
    return np.where(np.abs(margin) < 1e-9, 0.5, (margin > 0).astype(float))  # noqa: PLR2004
