"""`arena describe`: a game or a kind of agent, with its parameters and their defaults."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import MISSING, fields
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import pandas as pd
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

import agents
import games
from games import BadInput
from games.core.errors import unknown

KINDS = ("agent", "game")
"""Kinds of things that can be described."""
COLUMNS = ("parameter", "default", "what it is")
"""Headings of the table of parameters."""
_REQUIRED = "(required)"
_REPEATING = (
    ("rounds", "–", "how often it is played in a row; every player knows it"),
    ("continuation", "–", "chance of another round after each, in place of a number of rounds"),
    ("talk", "–", "messages to all before it: a table of rounds, length and each_round"),
    ("advice", "–", "a recommendation before it: a table of adviser, length and each_round"),
)
_ARGUMENT = re.compile(r"^    (\w+): (.*(?:\n {6,}.*)*)", re.MULTILINE)


def about(kind: str, name: str) -> str:
    """The documentation of a plug-in's module, a paragraph a line.

    Args:
        kind: agent or game.
        name: its id.

    Raises:
        BadInput: the name is unknown.
    """
    _plugin(kind, name)
    package = {"agent": agents, "game": games}[kind]
    said = (package.REGISTRY.module(name).__doc__ or "").strip()
    return "\n\n".join(" ".join(part.split()) for part in said.split("\n\n"))


def parameters(kind: str, name: str) -> pd.DataFrame:
    """The parameters of a plug-in, one a row: columns COLUMNS.

    Args:
        kind: agent or game.
        name: its id.

    Raises:
        BadInput: the name is unknown.
    """
    plugin = _plugin(kind, name)
    rows = keys(plugin) if kind == "agent" else _of_a_game(plugin)
    return pd.DataFrame(rows, columns=COLUMNS)


def presets(name: str) -> list[str]:
    """The named sets of parameters of a game, a line each."""
    return [
        f"{preset}: " + ", ".join(f"{key} {_shown(value)}" for key, value in params.items())
        for preset, params in games.rules(name).presets.items()
    ]


def _plugin(kind: str, name: str) -> Any:  # noqa: ANN401 - a class of agents or of games
    if kind not in KINDS:
        raise unknown("kind of thing", kind, KINDS)
    try:
        return agents.kind(name) if kind == "agent" else games.rules(name)
    except BadInput:
        other = "game" if kind == "agent" else "agent"
        if name in {"agent": agents, "game": games}[other].available():
            raise BadInput(
                f"{name!r} is a kind of {other}: arena describe {other} {name}"
            ) from None
        raise


def keys(model: type[BaseModel]) -> Iterator[tuple[str, str, str]]:
    """Keys of a table of a design: name, default and description.

    Args:
        model: that the table is read by, such as a kind of agent.
    """
    said = _attribute_docstrings(model)
    for name, field in model.model_fields.items():
        given = field.get_default(call_default_factory=True)
        default = _REQUIRED if given is PydanticUndefined else _shown(given)
        yield name, default, said.get(name, "")


def _of_a_game(game: Any) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401 - as above
    said = _arguments(inspect.getdoc(game) or "")
    for field in fields(game):
        given = field.default if field.default_factory is MISSING else field.default_factory()
        default = _REQUIRED if given is MISSING else _shown(given)
        yield field.name, default, said.get(field.name, "")
    yield from _REPEATING


def _shown(value: Any) -> str:  # noqa: ANN401 - of any parameter
    """A value as a design writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None or value in ("", (), {}):
        return "–"
    if isinstance(value, str | Fraction):
        return str(value)
    if hasattr(value, "model_dump"):
        value = value.model_dump(exclude_defaults=True)
        return ", ".join(f"{key} {_shown(each)}" for key, each in value.items()) or "–"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_shown, value))}]"
    return str(value)


def _attribute_docstrings(spec: type) -> dict[str, str]:
    """The docstring of each field of a class and of its bases."""
    said: dict[str, str] = {}
    for part in reversed(spec.__mro__):
        if part not in BaseModel.__mro__:
            said |= _own_docstrings(part)
    return said


@cache
def _own_docstrings(part: type) -> dict[str, str]:
    """The docstring of each field that a class states itself."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(part)))
    except (OSError, TypeError):  # made in a shell
        return {}
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    pairs = [
        (field.target.id, _text(below))
        for field, below in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    ]
    return {name: text for name, text in pairs if text}


def _text(node: ast.stmt) -> str:
    """The text of a statement that is nothing else."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return " ".join(str(node.value.value).split())
    return ""


def _arguments(doc: str) -> dict[str, str]:
    """Descriptions of the arguments in a docstring, by name."""
    return {name: " ".join(text.split()) for name, text in _ARGUMENT.findall(doc)}
