"""Ratings of a run, computed once per revision, as plain tables."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import ratings
from arena.analysis.rating import Request, method_tables, rate
from arena.record.run import Run
from dashboard.data import runs as data

OVERALL = "all rated games"
LEADERBOARD = "leaderboard"

MOST = 20_000
"""Largest number of matches that a page rates: more take minutes, and gigabytes."""

POINTS = """
CASE WHEN instr(s.payoff, '/') > 0
    THEN 1.0 * substr(s.payoff, 1, instr(s.payoff, '/') - 1)
        / substr(s.payoff, instr(s.payoff, '/') + 1)
    ELSE 1.0 * s.payoff END
"""
"""Payoff of a row `s` of seats as a number, in SQL; null in a void match."""

PUBLISHED = Path(__file__).parents[1] / "published.csv"
"""A published leaderboard: model, emotion_mode, elo."""


@dataclass(frozen=True)
class Board:
    """Leaderboards with wins, effects and remarks.

    Args:
        tables: leaderboards by game, those with ratings first; before them, over all rated games
            if there are several.
        wins: by game, shares of points won: columns contestant, opponent, share.
        effects: effects of the steps of the mode, in points: columns of `arena.analysis.effects`.
        remarks: remarks for readers, by game.
    """

    tables: dict[str, pd.DataFrame]
    wins: dict[str, pd.DataFrame]
    effects: pd.DataFrame
    remarks: dict[str, tuple[str, ...]]


@data.kept
def board(run: Run, by: str, voids: str, rounds: int) -> Board:
    """The leaderboard with wins, effects and remarks.

    Args:
        run: a run with completed matches.
        by: grouping of contestants; empty for none.
        voids: treatment of void matches.
        rounds: bootstrap rounds.
    """
    rated = rate([run], Request.checked(by=by or None, voids=voids, rounds=rounds))
    rated_first = sorted(rated.tables, key=lambda game: not _compares(rated.tables[game]))
    tables = {game: rated.tables[game] for game in rated_first}
    if len(rated.rated) > 1:
        tables = {OVERALL: rated.overall, **tables}
    wins = {}
    for game in rated.records:
        transitivity = rated.transitivity(game)
        cells = [
            {"contestant": one, "opponent": other, "share": transitivity.wins[i, j]}
            for i, one in enumerate(transitivity.contestants)
            for j, other in enumerate(transitivity.contestants)
            if i != j
        ]
        wins[game] = pd.DataFrame(cells, columns=["contestant", "opponent", "share"]).dropna()
    remarks = {game: tuple(rated.remarks(game)) for game in rated.records}
    remarks[OVERALL] = rated.overall_remarks
    return Board(tables, wins, rated.effects, remarks)


def _compares(table: pd.DataFrame) -> bool:
    """Whether a leaderboard has a rating."""
    return bool(table["rating"].notna().any())


@data.kept
def by_method(run: Run, method: str, by: str, voids: str, rounds: int) -> pd.DataFrame:
    """The table of one method, with a column `game`; arguments as for `board`."""
    request = Request.checked(method, by=by or None, voids=voids, rounds=rounds)
    return method_tables(rate([run], request))


def meaning(method: str) -> dict[str, str]:
    """Descriptions of the columns of a method's table."""
    return dict(ratings.load(method).columns)


def payoffs(folder: Path) -> pd.DataFrame:
    """Mean payoffs without intervals, computed in SQL, for runs that are too large to rate here.

    Returns:
        Columns game, contestant, mean_payoff (points per completed match), matches, void_share.
    """
    query = f"""
        SELECT m.game, s.contestant, avg({POINTS}) AS mean_payoff,
            count(*) AS matches, avg(m.ending = 'void') AS void_share
        FROM seats s JOIN counted m ON m.id = s.match
        GROUP BY 1, 2 ORDER BY 1, 3 DESC
    """  # noqa: S608 - our own expression
    return data.table(folder, query)


def costs(folder: Path) -> pd.DataFrame:
    """US dollars and calls per contestant and game."""
    return data.table(
        folder,
        """
        SELECT m.game, s.contestant,
            total(a.cost) + total(json_extract(a.failure, '$.cost')) AS cost,
            count(*) AS calls
        FROM attempts a JOIN seats s ON s.match = a.match AND s.seat = a.seat
        JOIN matches m ON m.id = a.match GROUP BY 1, 2
        """,
    )


def published() -> pd.DataFrame:
    """The published leaderboard, best first: columns contestant, elo."""
    table = pd.read_csv(PUBLISHED)
    names = table["model"] + " " + table["emotion_mode"]
    return pd.DataFrame({"contestant": names, "elo": table["elo"]}).sort_values(
        "elo", ascending=False, ignore_index=True
    )
