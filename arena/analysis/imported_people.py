"""The people of a run, as decisions to compare others with."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from arena.analysis.human_measures import measured
from arena.analysis.people_clusters import matching_groups
from arena.record.run import Run
from games import BadInput
from games.core.measures import Measure
from games.core.repeated import Repeated
from ratings.core.human.measures import summaries
from ratings.core.human.own_decisions import OwnDecision

if TYPE_CHECKING:
    import pandas as pd


def people_of(run: Run) -> list[OwnDecision]:
    """Decisions of people without an induced emotion.

    A person is an independent unit: of a table that was imported, or of a lab: there the people who
    met are one, see `arena.analysis.people_clusters`. Agents that filled a seat, or went on in it,
    are no people.

    Raises:
        BadInput: the run holds none.
    """
    people = {
        name for name, who in run.manifest.design["contestants"].items() if _plain_person(who)
    }
    table = measured(run)
    groups = {
        match: group
        for game in run.manifest.design["games"]
        for match, group in matching_groups(run, game).items()
    }
    if groups:
        table = table.assign(cluster=[groups.get(match, "") for match in table["match"]])
    own = table[table["contestant"].isin(people)]
    made = [each for _, about in summaries().values() for each in _in(own, run, about)]
    if not made:
        raise BadInput(f"{run.folder} holds no decisions of people that studies are about")
    return made


def _in(table: "pd.DataFrame", run: Run, measure: Measure) -> Iterator[OwnDecision]:
    """The decisions that one measure is about.

    Of a measure by round, the decisions in games of as many rounds as the longest one.
    """
    rows = table[(table["measure"] == measure.base) & table["round"].between(*measure.rounds)]
    rounds = [_rounds(run, key) for key in rows["game"]]
    longest = max(rounds, default=0) if measure.x == "round" else 0
    columns = (rows[name] for name in ("value", "x", "round", "cluster"))
    for value, x, number, unit, played in zip(*columns, rounds, strict=True):
        if measure.x == "round" and played != longest:
            continue
        at = {"": "", "round": str(number), "outcome": str(x)}.get(measure.x, "")
        if measure.x in {"offer", "node"}:
            at = f"{x:g}"
        yield OwnDecision(measure.name, float(value), at, unit, played)


def _rounds(run: Run, key: str) -> int:
    """Number of rounds of a game of a run; 0 if it is played once or goes on by chance."""
    game = run.game(key)
    return (game.rounds or 0) if isinstance(game, Repeated) else 0


def _plain_person(who: dict[str, object]) -> bool:
    """Whether a contestant is imported people to whom nothing was done."""
    emotion = who.get("emotion")
    plain = not isinstance(emotion, dict) or emotion.get("induced", "none") == "none"
    return who["agent"] == "human" or (
        who["agent"] == "imported" and who["people"] is True and plain
    )
