"""Answers that stand outside the text of a reply: in a tool's arguments, in reasoning, in parts.

Servers put an answer there that was asked for by a schema. It is read only if the text is empty,
the model ended the reply itself, and one answer stands there.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from agents.core.models.model import Completion
from agents.core.responses.endings import FILTERED, STOP

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

_MOST_BRACES = 500
"""A text with more of them holds no answer that could be trusted to be the only one."""
_FREE = "reasoning"
"""Field of an answer that carries no information."""


class ReadText(Protocol[R_co]):
    """A reader of texts that may be truncated."""

    def __call__(self, text: str, /, *, truncated: bool) -> R_co:
        """Interpretation of a text."""
        ...


def answer_reader(
    schema: Mapping[str, Any] | None, withheld: R, read: ReadText[R]
) -> Callable[[Completion], R]:
    """A reader of replies that the provider may have withheld or cut.

    Args:
        schema: the JSON schema that was sent, or None.
        withheld: interpretation of a reply that was withheld.
        read: reads the text of any other reply.
    """

    def interpretation(done: Completion) -> R:
        if done.stop == FILTERED:
            return withheld
        return read(answer_text(done, schema), truncated=done.stop != STOP)

    return interpretation


def answer_text(done: Completion, schema: Mapping[str, Any] | None) -> str:
    """The text in which to look for the answer.

    Args:
        done: the reply.
        schema: the JSON schema that was sent, or None.

    Returns:
        The reply's text; where it is empty, the text that holds the one object with all required
        fields of the schema, if the model ended the reply itself.
    """
    if schema is None or done.raw is None or done.text.strip() or done.stop != STOP:
        return done.text
    fields = frozenset(schema["required"])
    candidates = [
        (text, {key: value for key, value in answer.items() if key in fields - {_FREE}})
        for text in _texts(_message(done.raw), fields)
        for answer in _answers(text, fields)
    ]
    if not candidates or any(answer != candidates[0][1] for _, answer in candidates):
        return done.text
    return candidates[0][0]


def places(raw: str | None) -> tuple[str, ...]:
    """The fields that hold anything in the raw message of a reply without text."""
    message = _message(raw) if raw else {}
    blank = (value.strip() if isinstance(value, str) else value for value in message.values())
    return tuple(key for key, value in zip(message, blank, strict=True) if value and key != "role")


def _message(raw: str) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(raw)["message"]
    return message


def _texts(value: object, fields: frozenset[str]) -> Iterator[str]:
    """All texts in a value of JSON, and each object in it that is an answer itself."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and fields <= value.keys():
        yield json.dumps(value, ensure_ascii=False)
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part, fields)


def _answers(text: str, fields: frozenset[str]) -> Iterator[dict[str, Any]]:
    """The objects in a text that have all the fields, however deep in others."""
    if text.count("{") > _MOST_BRACES:
        return
    decoder = json.JSONDecoder(strict=False)
    for brace in re.finditer("{", text):
        try:
            candidate, _ = decoder.raw_decode(text, brace.start())
        except (ValueError, RecursionError):  # no object begins here, or it nests without end
            continue
        if fields <= candidate.keys():
            yield candidate
