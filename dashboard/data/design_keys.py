"""Keys of a design as a form offers them, and the values that are entered for them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

from pydantic import BaseModel

import agents
import games
from arena.design.expand import Shape, shape_of, shape_of_rules
from arena.design.rows import GameEntry
from arena.design.schedules import KINDS
from arena.design.tournament import TournamentFile
from arena.report.description import keys, parameters
from games import BadInput
from games.core import toml
from prompts import catalogue, inducible

Named = dict[str, "Key"]
"""Keys by their names; a dot leads into a table."""


@dataclass(frozen=True)
class Key:
    """A key of a table of a design.

    Args:
        about: what it is, as the reference of tournament files has it.
        usual: its default, as a design writes it.
        options: values that are known beforehand.
        listed: whether its value is a list.
        varied: whether a list stands for its values, a contestant or a game for each.
        text: whether its values are texts; others are read as TOML where they are.
    """

    about: str
    usual: str
    options: tuple[str, ...] = ()
    listed: bool = False
    varied: bool = False
    text: bool = False

    @property
    def required(self) -> bool:
        """Whether there is no design without it."""
        return self.usual == "(required)"

    def value(self, entries: Sequence[str]) -> Any:  # noqa: ANN401 - of any key
        """The value of a design in which some values are entered.

        Args:
            entries: as they were typed or chosen, at least one.
        """
        values = [each if self.text else _read(each) for each in entries]
        return values if self.listed or len(values) > 1 else values[0]


def _read(entry: str) -> Any:  # noqa: ANN401 - whatever TOML has
    """A value as TOML writes it; what is none is a text, about which the reader has its say."""
    try:
        found = toml.loads(f"value = {entry}", "the value")
    except BadInput:
        return entry
    return found["value"] if len(found) == 1 else entry


@cache
def of_file() -> Named:
    """Keys of a tournament file beside its games, contestants and schedule."""
    apart = {"games", "contestants", "schedule"}
    return {name: key for name, key in _of_model(TournamentFile).items() if name not in apart}


@cache
def of_schedule(kind: str) -> Named:
    """Keys of a kind of schedule."""
    found = _of_model(KINDS[kind])
    return {name: found[name] for name in found if name != "kind"}


@cache
def of_agent(kind: str) -> Named:
    """Keys of a contestant's row, for a kind of agent."""
    name = Key("Name of the contestant.", "the kind of agent", text=True)
    return {"name": name, **_of_model(agents.kind(kind), shape_of(agents.kind(kind)))}


@cache
def of_game(name: str) -> Named:
    """Keys of a game's row, for a game, with those of its parameters."""
    rules, row = games.rules(name), _of_model(GameEntry)
    shape = shape_of_rules(rules)
    texts = {each.name for each in fields(rules) if each.type is str}  # type: ignore[arg-type] # games are dataclasses
    found = {each: row[each] for each in row if each not in {"name", "params"}}
    if rules.presets:
        about = "A named set of parameters; others that are stated override its."
        found["params.preset"] = Key(about, "–", (*rules.presets,), varied=True, text=True)
    for key, usual, about in parameters("game", name).itertuples(index=False):
        varied = shape.get(key) is not False
        found[f"params.{key}"] = Key(about, usual, varied=varied, text=key in texts)
    return found


def _of_model(model: type[BaseModel], shape: Shape | None = None) -> Named:
    """Keys of a table that a model reads.

    Args:
        model: the model.
        shape: where lists vary; None if they never do.
    """
    schema, shape = model.model_json_schema(), shape or {}
    return dict(_keys(model, schema["properties"], shape))


def _keys(
    model: type[BaseModel], values: Mapping[str, Any], shape: Shape
) -> Iterator[tuple[str, Key]]:
    for name, usual, about in keys(model):
        inside, table = shape.get(name, False), model.model_fields[name].annotation
        if isinstance(inside, Mapping) and isinstance(table, type):
            for key, own in _of_model(table, inside).items():
                yield f"{name}.{key}", own
            continue
        yield (
            name,
            replace(_key(values[name]), about=about, usual=usual, varied=inside is not False),
        )


def _key(schema: Mapping[str, Any]) -> Key:
    """What the JSON Schema of a value says of it."""
    parts = [each for each in schema.get("anyOf", [schema]) if each.get("type") != "null"]
    kinds = {each.get("type") for each in parts}
    options = [str(each) for part in parts for each in part.get("enum", ())]
    if kinds == {"boolean"}:
        options = ["true", "false"]
    if kinds == {"array"}:
        return replace(_key(parts[0].get("items", {})), listed=True)
    return Key("", "", tuple(options), text=kinds == {"string"})


@cache
def known() -> dict[str, tuple[str, ...]]:
    """Values that texts know, by the last part of a key's name."""
    return {"induced": inducible(), "language": tuple(sorted(catalogue().languages))}
