"""Expansion of lists in a tournament file into the product of their values.

A list in place of a single value stands for each of its values in turn, and several such lists for
all combinations. Fields that are lists themselves, and tables with free keys, are unchanged;
`matrix` varies those:

>>> shape = {"temperature": True, "emotion": {"mode": True}, "actions": False}
>>> row = {"temperature": [0, 1], "emotion": {"mode": ["absent", "hidden"]}, "actions": ["bet"]}
>>> [variant.label for variant in expand(row, lambda row: shape, "t")]
['temperature 0 absent', 'temperature 0 hidden', 'temperature 1 absent', 'temperature 1 hidden']
>>> row = {"matrix": {"actions": [["bet", "call"], ["check", "fold"]]}}
>>> [variant.row for variant in expand(row, lambda row: shape, "t")]
[{'actions': ['bet', 'call']}, {'actions': ['check', 'fold']}]
"""

import json
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields, replace
from itertools import islice
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from games import BadInput
from games.core.exchanges import MESSAGES

LIMIT = 1_000
"""Largest number of variants of a row."""

Row = dict[str, Any]
Shape = Mapping[str, "bool | Shape"]
"""Per key: True for a single value, False for a list, or the shape of a table."""


@dataclass(frozen=True)
class Variant:
    """One variant of a row.

    Args:
        row: the row, with one value in place of each list.
        labels: labels of its values, one per list.
        varied: the keys whose values vary, joined by dots.
    """

    row: Row
    labels: tuple[str, ...] = ()
    varied: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The labels, joined to a name."""
        return " ".join(filter(None, self.labels))


def expand(row: Row, shape: Callable[[Row], Shape], where: str) -> list[Variant]:
    """All variants of a row, in the order of its lists, the last varying fastest.

    Args:
        row: keys and values in the file.
        shape: shape of the row; it may depend on values already chosen.
        where: name of the place in the user's file, for error messages.

    Raises:
        BadInput: a list is empty or names a value twice, or there are too many combinations.
    """
    plain = {key: value for key, value in row.items() if key != "matrix"}
    table = _matrix(row, plain, where) if "matrix" in row else {}
    variants = list(islice(_vary(Variant(plain), table, shape, where), LIMIT + 1))
    if len(variants) > LIMIT:
        raise BadInput(f"{where}: its lists have more than {LIMIT:,} combinations")
    return variants


def shape_of(model: type[BaseModel]) -> Shape:
    """Shape of a table that a pydantic model reads."""
    return {name: _shape(field.annotation) for name, field in model.model_fields.items()}


def shape_of_rules(rules: type[Any]) -> Shape:
    """Shape of a game's parameters; games are dataclasses."""
    hints = get_type_hints(rules)
    own = {field.name: _shape(hints[field.name]) for field in fields(rules)}
    spoken = {key: {each.name: True for each in fields(kind)} for key, kind in MESSAGES.items()}
    return {**own, "preset": True, "rounds": True, "continuation": True, **spoken}


def _shape(annotation: Any) -> bool | Shape:  # noqa: ANN401 - any type
    parts = get_args(annotation) if get_origin(annotation) in {Union, types.UnionType} else ()
    options = parts or (annotation,)
    tables = [each for each in options if isinstance(each, type) and issubclass(each, BaseModel)]
    if tables and {*options} <= {*tables, type(None)}:
        return shape_of(tables[0])  # a table alone: lists vary inside it
    return not any(_open(option) for option in options)


def _open(annotation: Any) -> bool:  # noqa: ANN401 - any type
    """Whether a list can be a value itself, or the keys are free."""
    origin = get_origin(annotation) or annotation
    if origin is Any or origin is object:
        return True
    kinds = (Sequence, AbstractSet, Mapping)
    return isinstance(origin, type) and issubclass(origin, kinds) and origin is not str


def _matrix(row: Row, plain: Row, where: str) -> dict[str, list[Any]]:
    table = row["matrix"]
    if not isinstance(table, dict):
        raise BadInput(f"{where}: matrix must be a table of lists, not {table!r}")
    for key, values in table.items():
        if not isinstance(values, list):
            raise BadInput(f"{where}: matrix.{key} must be a list of values, not {values!r}")
        if key in plain:
            raise BadInput(f"{where}: {key} is given twice, once in matrix")
    return table


def _vary(
    variant: Variant, table: dict[str, list[Any]], shape: Callable[[Row], Shape], where: str
) -> Iterator[Variant]:
    """Substitute each value of the first list, and continue with the remaining lists."""
    here = shape(variant.row)
    path, values = next(_lists(variant.row, here), ((), []))
    rest = table
    if not path:
        if not table:
            yield variant
            return
        key, values = next(iter(table.items()))
        path, rest = (key,), {name: other for name, other in table.items() if name != key}
    _check(values, f"{where}: {'.'.join(path)}")
    for value in values:
        yield from _vary(
            replace(
                variant,
                row=_put(variant.row, path, value),
                labels=(*variant.labels, _label(path[-1], value)),
                varied=(*variant.varied, ".".join(path)),
            ),
            rest,
            _closed(shape, path) if rest is not table else shape,
            where,
        )


def _closed(shape: Callable[[Row], Shape], path: tuple[str, ...]) -> Callable[[Row], Shape]:
    """The same shape, except that values set by `matrix` are final."""
    return lambda row: {**shape(row), path[0]: False}


def _lists(
    row: Mapping[str, Any], shape: Shape, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    for key, value in row.items():
        inside = shape.get(key, False)
        if isinstance(value, list) and inside is not False:
            yield (*path, key), value
        elif isinstance(value, dict) and isinstance(inside, Mapping):
            yield from _lists(value, inside, (*path, key))


def _check(values: list[Any], what: str) -> None:
    if not values:
        raise BadInput(f"{what} is a list of nothing")
    seen = set()
    for value in values:
        text = json.dumps(value, sort_keys=True, default=str)
        if text in seen:
            raise BadInput(f"{what} lists {value!r} twice")
        seen.add(text)


def _put(row: Row, path: tuple[str, ...], value: Any) -> Row:  # noqa: ANN401 - any value
    key, *rest = path
    return {**row, key: _put(row.get(key, {}), tuple(rest), value) if rest else value}


def _label(key: str, value: Any) -> str:  # noqa: ANN401 - any value
    """Label of a value: a word alone, or a number with its key."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return " ".join(
            _label(name, item) for name, item in value.items() if not isinstance(item, list)
        )
    if isinstance(value, list):
        return " ".join(_label("", item) for item in value)
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{key} {shown}".strip()
