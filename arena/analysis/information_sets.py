"""Information sets of recorded matches: decisions made in them, and policies from elicitations."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from arena.analysis.choice_probabilities import most_unseen, probabilities
from arena.core.types import PASSIVE, Transcript
from arena.record.decisions import Row
from arena.record.run import Run
from games import BadInput, Game
from games.core.elicited import Elicited, information_sets
from games.core.messages import silent
from games.core.policy import Policy
from games.core.repeated import Repeated, stage_of
from games.core.types import Action, Player, Said, actions
from games.core.walk import key
from ratings.core.tables import DECISIONS, WEIGHT


def legal_decisions(runs: Sequence[Run], game: str) -> pd.DataFrame:
    """All legal decisions of a game, including those of void matches.

    Args:
        runs: runs with the game.
        game: id of the game.

    Returns:
        Columns DECISIONS and weight; in repeated games, information sets are those of the round. A
        decision with known probabilities has a row for each option, weighted by its probability.

    Raises:
        BadInput: a run records outcomes only.
    """
    rows = [
        (*(row[column] for column in DECISIONS[:-1]), action, weight)
        for run in runs
        if game in run.manifest.design["games"]
        for match in run.decision_rows((*DECISIONS, "probabilities", "unseen"), [game])
        for row in match
        if row["action"] is not None and not isinstance(row["action"], Said)
        for action, weight in _weighted(row, run.manifest.design["contestants"])
    ]
    return pd.DataFrame(rows, columns=[*DECISIONS, WEIGHT])


def _weighted(row: Row, players: Mapping[str, Any]) -> Iterable[tuple[Action, float]]:
    """Options of a decision with their probabilities; the drawn option if they are unknown."""
    known = row["probabilities"]
    if known is None or row["unseen"] > most_unseen(players[row["contestant"]]):
        return [(row["action"], 1.0)]
    return [(action, p) for action, p in known.items() if p > 0]


def stage_asked(game: Game[Any]) -> Game[Any]:
    """Rules of one round, for a game or for the game of an elicitation."""
    return stage_of(game.stage if isinstance(game, Elicited) else game)


def information_set(game: Game[Any], state: Any, player: Player) -> str:  # noqa: ANN401
    """Key of a player's information set in a position; in repeated games, within the round.

    What was said before the game is left out.

    Args:
        game: rules of the match, including elicitations and repeated games.
        state: a position.
        player: player whose turn it is.
    """
    if isinstance(game, Repeated):
        game, state = game.stage, state.stage
    return key(silent(game.observe(state, player)))


def elicited(transcripts: Iterable[Transcript], game: Game[Any], contestant: str) -> Policy:
    """Shares of a contestant's answers by action and information set.

    An answer with known probabilities counts with these.

    `games.core.solve` computes the payoff and the exploitability of such a policy. Void answers are
    left out.

    Args:
        transcripts: matches of an elicitation; other contestants are skipped.
        game: game of the elicitation.
        contestant: the contestant.

    Raises:
        BadInput: an information set has no answer.
    """
    sets = information_sets(game)
    answers: dict[str, defaultdict[Action | None, float]] = {n: defaultdict(float) for n in sets}
    for transcript in transcripts:
        match = transcript.match
        asked = match.at and set(match.seats) - {PASSIVE} == {contestant}
        if asked and transcript.payoffs is not None:
            last = transcript.decisions[-1].decision
            drawn: dict[Action | None, float] = {last.action: 1.0}
            for action, p in (probabilities(last, {}) or drawn).items():
                answers[match.at][action] += p
    policy: Policy = {}
    for name, (owner, position) in sets.items():
        if not (total := sum(answers[name].values())):
            raise BadInput(f"{contestant!r} has given no answer in information set {name!r}")
        options = actions(game.space(position, owner))
        policy[name] = {option: answers[name][option] / total for option in options}
    return policy
