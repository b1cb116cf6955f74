"""Decisions as choices in information sets: recorded matches, played through by the rules again."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from arena.core.types import Transcript
from arena.record.steps import steps
from games import BadInput, Game
from games.core.repeated import Repeated, this_round
from games.core.walk import key
from ratings.core.tables import DECISIONS

if TYPE_CHECKING:
    from arena.record.run import Run


def choices(runs: Sequence["Run"], game: str) -> pd.DataFrame:
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


def _of_run(run: "Run", game: str) -> Iterator[tuple[str, str, str, Any]]:
    if game not in run.manifest["design"]["games"]:
        return
    if run.manifest.get("record", "full") != "full":
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
