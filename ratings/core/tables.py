"""The tables that rating methods read and write: their columns, units and checks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd

SEATS = ("match", "repetition", "seat", "contestant", "payoff", "void")
"""One row per seat of a match: payoff in points, NaN where void."""

COMPARISONS = ("first", "second", "score", "repetition")
"""One row per comparison: score of `first` against `second` is 1 (better), 0.5 (equal) or 0."""


@dataclass(frozen=True)
class GameRecord:
    """What is known of one game of a tournament.

    Args:
        game: id of the game.
        rule: how matches became comparisons, in words.
        seats: columns SEATS.
        comparisons: columns COMPARISONS.
    """

    game: str
    rule: str
    seats: pd.DataFrame
    comparisons: pd.DataFrame

    @property
    def contestants(self) -> list[str]:
        """Names of those who took part, in alphabetical order."""
        return sorted(self.seats["contestant"].unique())


Method: TypeAlias = Callable[[GameRecord], pd.DataFrame]
"""A rating method: one row per contestant, with a column `contestant`."""


def require(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """The table, cut to these columns.

    Raises:
        ValueError: a column is missing.
    """
    if missing := [column for column in columns if column not in table.columns]:
        raise ValueError(f"the table lacks the column(s) {', '.join(missing)}")
    return table.loc[:, list(columns)]
