"""Decisions of a run in the measures of human studies."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from arena.analysis.choice_probabilities import probabilities
from arena.analysis.people_clusters import PeopleClusters
from arena.analysis.wording_clusters import Clusters
from arena.core.types import Transcript
from arena.record.decisions import Row, rows
from arena.record.participants import succeeded
from arena.record.run import Run
from games import Game
from games.core.measures import Measured
from games.core.repeated import Repeated
from games.core.types import Action, Player, Said
from ratings.core.human.measures import units

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "contestant", "game", "measure", "value", "x", "round", "cluster", "seat", "opponents", "match",
    "price", "repeated", "expected", "retold", "spread",
)  # fmt: skip
"""See `measured`."""

_OWN = ("contestant", "game", "seat", "opponents", "match")
"""Columns copied from the table of decisions."""


def measured(run: Run) -> "pd.DataFrame":
    """One row per decision and measure of the completed matches.

    Decisions of an agent that replaced a participant are left out.

    Returns:
        Columns COLUMNS: the columns of `ratings.core.human.distances.CHOICES`, and seat, cluster
        (the wording in the naming of `arena.analysis.wording_clusters`, joined by shared
        participants, see `arena.analysis.people_clusters`), opponents (their names), match, price
        (value of a point given), repeated: whether a model at temperature 0 got the same prompt
        before, so that its answer is no new observation; expected: the mean over all options, and
        the drawn value if no probabilities are known; retold: whether they are known from an
        earlier equal prompt; spread: of an amount, {value: probability} if known, else None.
    """
    import pandas as pd  # noqa: PLC0415 - loading it takes a while

    prompts, contestants = run.openings(), run.manifest.design["contestants"]
    games = {key: run.game(key) for key in run.manifest.design["games"]}
    clusters = {key: PeopleClusters(run, key, game, contestants) for key, game in games.items()}
    after = succeeded(run)
    made = [
        {**row, "words": prompts.get((row["match"], row["seat"], row.pop("turn")), "")}
        for transcript in run.matches()
        if transcript.ending.kind == "completed"
        for key in (transcript.match.game,)
        for row in _of_match(transcript, games[key], clusters[key], contestants)
        if row["turn"] < after.get((row["match"], row["seat"]), row["turn"] + 1)
    ]
    columns = [name for name in COLUMNS if name not in {"repeated", "retold"}]
    table = pd.DataFrame(made, columns=[*columns, "words"])
    fixed = [name for name, who in contestants.items() if who.get("temperature") == 0]
    asked = ["contestant", "game", "measure", "words"]
    repeated = table.duplicated(asked) & table["contestant"].isin(fixed)
    known = (table["expected"] != table["value"]) | table["spread"].notna()
    retold = table.duplicated([*asked, "expected"]) & known
    marked = table.drop(columns="words").assign(repeated=repeated, retold=retold)
    return marked[list(COLUMNS)]


def in_expectation(choices: "pd.DataFrame") -> "pd.DataFrame":
    """Choices with known probabilities instead of drawn values; see `measured`."""
    again = choices["repeated"].astype(bool) | choices["retold"]
    return choices.assign(value=choices["expected"], repeated=again)


def _of_match(
    transcript: Transcript, game: Game[Any], clusters: Clusters, players: Mapping[str, Any]
) -> Iterator[Row]:
    """The rows of one completed match; none for games without human data."""
    made: dict[Player, list[Row]] = {seat: [] for seat in range(len(game.roles))}
    for row in rows(transcript, game, columns=(*_OWN, "action")):
        # Displays before the first move are no decisions, and messages none of people's studies.
        if row["action"] is not None and not isinstance(row["action"], Said):
            made[row["seat"]].append(row)
    repeated = isinstance(game, Repeated)
    moves = {seat: [row["action"] for row in own] for seat, own in made.items()}
    known = {
        (at.player, at.turn): p
        for at in transcript.decisions
        if (p := probabilities(at.decision, players.get(transcript.match.seats[at.player], {})))
    }
    for each in game.measured(moves):
        row = made[each.player][each.turn]
        own, turn = {column: row[column] for column in _OWN}, row["turn"]
        yield {
            **own,
            "measure": each.measure,
            "value": each.value,
            "x": each.x,
            "round": (each.round or each.turn + 1) if repeated else 0,
            "cluster": clusters.of(transcript.match, own["contestant"]),
            "price": each.price,
            "turn": turn,
            **_expected(each, _spread(game, moves, each, known.get((each.player, turn)))),
        }


def _expected(each: Measured, spread: Mapping[float, float] | None) -> Row:
    """Columns expected and spread; a yes-no measure has no spread column."""
    if spread is None:
        return {"expected": each.value, "spread": None}
    mean = sum(value * share for value, share in spread.items())
    amount = units(each.measure) != "probability"
    return {"expected": mean, "spread": spread if amount else None}


def _spread(
    game: Game[Any],
    moves: Mapping[Player, Sequence[Action]],
    each: Measured,
    p: Mapping[Action, float] | None,
) -> Mapping[float, float] | None:
    """Probability by value of a measure, over all options of the decision.

    None if probabilities are unknown, or if an option lacks the measure.
    """
    if p is None:
        return None
    spread: dict[float, float] = {}
    for action, share in p.items():
        own = [*moves[each.player]]
        own[each.turn] = action
        measures = game.measured({**moves, each.player: own})
        place = each.player, each.turn, each.measure
        values = [m.value for m in measures if (m.player, m.turn, m.measure) == place]
        if len(values) != 1:
            return None
        spread[values[0]] = spread.get(values[0], 0.0) + share
    return spread
