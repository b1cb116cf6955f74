"""The leaderboard: methods side by side, per game and over all games."""

from collections.abc import Mapping, Sequence

import pandas as pd

from ratings.core.tables import GameRecord, Method


def by_game(records: Sequence[GameRecord], methods: Sequence[Method]) -> dict[str, pd.DataFrame]:
    """One table per game, the highest Elo first.

    Args:
        records: one per game.
        methods: whose columns stand side by side; Elo must be among them.

    Returns:
        Tables by game: contestant, and the columns of the methods.
    """
    tables = {}
    for record in records:
        first, *others = (method(record) for method in methods)
        for other in others:
            first = first.merge(other, on="contestant")
        tables[record.game] = _ordered(first)
    return tables


def overall(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Unweighted mean of Elo over games, for those who were rated in every game.

    Payoffs of different games have different units and are not averaged.

    Args:
        tables: of `by_game`, of rated games only; at least one.

    Returns:
        Columns contestant, elo, matches, void_share (of all its matches).
    """
    rows = pd.concat(tables.values())
    rows = rows.assign(void=rows["void_share"] * rows["matches"])
    table = rows.groupby("contestant", sort=True).agg(
        games=("elo", "count"),
        elo=("elo", "mean"),
        matches=("matches", "sum"),
        void=("void", "sum"),
    )
    table = table[table["games"] == len(tables)].reset_index()
    table = table.assign(void_share=table["void"] / table["matches"])
    return _ordered(table[["contestant", "elo", "matches", "void_share"]])


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    best_first = table.sort_values(
        ["elo", "contestant"], ascending=[False, True], na_position="last"
    )
    return best_first.reset_index(drop=True)
