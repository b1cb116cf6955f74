"""Levels of arms ranked among arms that a random direction moves: the null of steering.

Any direction moves decisions. An emotion's direction is therefore compared with random directions
of the same length and dose, which are exchangeable with it if it does nothing of its own. The rank
of its distance from the mean of all of them is then uniform, and its p value exact, whatever the
distribution of the levels is.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from ratings.core.statistics.least_squares import holm

ENOUGH: Final = 20
"""Random directions below which there is no p value."""
TOO_FEW: Final = "fewer than 20 random directions"
NOT_IN_FAMILY: Final = "for comparison"
"""Note of arms that are ranked without being tested: controls, words and displays."""

RANKS = {
    "level": "mean of the units' means in the arm",
    "random": "mean of the levels of the random directions",
    "effect": "level less that mean",
    "random_sd": "standard deviation of the levels of the random directions",
    "random_low": "lowest of them",
    "random_high": "highest of them",
    "directions": "number of random directions",
    "rank": "place of its distance from the mean of all, 1 the farthest; ties count against it",
    "p": "rank / (directions + 1)",
    "holm": "the same, adjusted by Holm for all emotions' vectors of the table",
    "arrow": "+ or - if holm is below .05",
    "note": "why there is no p or no arrow whatever the figures are",
}
"""Columns of `ranked`."""

_ALPHA = 0.05
_EQUAL = 1e-12


def rank(level: float, others: Sequence[float]) -> int:
    """Place of a level's distance from the mean of all levels; 1 is the farthest."""
    every = np.array([level, *others])
    apart = np.abs(every - every.mean())
    return int((apart >= apart[0] - _EQUAL).sum())


def ranked(rows: pd.DataFrame, nulls: Sequence[Sequence[float]]) -> pd.DataFrame:
    """The rank of each arm among random directions.

    Args:
        rows: level of each arm, and tested: whether the arm is one of the family of tests.
        nulls: for each row, levels of its random directions.

    Returns:
        The rows with columns RANKS.
    """
    lines = []
    for (level, tested), others in zip(
        rows[["level", "tested"]].itertuples(index=False, name=None), nulls, strict=True
    ):
        known = [each for each in others if not np.isnan(each)]
        enough = len(known) >= ENOUGH and not np.isnan(level)
        place = rank(level, known) if enough else np.nan
        lines.append(
            {
                "random": np.mean(known) if known else np.nan,
                "effect": level - np.mean(known) if known else np.nan,
                "random_sd": np.std(known, ddof=1) if len(known) > 1 else np.nan,
                "random_low": min(known, default=np.nan),
                "random_high": max(known, default=np.nan),
                "directions": len(known),
                "rank": place,
                "p": place / (len(known) + 1),
                "note": TOO_FEW if not enough else "" if tested else NOT_IN_FAMILY,
            }
        )
    table = rows.drop(columns="tested").join(pd.DataFrame(lines, index=rows.index))
    tested = table["note"] == ""
    adjusted = np.full(len(table), np.nan)
    if tested.any():
        adjusted[tested] = holm(table.loc[tested, "p"].to_numpy(dtype=float))
    sure = adjusted < _ALPHA
    signs = np.select([sure & (table["effect"] > 0), sure & (table["effect"] < 0)], ["+", "-"], "")
    return table.assign(holm=adjusted, arrow=signs)


def needed(tests: int) -> int:
    """Random directions with which the smallest p of a family of tests is below .05 after Holm."""
    return max(ENOUGH, int(np.floor(tests / _ALPHA)))
