"""What an elicitation shows: a contestant's whole policy."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from arena.core.types import PASSIVE, Transcript
from games import BadInput, Game
from games.core.elicited import information_sets
from games.core.policy import Policy
from games.core.types import Action
from games.core.walk import actions


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
