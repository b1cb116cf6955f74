"""People's own decisions in a CSV file, as baselines."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from games.core.errors import BadInput, unknown
from ratings.core.human.measures import declared
from ratings.core.human.people import by_person
from ratings.core.human.studies import Baseline, checked


class OwnDecision(NamedTuple):
    """One decision of a person.

    Attributes:
        measure: that a game declares.
        value: per cent of the pie, or 0 or 1.
        offer: per cent, of an acceptance; otherwise empty.
        person: who decided.
    """

    measure: str
    value: float
    offer: str
    person: str


def read_decisions(path: Path) -> dict[str, Baseline]:
    """People's decisions in a CSV file, as one baseline per measure.

    Args:
        path: columns person (any name or number of who decided), measure (one of single decisions
            that a game declares, such as share_given, offer, minimum, acceptance or cooperation),
            value (per cent of the pie; 0 or 1 of a probability) and, for acceptance, offer (per
            cent).

    Raises:
        BadInput: the file cannot be read, or a row cannot be.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:  # spreadsheets write a mark
            rows = list(csv.DictReader(file))
            table = [
                OwnDecision(
                    r["measure"], float(r["value"]), r.get("offer") or "", r.get("person") or ""
                )
                for r in rows
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path} cannot be read: {error}") from None
    except (KeyError, TypeError, ValueError):
        raise BadInput(
            f"{path} needs columns person, measure and value, with a number in value"
        ) from None
    if not table:
        raise BadInput(f"{path} holds no decisions")
    if not all(row.person for row in table):
        raise BadInput(
            f"{path} needs a column person that says who made each decision; where everybody made "
            "one, number the rows"
        )
    return own_studies(path, table)


def own_studies(path: Path, table: Sequence[OwnDecision]) -> dict[str, Baseline]:
    """People's decisions as one baseline per measure.

    Args:
        path: where they come from.
        table: the decisions.

    Raises:
        BadInput: a decision cannot be.
    """
    return {
        f"{path.stem}_{measure}": _own(path, measure, [row for row in table if row[0] == measure])
        for measure in dict.fromkeys(row.measure for row in table)
    }


def _own(path: Path, measure: str, rows: list[OwnDecision]) -> Baseline:
    if measure not in declared():
        raise unknown(f"measure in {path}", measure, declared())
    game, about_measure = declared()[measure]
    about = f"Decisions in {path.name}"
    values, persons = [row.value for row in rows], [row.person for row in rows]
    data: dict[str, Any] = {"name": f"{path.stem}_{measure}", "about": about, "citation": about}
    data |= {"doi": "", "licence": "the user's own", "confidence": "data", "primary": True}
    data |= {"population": f"people in {path.name}", "stakes": "not stated", "measure": measure}
    data |= {"elicitation": "not stated", "game": game, "called": f"people in {path.name}"}
    data |= {"people": len(set(persons)), "decisions": len(rows), "units": about_measure.units}
    if about_measure.units != "probability":
        counts = {value: values.count(value) for value in sorted(set(values))}
        data["cells"] = [[v, v, c] for v, c in counts.items()]
    elif not set(values) <= {0.0, 1.0}:
        raise BadInput(f"{path}: {measure} is 1 or 0")
    elif about_measure.x == "offer":
        return checked(data | _curve(path, rows), str(path))
    else:
        data["value"] = sum(values) / len(values)
    return checked(data | {"standard_error": by_person(values, persons)}, str(path))


def _curve(path: Path, rows: list[OwnDecision]) -> dict[str, Any]:
    """Acceptance by offer."""
    try:
        at = [float(row.offer) for row in rows]
    except ValueError:
        raise BadInput(f"{path}: acceptance needs a column offer, in per cent") from None
    for offer in at:
        if not 0 <= offer <= 100:  # noqa: PLR2004
            raise BadInput(f"{path}: offer {offer:g} must lie between 0 and 100 per cent")
    offers = sorted({*map(round, at)})
    answers = [
        [row.value for row, own in zip(rows, at, strict=True) if round(own) == offer]
        for offer in offers
    ]
    points = [[at, sum(each) / len(each)] for at, each in zip(offers, answers, strict=True)]
    return {"points": points, "counts": [len(each) for each in answers]}
