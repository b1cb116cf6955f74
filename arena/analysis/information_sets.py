"""Information sets of recorded matches: choices made in them, and policies from elicitations."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from arena.core.types import PASSIVE, Transcript
from arena.record.run import Run
from arena.record.steps import steps
from games import BadInput, Game
from games.core.elicited import information_sets
from games.core.policy import Policy
from games.core.repeated import Repeated, this_round
from games.core.types import Action
from games.core.walk import actions, key
from ratings.core.tables import DECISIONS


def choices(runs: Sequence[Run], game: str) -> pd.DataFrame:
    """Every legal decision of a game, in void matches too.

    Args:
        runs: where it was played.
        game: its id.

    Returns:
        Columns DECISIONS; of repeated games, information sets are those of the round.

    Raises:
        BadInput: a run keeps outcomes only.
    """
    rows = [row for run in runs for row in _of_run(run, game)]
    return pd.DataFrame(rows, columns=list(DECISIONS))


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


def _of_run(run: Run, game: str) -> Iterator[tuple[str, str, str, Any]]:
    if game not in run.manifest.design["games"]:
        return
    if run.manifest.record != "full":
        raise BadInput(f"{run.folder} keeps outcomes only: decisions are not on record")
    rules = run.game(game)
    for transcript in run.matches():
        if transcript.match.game == game:
            yield from _of_match(transcript, rules)


def _of_match(transcript: Transcript, rules: Game[Any]) -> Iterator[tuple[str, str, str, Any]]:
    match = transcript.match
    for step in steps(transcript, rules):
        for played in step.made:
            if played.decision.action is None:
                continue
            seen = rules.observe(step.state, played.player)
            name = key(this_round(seen) if isinstance(rules, Repeated) else seen)
            yield match.seats[played.player], f"{match.seed:016x}", name, played.decision.action
