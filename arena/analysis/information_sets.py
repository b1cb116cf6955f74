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
    """Every legal decision of a game, in void matches too.

    Args:
        runs: where it was played.
        game: its id.

    Returns:
        Columns DECISIONS and weight; of repeated games, information sets are those of the round. A
        decision of known probabilities is a row for each option, weighted with its probability.

    Raises:
        BadInput: a run keeps outcomes only.
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
    """The options of a decision with their probabilities; what was drawn where none are known."""
    known = row["probabilities"]
    if known is None or row["unseen"] > most_unseen(players[row["contestant"]]):
        return [(row["action"], 1.0)]
    return [(action, p) for action, p in known.items() if p > 0]


def stage_asked(game: Game[Any]) -> Game[Any]:
    """The rules of one round, of a game or of the game that an elicitation asks about."""
    return stage_of(game.stage if isinstance(game, Elicited) else game)


def information_set(game: Game[Any], state: Any, player: Player) -> str:  # noqa: ANN401
    """The name of the information set of a player in a position; of repeated games, in the round.

    What was said before the game is left out.

    Args:
        game: the rules that are played, an elicitation or a repeated game too.
        state: a position of them.
        player: whose turn it is.
    """
    if isinstance(game, Repeated):
        game, state = game.stage, state.stage
    return key(silent(game.observe(state, player)))


def elicited(transcripts: Iterable[Transcript], game: Game[Any], contestant: str) -> Policy:
    """How often a contestant took each action, as shares of its answers, by information set.

    An answer of known probabilities counts as these.

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
