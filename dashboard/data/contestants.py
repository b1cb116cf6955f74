"""The opponents, results and replies of a contestant, in SQL."""

from pathlib import Path

import pandas as pd

from dashboard.data import runs as data
from dashboard.data.leaderboard import POINTS


def played(folder: Path) -> dict[str, list[str]]:
    """Games that each contestant of the design has closed matches of, in the order of names."""
    query = """
        SELECT DISTINCT s.contestant, m.game FROM seats s JOIN counted m ON m.id = s.match
        ORDER BY 1, 2
    """
    table = data.table(folder, query)
    known = data.design(folder)["design"]["contestants"]
    groups = table[table["contestant"].isin(known)].groupby("contestant")
    return {str(name): rows["game"].tolist() for name, rows in groups}


def opponents(folder: Path, game: str, contestant: str) -> pd.DataFrame:
    """Results of a contestant by opponent, the best first.

    Returns:
        Columns opponent (names in alphabetical order, joined by " + "; None without any),
        mean_payoff (points per completed match), matches, void_share, fault_share (void through
        the contestant itself).
    """
    query = f"""
        SELECT (SELECT group_concat(contestant, ' + ') FROM
                (SELECT o.contestant FROM seats o WHERE o.match = s.match AND o.seat <> s.seat
                    ORDER BY 1)) AS opponent,
            avg({POINTS}) AS mean_payoff, count(*) AS matches,
            avg(m.ending = 'void') AS void_share,
            avg(m.ending = 'void' AND m.ended_by IS s.seat) AS fault_share
        FROM seats s JOIN counted m ON m.id = s.match
        WHERE m.game = ? AND s.contestant = ? GROUP BY 1 ORDER BY 2 DESC, 1
    """  # noqa: S608 - our own expression
    return data.table(folder, query, game, contestant)


def replies(folder: Path, game: str, contestant: str) -> pd.DataFrame:
    """Verdicts on the replies of a contestant, the most frequent first.

    Returns:
        Columns verdict, replies, share; without rows if no model was asked.
    """
    query = """
        SELECT a.verdict, count(*) AS replies
        FROM attempts a JOIN seats s USING (match, seat) JOIN counted m ON m.id = a.match
        WHERE m.game = ? AND s.contestant = ? GROUP BY 1 ORDER BY 2 DESC, 1
    """
    table = data.table(folder, query, game, contestant)
    return table.assign(share=table["replies"] / table["replies"].sum())
