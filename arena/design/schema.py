"""The JSON Schema of tournament files, for editors and for programs that write such files.

It knows every key, and the values of most; what depends on several keys at once, such as whether an
agent can play a game, only reading the file tells.
"""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

import agents
import games
from arena.design.expand import Shape, shape_of, shape_of_rules
from arena.design.rows import GameEntry
from arena.design.schedules import KINDS
from arena.design.tournament import TournamentFile
from games import Game
from games.core.exchanges import MESSAGES

Schema = dict[str, Any]

_REF = "#/$defs/"
_SIMPLE: Mapping[object, str] = {int: "integer", bool: "boolean", str: "string"}


def schema() -> Schema:
    """The schema of a tournament file: what every agent, game and schedule takes, by its name."""
    kinds, rules = agents.REGISTRY.usable(), games.REGISTRY.usable()
    models: list[type[BaseModel]] = [TournamentFile, GameEntry, *KINDS.values(), *kinds.values()]
    places, generated = models_json_schema(
        [(model, "validation") for model in models], ref_template=_REF + "{model}"
    )
    defs: dict[str, Schema] = generated["$defs"]
    own = {
        model: defs.pop(str(places[model, "validation"]["$ref"]).removeprefix(_REF))
        for model in models
    }
    file, entry = own[TournamentFile], own[GameEntry]
    rows = [_contestant(name, own[kind], shape_of(kind), defs) for name, kind in kinds.items()]
    played = [_game(name, each, entry) for name, each in rules.items()]
    file["properties"] |= {
        "schedule": {"$ref": f"{_REF}schedule"},
        "games": {"type": "array", "minItems": 1, "items": {"$ref": f"{_REF}game"}},
        "contestants": {"type": "array", "minItems": 1, "items": {"$ref": f"{_REF}contestant"}},
    }
    parts = {
        "schedule": {"oneOf": [_stated(own[kind]) for kind in KINDS.values()]},
        "contestant": {"oneOf": [*rows, _several("agent", rows, kinds)]},
        "game": {"oneOf": [*played, _several("name", played, rules)]},
    }
    about = {"$schema": GenerateJsonSchema.schema_dialect, "title": "Affect Arena tournament"}
    rest = _named([file, parts], defs)
    return {**about, **file, "title": about["title"], "$defs": {**parts, **rest}}


def _named(content: object, defs: Mapping[str, Schema]) -> dict[str, Schema]:
    """Definitions to which content refers, directly or through other definitions."""
    found: dict[str, Schema] = {}
    open_ = [content]
    while open_:
        match open_.pop():
            case {"$ref": str(ref), **more}:
                name = ref.removeprefix(_REF)
                if name in defs and name not in found:
                    found[name] = defs[name]
                    open_.append(defs[name])
                open_.extend(more.values())
            case dict() as inner:
                open_.extend(inner.values())
            case list() as inner:
                open_.extend(inner)
    return {name: found[name] for name in sorted(found)}


def _stated(kind: Schema) -> Schema:
    """A schedule, whose kind must be written down."""
    return {**kind, "required": ["kind", *kind.get("required", ())]}


def _contestant(name: str, model: Schema, shape: Shape, defs: Mapping[str, Schema]) -> Schema:
    """The row of a contestant, for one kind of agent."""
    own = model.get("properties", {})
    needed = [_somewhere(key) for key in model.get("required", ())]
    return {
        "title": name,
        "description": model.get("description", ""),
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "agent": {"const": name},
            "name": {"type": "string", "minLength": 1},
            "matrix": _matrix(own),
            **_varied(own, shape, defs),
        },
        "required": ["agent"],
        **({"allOf": needed} if needed else {}),
    }


def _game(name: str, rules: type[Game[Any]], entry: Schema) -> Schema:
    """The row of a game, with the parameters that this one has."""
    own: Schema = {
        # Games check their parameters themselves, and read numbers in several forms.
        field.name: {"type": _SIMPLE[field.type]} if field.type in _SIMPLE else {}
        for field in fields(rules)  # type: ignore[arg-type] # games are dataclasses
    }
    own["rounds"] = {"type": "integer", "minimum": 1}
    own["continuation"] = {"type": ["number", "string"]}
    own |= {key: _table(kind) for key, kind in MESSAGES.items()}
    if rules.presets:
        own["preset"] = {"enum": list(rules.presets)}
    return {
        "title": name,
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **entry["properties"],
            "name": {"const": name},
            "params": {
                "type": "object",
                "additionalProperties": False,
                "properties": _varied(own, shape_of_rules(rules), {}),
            },
            "schedule": {"$ref": f"{_REF}schedule"},
            "matrix": _matrix({"params": {}}),
        },
        "required": ["name"],
    }


def _table(kind: type[Any]) -> Schema:
    """A table of messages."""
    own = {each.name: {"type": _SIMPLE[each.type]} for each in fields(kind)}
    needed = [each.name for each in fields(kind) if each.default is MISSING]
    return {"type": "object", "additionalProperties": False, "properties": own, "required": needed}


def _several(key: str, rows: Iterable[Schema], names: Iterable[str]) -> Schema:
    """A row that stands for several kinds of agents, or games: with keys that one of them has."""
    keys: Schema = {name: {} for row in rows for name in row["properties"]}
    return {
        "title": f"several values of {key}",
        "type": "object",
        "additionalProperties": False,
        "properties": {**keys, key: _list({"enum": list(names)})},
        "required": [key],
    }


def _varied(own: Mapping[str, Schema], shape: Shape, defs: Mapping[str, Schema]) -> Schema:
    """Keys and values, where a list can stand for its values wherever one value belongs."""
    varied: Schema = {}
    for key, value in own.items():
        inside = shape.get(key, False)
        if inside is False:
            varied[key] = value
            continue
        single = value
        if isinstance(inside, Mapping):
            table = defs[str(value["$ref"]).removeprefix(_REF)] if "$ref" in value else value
            single = {**table, "properties": _varied(table["properties"], inside, defs)}
        varied[key] = {"anyOf": [single, _list(single)]}
    return varied


def _matrix(own: Mapping[str, Schema]) -> Schema:
    """Lists of values, by key."""
    lists = {key: _list({}) for key in own}
    return {"type": "object", "additionalProperties": False, "properties": lists}


def _list(of: Schema) -> Schema:
    return {"type": "array", "minItems": 1, "uniqueItems": True, "items": of}


def _somewhere(key: str) -> Schema:
    """A key that must be there, or vary in `matrix`."""
    vary = {"required": ["matrix"], "properties": {"matrix": {"required": [key]}}}
    return {"anyOf": [{"required": [key]}, vary]}
