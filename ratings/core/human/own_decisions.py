"""People's own decisions in a CSV file, as baselines."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from games.core.errors import BadInput, unknown
from ratings.core.human.measures import summaries
from ratings.core.human.people import by_person
from ratings.core.human.studies import Baseline, checked

WHOLE = 100
"""Per cent of the pie."""


class OwnDecision(NamedTuple):
    """One decision of a person.

    Attributes:
        measure: that a game declares.
        value: per cent of the pie, or 0 or 1.
        at: the offer in per cent, the round, or the outcome of the round before, where the measure
            depends on it; otherwise empty.
        person: independent unit behind the decision.
        rounds: of the match, if it was repeated a known number of times; otherwise 0.
    """

    measure: str
    value: float
    at: str
    person: str
    rounds: int = 0


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
    if measure not in summaries():
        raise unknown(f"measure in {path}", measure, summaries())
    game, about_measure = summaries()[measure]
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
    elif about_measure.x:
        return checked(data | _curve(path, rows, about_measure.x), str(path))
    else:
        data["value"] = sum(values) / len(values)
    return checked(data | {"standard_error": by_person(values, persons)}, str(path))


def _curve(path: Path, rows: list[OwnDecision], x: str) -> dict[str, Any]:
    """Probabilities by offer in whole per cent, by round or move, or by outcome."""
    at = [row.at if x == "outcome" else _number(path, row, x) for row in rows]
    places = sorted(set(at))
    answers = [
        [row.value for row, own in zip(rows, at, strict=True) if own == place] for place in places
    ]
    points = [[place, sum(each) / len(each)] for place, each in zip(places, answers, strict=True)]
    curve: dict[str, Any] = {"points": points, "counts": [len(each) for each in answers]}
    if x != "round":
        return curve
    (rounds,) = {row.rounds for row in rows}
    return {**curve, "payoffs": {"rounds": rounds}}


def _number(path: Path, row: OwnDecision, x: str) -> int:
    """The place of a decision, rounded; an offer lies between 0 and 100 per cent."""
    try:
        at = float(row.at)
    except ValueError:
        raise BadInput(f"{path}: {row.measure} needs a column {x}, as a number") from None
    if x == "offer" and not 0 <= at <= WHOLE:
        raise BadInput(f"{path}: offer {at:g} must lie between 0 and 100 per cent")
    return round(at)
