"""What was decided in a run, in the measures in which human studies report it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from arena.record.decisions import Row
from arena.record.run import Run
from games import Game
from games.core.repeated import Repeated
from games.core.types import Player

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "contestant", "game", "measure", "value", "x", "round", "cluster", "seat", "opponents", "match",
    "price", "repeated",
)  # fmt: skip
"""See `measured`."""

_OWN = ("contestant", "game", "seat", "opponents", "match", "repetition")
"""Columns of the table of decisions that are taken as they are."""


def measured(run: Run) -> "pd.DataFrame":
    """One row per decision and measure of the completed matches.

    Returns:
        Columns COLUMNS: what `ratings.core.human.distances.CHOICES` describes, and seat,
        opponents (their names), match, price (what a point given is worth), repeated: whether a
        model at temperature 0 was asked in the same words before, so that its answer is no further
        observation.
    """
    import pandas as pd  # noqa: PLC0415 - loading it takes a while

    stages = {key: run.game(key) for key in run.manifest.design["games"]}
    prompts = run.openings()
    rows = [
        {**row, "words": prompts.get((row["match"], row["seat"], row.pop("turn")), "")}
        for decisions in run.decision_rows((*_OWN, "action", "ending"))
        if decisions and decisions[0]["ending"] == "completed"
        for row in _of_match(decisions, stages[decisions[0]["game"]])
    ]
    table = pd.DataFrame(rows, columns=[*COLUMNS[:-1], "words"])
    # Blocks in which a model was told the same are one cluster: the opening words stand for them.
    # Arms of a design share their wordings, so that their clusters are the same.
    place = ["contestant", "game", "seat", table["words"].map(_opening)]
    table["cluster"] = table["cluster"].where(
        table["words"] == "", table.groupby(place)["cluster"].transform("min")
    )
    contestants: Mapping[str, Any] = run.manifest.design["contestants"]
    fixed = [name for name, who in contestants.items() if who.get("temperature") == 0]
    again = table.duplicated(["contestant", "game", "measure", "words"])
    repeated = again & table["contestant"].isin(fixed)
    return table.drop(columns="words").assign(repeated=repeated)


def _opening(words: str) -> str:
    """What stands for the system message, which holds the rules and the emotion."""
    return str(json.loads(words)[0][1]) if words else ""


def _of_match(decisions: Sequence[Row], game: Game[Any]) -> Iterator[Row]:
    """The rows of one completed match; of games without human data none."""
    made: dict[Player, list[Row]] = {seat: [] for seat in range(len(game.roles))}
    for row in decisions:
        if row["action"] is not None:  # before the first move there are displays
            made[row["seat"]].append(row)
    repeated = isinstance(game, Repeated)
    for each in game.measured({seat: [row["action"] for row in own] for seat, own in made.items()}):
        own = {column: made[each.player][each.turn][column] for column in _OWN}
        yield {
            **own,
            "measure": each.measure,
            "value": each.value,
            "x": each.x,
            "round": each.turn + 1 if repeated else 0,
            "cluster": own["repetition"],
            "price": each.price,
            "turn": each.turn,
        }
