"""A quick reader of the usual reply to a schema: one JSON object of the keys asked for.

No words stand around such an answer, so nothing can doubt it, and only the values are read. The
reader of all replies reads them in the same way. It gets every reply that has anything else in it.
"""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from games.core.types import Action, ActionSpace, Amount, Choice, Speech
from prompts.core.reading.answer import Unclear, read_option
from prompts.core.reading.fields import is_empty
from prompts.core.reading.phrases import emotion_phrases, option_phrases
from prompts.core.reading.reports import SCALE, affect_of, word_of
from prompts.core.rendering.labels import Labels
from prompts.core.rendering.voice import Voice
from prompts.core.texts.catalogue import catalogue
from prompts.core.types import Affect

_LONGEST = 300
"""Characters; a longer object holds more than labels and numbers."""
_DECODER = json.JSONDecoder(object_pairs_hook=tuple)


def read_bare_object(
    said: str, space: ActionSpace | None, voice: Voice, labels: Labels
) -> tuple[Action | None, Affect | None] | None:
    """The action and the emotion report of a bare object; None if a reply is anything else.

    Args:
        said: the reply without the reasoning in it.
        space: actions open to the player; None if only an opening display was asked for.
        voice: wording settings of the player.
        labels: the words of the actions.
    """
    if voice.emotion.report == "neutral" or isinstance(space, Speech):
        return None
    if not said.startswith("{") or len(said) > _LONGEST or "\\" in said:
        return None
    values = _values(said, voice.asked(move=space is not None))
    if values is None:
        return None
    try:
        action = None if space is None else _action(values["action"], space, labels)
        if voice.emotion.report == "none":
            return action, None
        words = _words(voice.language, voice.vocabulary)
        return action, affect_of(
            voice, lambda key: _emotion(values[key], words), lambda key: _whole(values[key], SCALE)
        )
    except Unclear:
        return None


def _values(said: str, asked: tuple[str, ...]) -> dict[str, Any] | None:
    """The values of an object that has each of the keys once and no other, and no reasoning."""
    try:
        pairs = _DECODER.decode(said)
    except (ValueError, RecursionError):  # a model can nest without end
        return None
    values = dict(pairs)
    is_bare = len(pairs) == len(asked) and values.keys() == set(asked) and "reasoning" not in values
    return values if is_bare else None


def _action(value: object, space: Choice | Amount, labels: Labels) -> Action:
    return _whole(value, space) if isinstance(space, Amount) else _option(value, labels, space)


def _whole(value: object, space: Amount) -> int:
    """A whole number within bounds."""
    if type(value) is not int or value not in space:
        raise Unclear("number")
    return value


def _option(value: object, labels: Labels, space: Choice) -> str:
    """The option that a value names."""
    if not isinstance(value, str) or is_empty(value):
        raise Unclear("illegal")
    return _read_option(value, labels, space)


@lru_cache(4096)
def _read_option(value: str, labels: Labels, space: Choice) -> str:
    return read_option(value, option_phrases(labels, space), space.__contains__)


def _emotion(value: object, words: Mapping[object, str]) -> str:
    """The emotion that a value is the word of, with no remark beside it."""
    if not isinstance(value, str) or value not in words:
        raise Unclear("illegal")
    return words[value]


@cache
def _words(language: str, vocabulary: tuple[str, ...]) -> dict[object, str]:
    """The emotion of each word that is offered."""
    phrases = emotion_phrases(language, vocabulary)
    offered = catalogue().offered(language, vocabulary).values()
    return {word: word_of(word, phrases, is_shown=False) for word in offered}
