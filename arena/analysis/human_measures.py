"""What was decided in a run, in the measures in which human studies report it."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from arena.core.types import Transcript
from arena.record.run import Run
from games import Game
from games.core.repeated import Repeated
from games.core.types import Action, Player

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "contestant", "game", "measure", "value", "x", "round", "cluster", "seat", "opponents", "match",
    "price", "repeated",
)  # fmt: skip
"""See `choices`."""

Row = dict[str, Any]


def choices(run: Run) -> "pd.DataFrame":
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
    found = [
        {**row, "words": prompts.get((row["match"], row["seat"], row.pop("turn")), "")}
        for transcript in run.matches()
        if transcript.payoffs is not None
        for row in rows(transcript, stages[transcript.match.game])
    ]
    table = pd.DataFrame(found, columns=[*COLUMNS[:-1], "words"])
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


def rows(transcript: Transcript, game: Game[Any]) -> Iterator[Row]:
    """The rows of one completed match; of games without human data none."""
    match, repeated = transcript.match, isinstance(game, Repeated)
    made: dict[Player, list[Action]] = {seat: [] for seat in range(len(match.seats))}
    for played in transcript.decisions:
        if played.decision.action is not None:  # before the first move there are displays
            made[played.player].append(played.decision.action)
    for each in game.measured(made):
        others = [name for at, name in enumerate(match.seats) if at != each.player]
        yield {
            "contestant": match.seats[each.player],
            "game": match.game,
            "measure": each.measure,
            "value": each.value,
            "x": each.x,
            "round": each.turn + 1 if repeated else 0,
            "cluster": match.repetition,
            "seat": each.player,
            "opponents": " + ".join(others),
            "match": match.id,
            "price": each.price,
            "turn": each.turn,
        }
