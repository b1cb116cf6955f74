"""Body of a provider's error: its codes, the parameter it names, its message.

Providers wrap errors differently: `{"error": {…}}`, `[{"error": {…}}]`, `{"detail": […]}`, or the
body of the provider as a string inside a router's body. All are read alike.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_CODES = {"code", "type", "status", "reason", "__type", "error_type", "quotaid"}
_PARAMETERS = {"param", "loc", "field"}
_MESSAGES = {"message", "msg", "detail", "error", "error_msg", "raw"}
_FLAGS = {"flagged_input", "content_filter_result", "content_filter_results", "blockreason"}
"""Fields that are present only if an input was moderated. The name of the field is the code."""
_HEADERS = ("x-ratelimit-", "retry-after")
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """The body of an error.

    Args:
        codes: codes, types, statuses and reasons, in small letters.
        parameters: names of parameters that the error is about, in small letters.
        message: the messages, the outer one first; the whole text where the body is not JSON.
        delays: waits that the body states in a field of its own, such as "39s".
        headers: headers about limits that a router repeats in the body, in small letters.
    """

    codes: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    message: str = ""
    delays: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> "ErrorBody":
        """The body of an error, from its text."""
        whole = _json(text)
        if not isinstance(whole, dict | list):
            return cls(message=_line(text))
        leaves = list(_leaves(whole))
        messages = dict.fromkeys(_line(value) for key, value in leaves if key in _MESSAGES)
        return cls(
            frozenset(_code(value) for key, value in leaves if key in _CODES)
            | frozenset(key for key, _ in leaves if key in _FLAGS),
            frozenset(value.lower() for key, value in leaves if key in _PARAMETERS),
            ": ".join(message for message in messages if message),
            tuple(value for key, value in leaves if key == "retrydelay"),
            {key: value for key, value in leaves if key.startswith(_HEADERS)},
        )


def _leaves(value: Any, key: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    """Every string and number, with the nearest enclosing field name in lower case."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        for name, part in value.items():
            if name.lower() in _FLAGS:
                yield name.lower(), ""
            yield from _leaves(part, name.lower(), depth + 1)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part, key, depth + 1)
    elif isinstance(value, str) and isinstance(inner := _json(value), dict | list):
        yield from _leaves(inner, key, depth + 1)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield key, str(value)


def _json(text: str) -> Any:  # noqa: ANN401
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _code(value: str) -> str:
    """A code without a prefix or suffix such as that of `com.amazon.coral#ThrottlingException`."""
    return value.rpartition("#")[2].partition(":")[0].strip().lower().replace(" ", "_")


def _line(text: str) -> str:
    return " ".join(text.split())
