"""The tables that rating methods read and write: their columns, units and checks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from games.core.game import Game
from games.core.policy import Policy
from games.core.tree import Tree

SEATS = ("match", "repetition", "cluster", "seat", "contestant", "payoff", "void", "fault")
"""One row per seat of a match. payoff: points, NaN if unknown; void: whether the match is void;
fault: whether it is void because this seat gave no legal action. Matches of one repetition share
their chance seed and wording. A cluster is the unit of resampling, and contains at least one
repetition."""

COMPARISONS = ("first", "second", "score", "repetition", "cluster")
"""One row per comparison: score of `first` against `second` is 1 (better), 0.5 (equal) or 0; NaN if
void matches leave it undecided."""

DECISIONS = ("contestant", "cluster", "set", "action")
"""One row per legal decision: `set` is the key of the information set by `games.core.tree.key`; in
a repeated game, of the information set of the round."""
WEIGHT = "weight"
"""A further column of decisions with known probabilities: each option is a row with its
probability. Without it every row counts 1."""


class Voids(StrEnum):
    """Treatment of void matches."""

    drop = "drop"
    forfeit = "forfeit"
    impute = "impute"


VOID_RULES = {
    Voids.drop: (
        "drop: a void match takes with it all matches of its players in its repetition, for "
        "everyone compared there"
    ),
    Voids.forfeit: (
        "forfeit: who gave no legal action loses the comparison, and is paid the worst payoff of "
        "its seat"
    ),
    Voids.impute: (
        "impute: who gave no legal action is paid the worst payoff of its seat; in zero-sum games "
        "the others share it"
    ),
}


@dataclass(frozen=True)
class Range:
    """The possible payoffs of a game, for worst cases.

    Args:
        lowest: points, by seat.
        highest: points, by seat.
        source: source of the bounds, in words.
    """

    lowest: tuple[float, ...]
    highest: tuple[float, ...]
    source: str


@dataclass(frozen=True, eq=False)
class Plays:
    """Paths of matches through the tree, and policies of contestants.

    Args:
        tree: tree of the game; None if payoffs of this game cannot be corrected.
        why_not: reason for a missing tree, in words.
        policies: [choices] exact probabilities, by contestant.
        matches: index of the end and contestants by seat, for each completed match.
    """

    tree: Tree | None = None
    why_not: str = ""
    policies: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    matches: Mapping[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class GameRecord:
    """Record of one game of a tournament.

    Args:
        game: id of the game.
        rule: derivation of comparisons from matches, in words.
        seats: columns SEATS; payoffs are those of the void rule.
        comparisons: columns COMPARISONS, decided comparisons only.
        undecided: columns COMPARISONS, comparisons that void matches leave undecided.
        voids: the void rule.
        unfinished: number of comparisons whose mirrored matches are not played yet.
        zero_sum: whether payoffs of a match sum to zero.
        range: possible payoffs; None if there is no void match.
        stage: rules of a round; None if there are no decisions.
        decisions: columns DECISIONS, and WEIGHT if there is one; None if they were not requested.
        equilibrium: returns an equilibrium of the stage; None if none is available.
        plays: returns the paths of matches; None if they were not requested.
    """

    game: str
    rule: str
    seats: pd.DataFrame
    comparisons: pd.DataFrame
    undecided: pd.DataFrame = field(default_factory=lambda: empty(COMPARISONS))
    voids: Voids = Voids.drop
    zero_sum: bool = False
    range: Range | None = None
    stage: Game[Any] | None = None
    decisions: pd.DataFrame | None = None
    equilibrium: Callable[[], Policy] | None = None
    plays: Callable[[], Plays] | None = None
    unfinished: int = 0

    @property
    def contestants(self) -> list[str]:
        """Names of participating contestants, in alphabetical order."""
        return sorted(self.seats["contestant"].unique())

    def entropy(self, seed: int) -> list[int]:
        """A seed of this game, so that games are resampled independently."""
        return [seed, crc32(self.game.encode())]

    @property
    def matches(self) -> int:
        """Number of matches, including void ones."""
        return int(self.seats["match"].nunique())

    @property
    def clusters(self) -> int:
        """Number of clusters that remain under the void rule."""
        return int(self.seats["cluster"][self.seats["payoff"].notna()].nunique())


def all_rounds(_record: GameRecord, asked: int) -> int:
    """The requested number of bootstrap rounds."""
    return asked


def no_rounds(_record: GameRecord, _asked: int) -> int:
    """No rounds: the method needs no bootstrap."""
    return 0


@dataclass(frozen=True)
class Method:
    """A rating method.

    Args:
        rate: returns a table with one row per contestant from a record, a number of bootstrap
            rounds and a seed; NaN for unknown values.
        estimate: column by which contestants are ordered.
        columns: every column of the table and its description.
        interval: columns of the estimate's 95 % interval, if it has one.
        rounds: number of bootstrap rounds drawn for a requested number.
        higher_is_better: the sense of the estimate.
        order_free: whether results do not depend on the order of rows.
        decisions: whether the method reads decisions instead of payoffs.
        elicited: whether it also reads elicited policies.
        remarks: remarks for readers of its table, in sentences.
    """

    rate: Callable[[GameRecord, int, int], pd.DataFrame]
    estimate: str
    columns: Mapping[str, str]
    interval: tuple[str, str] | None = None
    rounds: Callable[[GameRecord, int], int] = all_rounds
    higher_is_better: bool = True
    order_free: bool = True
    decisions: bool = False
    elicited: bool = False
    remarks: Callable[[GameRecord], Iterable[str]] | None = None

    def __call__(self, record: GameRecord, rounds: int = 1000, seed: int = 0) -> pd.DataFrame:
        """The table, best first."""
        table = self.rate(record, rounds, seed)
        ordered = table.sort_values(
            [self.estimate, "contestant"],
            ascending=[not self.higher_is_better, True],
            na_position="last",
        )
        return ordered.loc[:, list(self.columns)].reset_index(drop=True)


def empty(columns: tuple[str, ...]) -> pd.DataFrame:
    """A table without rows."""
    return pd.DataFrame({column: pd.Series(dtype=object) for column in columns})


def require(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """The table, cut to these columns.

    Raises:
        ValueError: a column is missing.
    """
    if missing := [column for column in columns if column not in table.columns]:
        raise ValueError(f"the table lacks the column(s) {', '.join(missing)}")
    return table.loc[:, list(columns)]
