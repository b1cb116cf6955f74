"""The people of a run, as decisions to compare others with."""

from arena.analysis.human_measures import measured
from arena.record.run import Run
from games import BadInput
from ratings.core.human.measures import declared
from ratings.core.human.own_decisions import OwnDecision


def people_of(run: Run) -> list[OwnDecision]:
    """Decisions of people without an induced emotion; a person is an independent unit of the table.

    Raises:
        BadInput: the run holds none.
    """
    people = {
        name for name, who in run.manifest.design["contestants"].items() if _plain_person(who)
    }
    table = measured(run)
    own = table[table["contestant"].isin(people) & table["measure"].isin(declared())]
    if own.empty:
        raise BadInput(f"{run.folder} holds no decisions of people that studies are about")
    columns = (own[name] for name in ("measure", "value", "x", "cluster"))
    return [
        OwnDecision(measure, float(value), "" if measure != "acceptance" else f"{x:g}", unit)
        for measure, value, x, unit in zip(*columns, strict=True)
    ]


def _plain_person(who: dict[str, object]) -> bool:
    """Whether a contestant is imported people to whom nothing was done."""
    emotion = who.get("emotion")
    plain = not isinstance(emotion, dict) or emotion.get("induced", "none") == "none"
    return who["agent"] == "human" or (
        who["agent"] == "imported" and who["people"] is True and plain
    )
