"""Decisions as choices in information sets: recorded matches, played through by the rules again."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import pandas as pd

from arena.records import Transcript
from games import BadInput, Game
from games.core.repeated import Repeated, this_round
from games.core.types import CHANCE
from games.core.walk import key
from ratings.core.tables import DECISIONS

if TYPE_CHECKING:
    from arena.run import Run


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
    match, deals = transcript.match, iter(transcript.deals)
    decisions, state = iter(transcript.decisions), rules.initial_state()
    cluster = f"{match.seed:016x}"
    while movers := rules.movers(state):
        if movers == (CHANCE,):
            state = rules.apply(state, {CHANCE: next(deals)})
            continue
        made = {played.player: played.decision.action for played in islice(decisions, len(movers))}
        for player, action in made.items():
            if action is None:
                continue
            seen = rules.observe(state, player)
            name = key(this_round(seen) if isinstance(rules, Repeated) else seen)
            yield match.seats[player], cluster, name, action
        if None in made.values():
            return
        state = rules.apply(state, {p: a for p, a in made.items() if a is not None})
