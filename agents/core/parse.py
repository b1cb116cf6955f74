"""`parse`: a user's data as a validated model, or one line with the error."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from agents.core.access.settings import SECRET
from games import BadInput
from games.core.errors import unknown

M = TypeVar("M", bound=BaseModel)

_SHOWN = 200
"""Characters of a value that an error repeats, at most."""


def parse(model: type[M], data: Mapping[str, Any], where: str) -> M:
    """Plain data as a validated model.

    Args:
        model: model of the data.
        data: keys and values as the user wrote them.
        where: name of the place in the user's file, for error messages.

    Raises:
        BadInput: a key is unknown or missing, or a value is not right; one line names it.
    """
    # Plain data is JSON, and read strictly: nothing is converted, such as "2" or true to a number.
    text = json.dumps(data, default=str)
    try:
        return model.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise _explained(model, error, json.loads(text), where) from None


def _explained(
    model: type[BaseModel], error: ValidationError, data: Mapping[str, Any], where: str
) -> BadInput:
    problems = error.errors(include_url=False)
    # A key that is misspelt is also missing: the first says more.
    first = min(problems, key=lambda problem: problem["type"] != "extra_forbidden")
    path = _path(data, first["loc"])
    if first["type"] == "extra_forbidden":
        inside = " ".join((where, *path[:-1]))
        return unknown(f"key in {inside}", path[-1], _keys(model, path[:-1]))
    key = f": {'.'.join(path)}" if path else ""
    reason = str(first["msg"]).removeprefix("Value error, ")
    got = "" if first["type"] == SECRET else _got(first["input"])
    return BadInput(f"{where}{key}: {reason[0].lower()}{reason[1:]}{got}")


def _path(data: Any, location: tuple[int | str, ...]) -> list[str]:  # noqa: ANN401
    """The keys and indices of a location; what else pydantic names are branches of types."""
    path = []
    for part in location:
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int):
            data = data[part]
        else:
            break
        path.append(str(part))
    return path


def _got(value: object) -> str:
    if not isinstance(value, str | int | float):
        return ""
    got = repr(value)
    return f", not {got if len(got) <= _SHOWN else f'{got[:_SHOWN]}…'}"


def _keys(model: type[BaseModel], path: list[str]) -> list[str]:
    """Names of the fields at a path of nested models; lists and tables count for their items."""
    fields: Any = model
    for part in path:
        if get_origin(fields) is dict:  # the part is somebody's own key
            fields = get_args(fields)[1]
        elif not part.isdigit():
            annotation = fields.model_fields[part].annotation
            inner = () if get_origin(annotation) is dict else getattr(annotation, "__args__", ())
            fields = next(iter([*inner, annotation]))
    return list(fields.model_fields)
