"""Changed contestants: a contestant of a design but for one field, under a name of its own."""

from collections.abc import Iterable, Mapping
from typing import Any

import agents
from agents.core.model_agent import ModelAgent
from arena.core.types import digest
from arena.design.tournament import Tournament
from games import BadInput
from games.core.errors import unknown

_OF_EMOTION = ("mode", "induced", "cause")
_OF_VOICE = ("model", "temperature", "language", "persona", "coplayer")
WHOLE = "contestant"
SEAT_KEYS = (WHOLE, *_OF_EMOTION, *_OF_VOICE)
"""Properties of whoever holds a seat from the decision on."""
_LONGEST = 40
"""Characters of a value that a name repeats; of a longer one it has a hash."""
_SWITCHES = ("report", "shows", "chooses", "perceives")
"""Settings of a mode, which another mode sets anew."""


def changed_name(tournament: Tournament, name: str, key: str, value: str) -> str:
    """The name of a contestant with one field changed.

    Args:
        tournament: the design of the recorded run.
        name: of the recorded contestant.
        key: the field, or WHOLE.
        value: its new value; of WHOLE, the name of another contestant of the design.

    Raises:
        BadInput: the contestant has no such field, or has this value already.
    """
    kind, spec = tournament.contestants[name]
    if key == WHOLE:
        if value not in tournament.contestants:
            raise unknown("contestant", value, tournament.contestants)
        if value in tournament.people:
            raise BadInput(f"{key}={value}: people are not asked again")
        if value == name:
            raise BadInput(f"{key}={value} changes nothing: it sits there")
        return value
    if not isinstance(spec, ModelAgent):
        raise BadInput(f"{key}={value}: {name} is of kind {kind} and has no {key}")
    if changed_row(tournament, name, key, value)[1].content() == spec.content():
        raise BadInput(f"{key}={value} changes nothing: {name} has it")
    told = value if len(value) <= _LONGEST else digest(value)
    return f"{name} | {key}={told}"


def changed_row(
    tournament: Tournament, name: str, key: str, value: str
) -> tuple[dict[str, Any], agents.AgentSpec]:
    """The row of a changed contestant in a tournament file, without its name, and its parameters.

    Raises:
        BadInput: the value is none for this field.
    """
    kind, spec = tournament.contestants[name]
    row = spec.model_dump(mode="json", exclude_unset=True)
    if key in _OF_EMOTION:
        emotion = dict(row.get("emotion") or {})
        if key == "mode":
            emotion = {part: said for part, said in emotion.items() if part not in _SWITCHES}
        row["emotion"] = {**emotion, key: value}
    else:
        row[key] = _number(key, value) if key == "temperature" else value
    return {"agent": kind, **row}, agents.load(kind, row, f"{key}={value} of {name}")


def _number(key: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise BadInput(f"{key} is a number, not {value!r}") from None


def with_changed(
    tournament: Tournament, wanted: Iterable[tuple[str, str, str]], source: str
) -> Tournament:
    """A design with changed contestants, who take part in none of its games.

    Args:
        tournament: the design of the recorded run.
        wanted: name of a recorded contestant, field and value of each changed one.
        source: name of the design in errors.
    """
    rows: dict[str, Mapping[str, Any]] = {}
    for name, key, value in wanted:
        if key != WHOLE:
            new = changed_name(tournament, name, key, value)
            rows[new] = {"name": new, **changed_row(tournament, name, key, value)[0]}
    if not rows:
        return tournament
    everyone = [*tournament.contestants]
    games = [{"contestants": everyone, **row} for row in tournament.data["games"]]
    contestants = [*tournament.data["contestants"], *rows.values()]
    data = {**tournament.data, "games": games, "contestants": contestants}
    return Tournament(data, source)
