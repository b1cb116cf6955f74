"""Information sets of recorded matches: decisions made in them, and policies from elicitations."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from arena.core.types import PASSIVE, Transcript
from arena.record.run import Run
from games import BadInput, Game
from games.core.elicited import Elicited, information_sets
from games.core.policy import Policy
from games.core.repeated import Repeated, stage_of
from games.core.types import Action, Player
from games.core.walk import actions, key
from ratings.core.tables import DECISIONS


def legal_decisions(runs: Sequence[Run], game: str) -> pd.DataFrame:
    """Every legal decision of a game, in void matches too.

    Args:
        runs: where it was played.
        game: its id.

    Returns:
        Columns DECISIONS; of repeated games, information sets are those of the round.

    Raises:
        BadInput: a run keeps outcomes only.
    """
    rows = [
        [row[column] for column in DECISIONS]
        for run in runs
        if game in run.manifest.design["games"]
        for match in run.decision_rows(DECISIONS, [game])
        for row in match
        if row["action"] is not None
    ]
    return pd.DataFrame(rows, columns=list(DECISIONS))


def stage_asked(game: Game[Any]) -> Game[Any]:
    """The rules of one round, of a game or of the game that an elicitation asks about."""
    return stage_of(game.stage if isinstance(game, Elicited) else game)


def information_set(game: Game[Any], state: Any, player: Player) -> str:  # noqa: ANN401
    """The name of the information set of a player in a position; of repeated games, in the round.

    Args:
        game: the rules that are played, an elicitation or a repeated game too.
        state: a position of them.
        player: whose turn it is.
    """
    if isinstance(game, Repeated):
        return key(game.stage.observe(state.stage, player))
    return key(game.observe(state, player))


def elicited(transcripts: Iterable[Transcript], game: Game[Any], contestant: str) -> Policy:
    """How often a contestant took each action, as shares of its answers, by information set.

    `games.core.solve` tells what such a policy earns, and how far it can be exploited. Void answers
    are left out.

    Args:
        transcripts: of an elicitation; those of other contestants are skipped.
        game: the game asked about.
        contestant: who was asked.

    Raises:
        BadInput: an information set has no answer.
    """
    sets = information_sets(game)
    answers: dict[str, Counter[Action | None]] = {name: Counter() for name in sets}
    for transcript in transcripts:
        match = transcript.match
        asked = match.at and set(match.seats) - {PASSIVE} == {contestant}
        if asked and transcript.payoffs is not None:
            answers[match.at][transcript.decisions[-1].decision.action] += 1
    policy: Policy = {}
    for name, (owner, position) in sets.items():
        if not (total := answers[name].total()):
            raise BadInput(f"{contestant!r} has given no answer in information set {name!r}")
        options = actions(game.space(position, owner))
        policy[name] = {option: answers[name][option] / total for option in options}
    return policy
