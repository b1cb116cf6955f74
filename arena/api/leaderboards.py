"""The leaderboard of a run as one table."""

import pandas as pd

from arena.analysis.leaderboard import OVERALL
from arena.analysis.rating import Rated
from arena.api.frames import Estimates
from ratings import bradley_terry, elo, mean_payoff

ALL_GAMES = "all games"
"""Stands for a game in the rows over all games."""

COLUMNS = {
    "game": f"id of the game; {ALL_GAMES!r} in the rows over all games",
    **bradley_terry.METHOD.columns,
    **elo.METHOD.columns,
    **mean_payoff.METHOD.columns,
    **{key: OVERALL[key] for key in ("games", "mean_rating")},
}
"""All columns, each with its meaning."""


def leaderboard(rated: Rated) -> Estimates:
    """Ratings and payoffs: over all games where there are several, then game by game."""
    tables = {ALL_GAMES: rated.overall} if len(rated.rated) > 1 else {}
    tables |= rated.tables
    told = [*(rated.overall_remarks if ALL_GAMES in tables else ())]
    told += [f"{game}: {line}" for game in rated.tables for line in rated.remarks(game)]
    rows = pd.concat([rows.assign(game=game) for game, rows in tables.items()])
    return Estimates.of(
        rows[["game", *rows.columns.drop("game")]].reset_index(drop=True),
        "Leaderboard",
        COLUMNS,
        shown=("contestant", "rank_best", "rank_worst", "elo", "mean_payoff", "matches"),
        remarks=told,
    )
