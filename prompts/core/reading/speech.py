"""Reading a message: its text as it is, and the action that it states beside it.

A text is data. It is bounded and put on one line, and nothing is ever read out of it.
"""

from functools import cache
from typing import Any

from games.core.types import Amount, Choice, Said, Speech, actions, one_line
from prompts.core.reading.answer import Unclear, read_number, read_option
from prompts.core.reading.fields import Fields
from prompts.core.reading.phrases import option_phrases
from prompts.core.reading.reports import agreed
from prompts.core.reading.vocabulary import plain
from prompts.core.rendering.labels import Labels
from prompts.core.texts.catalogue import catalogue

_MOST = 400
"""Words that a schema lists; more numbers than that are checked when the reply is read."""
_PAIRS = {'"': '"', "“": "”", "„": "“", "«": "»", "'": "'"}
"""Quotation marks around a whole text, which are no part of it."""


def message_schemas(space: Speech, labels: Labels, language: str) -> dict[str, dict[str, Any]]:
    """The JSON schemas of the fields of a message, by key.

    Args:
        space: what can be said.
        labels: the words of the actions.
        language: the one that is spoken, for the word that states nothing.
    """
    stated: dict[str, Any] = {"type": "string"}
    known = () if space.statement is None else _words(space.statement, labels)
    if 0 < len(known) <= _MOST:
        stated["enum"] = [*known, str(catalogue().get(language, "answer", "none"))]
    return {"message": {"type": "string"}, "statement": stated}


def _words(statement: Choice | Amount, labels: Labels) -> tuple[str, ...]:
    """Everything that can be stated, as it is written."""
    if isinstance(statement, Amount):
        return tuple(map(str, actions(statement)))
    return labels.options(statement)


def read_message(fields: Fields, space: Speech, labels: Labels, language: str) -> Said | None:
    """The message of a reply; None if a field that is asked for is not there.

    Args:
        fields: the fields of the reply.
        space: what can be said.
        labels: the words of the actions.
        language: the one that was spoken, for its numbers.

    Raises:
        Unclear: the text is too long, or several are given; or the statement is no such action.
    """
    asked = {"message": space.length > 0, "statement": space.statement is not None}
    for key, wanted in asked.items():
        if wanted and not fields.values.get(key) and key not in fields.blank:
            return None
    texts = fields.values.get("message", []) if asked["message"] else []
    text = agreed(texts, _text) if texts else ""
    if len(text) > space.length:
        raise Unclear("long")
    stated = fields.values.get("statement", [])
    if not stated or space.statement is None:
        return Said(text)
    return Said(text, agreed(stated, lambda value: _action(value, space, labels, language)))


def _text(value: object) -> str:
    """The text of a field; empty for the word that says nothing."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise Unclear("illegal")
    text = one_line(value)
    if len(text) > 1 and _PAIRS.get(text[0]) == text[-1]:
        text = text[1:-1].strip()
    return "" if _is_nothing(text) else text


def _action(value: object, space: Speech, labels: Labels, language: str) -> str | int | None:
    """The action of a field; None for the word that states nothing."""
    if isinstance(value, str) and _is_nothing(value):
        return None
    if isinstance(space.statement, Amount):
        return read_number(value, space.statement, language)
    assert space.statement is not None
    phrases = option_phrases(labels, space.statement)
    return read_option(value, phrases, space.statement.__contains__)


def _is_nothing(text: str) -> bool:
    return plain(text).strip(" .\"'") in _nothing()


@cache
def _nothing() -> frozenset[str]:
    """The words that say nothing, in every language."""
    return frozenset(plain(str(catalogue().get(each, "answer", "none"))) for each in _languages())


def _languages() -> tuple[str, ...]:
    return tuple(code for code in catalogue().languages if catalogue().find(code, "answer", "none"))
