"""What was decided in a run, in the measures in which human studies report it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from arena.analysis.wording_clusters import Clusters
from arena.core.types import Transcript
from arena.record.decisions import Row, rows
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

_OWN = ("contestant", "game", "seat", "opponents", "match")
"""Columns of the table of decisions that are taken as they are."""


def measured(run: Run) -> "pd.DataFrame":
    """One row per decision and measure of the completed matches.

    Returns:
        Columns COLUMNS: what `ratings.core.human.distances.CHOICES` describes, and seat,
        cluster (the wording, as `arena.analysis.wording_clusters` names it), opponents (their
        names), match, price (what a point given is worth), repeated: whether a
        model at temperature 0 was asked in the same words before, so that its answer is no further
        observation.
    """
    import pandas as pd  # noqa: PLC0415 - loading it takes a while

    prompts, contestants = run.openings(), run.manifest.design["contestants"]
    games = {key: run.game(key) for key in run.manifest.design["games"]}
    clusters = {key: Clusters(game, contestants) for key, game in games.items()}
    made = [
        {**row, "words": prompts.get((row["match"], row["seat"], row.pop("turn")), "")}
        for transcript in run.matches()
        if transcript.ending.kind == "completed"
        for key in (transcript.match.game,)
        for row in _of_match(transcript, games[key], clusters[key])
    ]
    table = pd.DataFrame(made, columns=[*COLUMNS[:-1], "words"])
    fixed = [name for name, who in contestants.items() if who.get("temperature") == 0]
    again = table.duplicated(["contestant", "game", "measure", "words"])
    repeated = again & table["contestant"].isin(fixed)
    return table.drop(columns="words").assign(repeated=repeated)


def _of_match(transcript: Transcript, game: Game[Any], clusters: Clusters) -> Iterator[Row]:
    """The rows of one completed match; of games without human data none."""
    made: dict[Player, list[Row]] = {seat: [] for seat in range(len(game.roles))}
    for row in rows(transcript, game, columns=(*_OWN, "action")):
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
            "cluster": clusters.of(transcript.match, own["contestant"]),
            "price": each.price,
            "turn": each.turn,
        }
