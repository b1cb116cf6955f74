"""Behaviour of contestants, with theory: computed once per revision, as plain tables."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from arena.analysis import deception
from arena.analysis.decision_regret import REGRET
from arena.analysis.due_decisions import DueDecisions, place_of
from arena.analysis.policies import shown_frequencies
from arena.analysis.rating import Request, method_tables, rate
from arena.plots.faces import NOTHING
from arena.record.owed import owed
from arena.record.run import Run
from arena.report.alignment import sheets
from dashboard.data import humans
from dashboard.data import runs as data
from games import BadInput
from games.core.repeated import Repeated, stage_of
from ratings.core.human.directions import DEFAULT

MOST = 100_000
"""Number of decisions up to which a page computes measures at once; each decision replays the
rules."""


WORST = 5
"""Largest number of costly decisions on a page."""


@dataclass(frozen=True)
class Policies:
    """Choices by information set.

    Args:
        frequencies: columns contestant, set, action, times, frequency, low, high, equilibrium (the
            nearest of a family), noisy (quantal response at the contestant's own precision),
            equilibrium_low and equilibrium_high (its range); None if the game has no such table.
        exploitability: the method's table; None likewise.
        silent: reason for missing tables, if any.
    """

    frequencies: pd.DataFrame | None = None
    exploitability: pd.DataFrame | None = None
    silent: str = ""


@data.kept
def policies(run: Run, game: str, rounds: int) -> Policies:
    """Choices in a game, with its equilibrium.

    Args:
        run: a run with completed matches.
        game: id of the game.
        rounds: bootstrap rounds.
    """
    try:
        rated = rate([run], Request.checked("rationality", games=[game], rounds=0))
        frequencies = shown_frequencies(rated, rated.records[game])
        request = Request.checked("exploitability", games=[game], rounds=rounds)
        return Policies(frequencies, method_tables(rate([run], request)))
    except BadInput as error:
        return Policies(silent=str(error))


@data.kept
def regrets(run: Run, game: str) -> pd.DataFrame:
    """Decisions of a game that cost something against equilibrium play.

    Returns:
        Columns of `DueDecisions.table`; value: points lost.
    """
    due = DueDecisions(run, game, run.manifest.design["contestants"]).table
    lost = due[(due["outcome"] == REGRET) & (due["value"] > 0)]
    return lost.assign(value=lost["value"].astype(float))


def costliest(folder: Path, game: str, contestant: str) -> pd.DataFrame:
    """Decisions of a contestant that cost it most against equilibrium play.

    Returns:
        Columns match, seat, place (round and situation), opponents, value (points lost), turn (of
        the seat in the match); at most WORST rows, without decisions that cost nothing.
    """
    lost = regrets(folder, game)
    worst = lost[lost["contestant"] == contestant].nlargest(WORST, "value")
    worst = worst[["match", "seat", "place", "opponents", "value"]].reset_index(drop=True)
    rules = data.rules(folder, game)
    turns = [
        next(
            each.turn
            for each in owed(data.transcript(folder, str(row.match)), rules)
            if each.player == row.seat and place_of(each.due[0]) == row.place
        )
        for row in worst.itertuples()
    ]
    return worst.assign(turn=pd.Series(turns, dtype=object))


@data.kept
def regret(run: Run, game: str) -> pd.DataFrame:
    """Table of `arena rate --method regret` for a game; without rows if it cannot be had."""
    try:
        return method_tables(rate([run], Request.checked("regret", games=[game], rounds=0)))
    except BadInput:
        return pd.DataFrame(columns=["contestant"])


@data.kept
def decisions(run: Run) -> pd.DataFrame:
    """Table of `Run.decisions`, one row per decision."""
    return run.decisions()


@data.kept
def measures(run: Run, game: str) -> dict[str, pd.DataFrame]:
    """Tables of `arena deception` by name."""
    return deception.tables(run, game)


@data.kept
def repeated(run: Run) -> dict[str, bool]:
    """Repeated games by id: whether all players move simultaneously in a round."""
    games = {key: run.game(key) for key in run.manifest.design["games"]}
    return {
        key: len((stage := stage_of(game)).movers(stage.initial_state())) > 1
        for key, game in games.items()
        if isinstance(game, Repeated)
    }


@data.kept
def strategies(run: Run, game: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Estimated shares of strategies in a game, above people's; and remarks for readers.

    Tables and remarks are those of `arena align`; without rows if no strategies are estimated.
    """
    try:
        alignment = humans.alignment(run.folder, (), DEFAULT)
    except BadInput:  # nothing here is about what people did
        return pd.DataFrame(), ()
    for sheet in sheets(alignment):
        if sheet.name == "strategies" and (sheet.table["game"] == game).any():
            return sheet.table[sheet.table["game"].isin([game, "people"])], sheet.notes
    return pd.DataFrame(), ()


def affects(folder: Path, game: str) -> pd.DataFrame:
    """Number of decisions by felt and shown emotion: columns contestant, felt, shown, decisions."""
    return data.table(
        folder,
        f"""
        SELECT s.contestant, d.felt, coalesce(d.shown, '{NOTHING}') AS shown, count(*) AS decisions
        FROM decisions d JOIN seats s ON s.match = d.match AND s.seat = d.seat
        JOIN counted m ON m.id = d.match WHERE d.felt IS NOT NULL AND m.game = ?
        GROUP BY 1, 2, 3
        """,  # noqa: S608 - our own word
        game,
    )


def by_round(table: pd.DataFrame, action: str) -> pd.DataFrame:
    """Share of an action by round, among decisions that allow it.

    Args:
        table: decisions of one game.
        action: the action.

    Returns:
        Columns contestant, round (from 1), share, decisions.
    """
    could = table[[action in options for options in table["options"]]]
    chosen = could.assign(share=could["action"] == action, round=could["round"] + 1)
    groups = chosen.groupby(["contestant", "round"])["share"]
    return groups.agg(share="mean", decisions="size").reset_index()


def after(table: pd.DataFrame, action: str) -> pd.DataFrame:
    """Share of an action after each outcome of the previous round: memory-one strategies.

    Args:
        table: decisions of one game for two simultaneous players.
        action: the action.

    Returns:
        Columns contestant, outcome (own move, other's move), share, decisions.
    """
    made = table[(table["turn"] >= 0) & table["text"].isna()]
    moves = made[["match", "seat", "turn", "contestant", "action"]]
    moves = moves.assign(turn=moves.groupby(["match", "seat"]).cumcount())
    before = moves.assign(turn=moves["turn"] + 1).drop(columns="contestant")
    own = moves.merge(before, on=["match", "seat", "turn"], suffixes=("", "_own"))
    other = before.assign(seat=1 - before["seat"])
    both = own.merge(other, on=["match", "seat", "turn"], suffixes=("", "_other"))
    outcome = both["action_own"].astype(str) + ", " + both["action_other"].astype(str)
    chosen = both.assign(outcome=outcome, share=both["action"] == action)
    groups = chosen.groupby(["contestant", "outcome"])["share"]
    return groups.agg(share="mean", decisions="size").reset_index()
