"""What was decided in a run, in the measures in which human studies report it."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from arena.core.types import Transcript
from arena.record.run import Run
from games import Game
from games.battle_of_the_sexes import BattleOfTheSexes
from games.core.repeated import Repeated
from games.dictator import Dictator
from games.prisoners_dilemma import PrisonersDilemma
from games.ultimatum import PROPOSER, Ultimatum

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

    stages = {key: run.game(key) for key in run.manifest["design"]["games"]}
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
    contestants: Mapping[str, Any] = run.manifest["design"]["contestants"]
    fixed = [name for name, who in contestants.items() if who.get("temperature") == 0]
    again = table.duplicated(["contestant", "game", "measure", "words"])
    repeated = again & table["contestant"].isin(fixed)
    return table.drop(columns="words").assign(repeated=repeated)


def _opening(words: str) -> str:
    """What stands for the system message, which holds the rules and the emotion."""
    return str(json.loads(words)[0][1]) if words else ""


def rows(transcript: Transcript, game: Game[Any]) -> Iterator[Row]:
    """The rows of one completed match."""
    match, stage = transcript.match, game
    repeated = isinstance(game, Repeated)
    if isinstance(game, Repeated):
        stage = game.stage
    made: dict[int, list[Any]] = {seat: [] for seat in range(len(match.seats))}
    for played in transcript.decisions:
        if played.turn >= 0:  # before the first move there are displays, no decisions
            made[played.player].append(played.decision.action)
    for seat, turn, measured in _measured(stage, made):
        others = [name for at, name in enumerate(match.seats) if at != seat]
        yield {
            "contestant": match.seats[seat],
            "game": match.game,
            "round": turn + 1 if repeated else 0,
            "cluster": match.repetition,
            "seat": seat,
            "opponents": " + ".join(others),
            "match": match.id,
            "price": float(stage.price) if isinstance(stage, Dictator) else 1.0,
            "turn": turn,
            "x": None,
            **measured,
        }


def _measured(stage: Game[Any], made: Mapping[int, list[Any]]) -> Iterator[tuple[int, int, Row]]:
    """Seat, turn, and the measure with its value; of games without human data nothing."""
    if isinstance(stage, Dictator):
        for turn, given in enumerate(made[0]):
            yield 0, turn, {"measure": "share_given", "value": 100 * given / stage.endowment}
    elif isinstance(stage, Ultimatum):
        yield from _ultimatum(stage, made)
    elif isinstance(stage, PrisonersDilemma):
        for seat, own in made.items():
            other = made[1 - seat]
            for turn, action in enumerate(own):
                before = _outcome(own[turn - 1], other[turn - 1]) if turn else None
                value = float(action == "cooperate")
                yield seat, turn, {"measure": "cooperation", "value": value, "x": before}
    elif isinstance(stage, BattleOfTheSexes):
        for seat, own in made.items():
            for turn, action in enumerate(own):
                met = float(action == made[1 - seat][turn])
                yield seat, turn, {"measure": "coordination", "value": met}
                conceded = float(action != stage.options[seat])
                yield seat, turn, {"measure": "concession", "value": conceded}


def _ultimatum(stage: Ultimatum, made: Mapping[int, list[Any]]) -> Iterator[tuple[int, int, Row]]:
    offers, answers = made[PROPOSER], made[1 - PROPOSER]
    for turn, offer in enumerate(offers):
        yield PROPOSER, turn, {"measure": "offer", "value": 100 * offer / stage.endowment}
    for turn, answer in enumerate(answers):
        if stage.strategy_method:
            value = 100 * answer / stage.endowment
            yield 1 - PROPOSER, turn, {"measure": "minimum", "value": value}
            continue
        offer = stage.fixed_offer if stage.fixed_offer is not None else offers[turn]
        yield (
            1 - PROPOSER,
            turn,
            {
                "measure": "acceptance",
                "value": float(answer == "accept"),
                "x": 100 * offer / stage.endowment,
            },
        )


def _outcome(own: object, other: object) -> str:
    """The round before, own move first: CC, CD, DC or DD."""
    return "".join("C" if action == "cooperate" else "D" for action in (own, other))
