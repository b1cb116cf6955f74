"""Distance to equilibrium and to logit QRE, for games in which nobody knows how people play."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from agents.core.solutions import solved
from agents.core.strategies.policy_table import stage_of
from agents.equilibrium import kuhn
from arena.core.types import Transcript
from arena.record.run import Run
from arena.record.steps import steps
from games import BadInput, Game
from games.core.policy import Policy
from games.core.repeated import this_round
from games.core.solution import ITERATIONS
from games.core.solve import quantal_response
from games.core.tree import build, key
from games.kuhn_poker import KuhnPoker
from ratings.core.play.policy_distance import distance, log_likelihood

RATIONALITIES = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
"""Lambdas of the quantal response, in inverse points; the likeliest is shown."""
_KUHN = tuple(at / 30 for at in range(11))
"""Alphas of the family of equilibria of Kuhn poker; the nearest is shown."""
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
    found = [
        row
        for transcript in run.matches()
        if transcript.match.game in rules and transcript.payoffs is not None
        for row in decisions(transcript, rules[transcript.match.game])
    ]
    table = pd.DataFrame(found, columns=["contestant", "game", "set", "action"])
    rows = []
    for name, played in table.groupby("game", sort=True):
        policies = list(_policies(stage_of(rules[str(name)])))
        for who, own in played.groupby("contestant", sort=True):
            for reference, candidates in policies:
                label, policy = _fitting(own, reference, candidates)
                away, floor = distance(own, policy)
                rows.append([who, name, label, len(own), away, floor])
    return pd.DataFrame(rows, columns=_COLUMNS)


def decisions(transcript: Transcript, game: Game[Any]) -> Iterator[tuple[str, str, str, Any]]:
    """Contestant, game, information set of the round, and action, in the order of play."""
    match = transcript.match
    for step in steps(transcript, game):
        for played in () if step.opening else step.made:
            seen = this_round(game.observe(step.state, played.player))
            yield match.seats[played.player], match.game, key(seen), played.decision.action


def _policies(stage: Game[Any]) -> Iterator[tuple[str, dict[str, Policy]]]:
    """References and the candidates of each, by what distinguishes them."""
    if stage == KuhnPoker():
        yield "equilibrium", {f", alpha {alpha:.2f}": kuhn(alpha) for alpha in _KUHN}
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
    """Of several equilibria the nearest, of several quantal responses the likeliest."""
    if reference == "equilibrium":
        best = min(candidates, key=lambda name: distance(own, candidates[name])[0])
    else:
        best = max(candidates, key=lambda name: log_likelihood(own, candidates[name]))
    return f"{reference}{best}", candidates[best]
