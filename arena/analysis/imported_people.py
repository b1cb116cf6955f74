"""The people of a run, as decisions to compare others with."""

from arena.analysis.human_measures import measured
from arena.analysis.people_clusters import matching_groups
from arena.record.run import Run
from games import BadInput
from ratings.core.human.measures import declared
from ratings.core.human.own_decisions import OwnDecision


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
