"""Distance to equilibrium and to logit QRE, for games without human data."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from agents.core.solutions import solved
from agents.equilibrium import family
from arena.record.run import Run
from games import BadInput, Game
from games.core.policy import Policy
from games.core.repeated import stage_of
from games.core.solution import ITERATIONS
from games.core.solve import quantal_response
from games.core.tree import build
from prompts import OPENING
from ratings.core.play.policy_distance import counted, distance, log_likelihood, nearest

RATIONALITIES = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
"""Lambdas of the quantal response, in inverse points; the likeliest is shown."""
_COLUMNS = ["contestant", "game", "reference", "decisions", "distance", "floor_95"]


def reference_table(run: Run, games: Sequence[str]) -> pd.DataFrame:
    """Distances of every contestant in these games.

    Returns:
        Columns contestant, game, reference (which policy), decisions, distance (mean total
        variation, 0 to 1), floor_95 (its noise floor).
    """
    if not games:
        return pd.DataFrame(columns=_COLUMNS)
    rules = {name: run.game(name) for name in games}
    wanted = ("contestant", "game", "set", "action")
    decisions = [
        [row[column] for column in wanted]
        for match in run.decision_rows((*wanted, "ending", "turn"), games)
        for row in match
        if row["ending"] == "completed" and row["turn"] != OPENING
    ]
    table = pd.DataFrame(decisions, columns=wanted)
    rows = []
    for name, played in table.groupby("game", sort=True):
        policies = list(_policies(stage_of(rules[str(name)])))
        for who, own in played.groupby("contestant", sort=True):
            for reference, candidates in policies:
                label, policy = _fitting(own, reference, candidates)
                away, floor = distance(own, policy)
                rows.append([who, name, label, len(own), away, floor])
    return pd.DataFrame(rows, columns=_COLUMNS)


def _policies(stage: Game[Any]) -> Iterator[tuple[str, dict[str, Policy]]]:
    """References and the candidates of each, by what distinguishes them."""
    if members := family(stage):
        yield "equilibrium", {f", alpha {alpha:.2f}": each for alpha, each in members.items()}
    else:
        yield "equilibrium", {"": solved(stage, ITERATIONS)}
    try:
        tree = build(stage)
        yield (
            "logit QRE",
            {f", lambda {at:g}": tree.table(quantal_response(tree, at)) for at in RATIONALITIES},
        )
    except BadInput:
        return  # too large for quantal response: the report says which games have none


def _fitting(
    own: pd.DataFrame, reference: str, candidates: dict[str, Policy]
) -> tuple[str, Policy]:
    """The nearest of several equilibria, and the likeliest of several quantal responses."""
    if reference == "equilibrium":
        best = nearest(counted(own), candidates)
    else:
        best = max(candidates, key=lambda name: log_likelihood(own, candidates[name]))
    return f"{reference}{best}", candidates[best]
