"""The same answer with each option in its place: possible replies of the model."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from games.core.types import Action, Amount, Choice
from prompts.core.reading.reply import Reading
from prompts.core.rendering.labels import Labels
from prompts.core.rendering.voice import Voice
from prompts.core.texts.catalogue import catalogue
from prompts.core.types import Form

_STRING = re.compile(r'"action"\s*:\s*"(?P<value>(?:[^"\\]|\\.)*)"')


def answers(
    space: Choice | Amount,
    voice: Voice,
    labels: Labels,
    form: Form,
    reported: Reading | None = None,
) -> dict[Action, str]:
    """The shortest reply that gives each option: one line of JSON, or marked lines of text.

    Args:
        space: actions open to the player.
        voice: wording settings of the player.
        labels: the words of the actions.
        form: form in which the answer was asked for.
        reported: the report that stands before the action, if one is asked for.
    """
    before = {} if reported is None else _reported(voice, reported)
    return {
        action: _written({**before, "action": word}, voice, form)
        for action, word in _words(space, labels).items()
    }


def exchanged(
    text: str, space: Choice | Amount, voice: Voice, labels: Labels, form: Form, action: Action
) -> dict[Action, str]:
    """A reply as it was given, with each option of a choice in the place of the action.

    Args:
        text: the reply.
        space: actions open to the player.
        voice: wording settings of the player.
        labels: the words of the actions.
        form: form in which the answer was asked for.
        action: action that was read from the reply.

    Returns:
        Nothing where the reply does not give the action by its label, in a field that stands once,
        or where it is an amount, whose digits are shared by many.
    """
    places = list((_STRING if form == "json" else _line(voice.language)).finditer(text))
    if isinstance(space, Amount) or len(places) != 1:
        return {}
    words = {each: str(word) for each, word in _words(space, labels).items()}
    if form == "json":
        words = {each: _quoted(word)[1:-1] for each, word in words.items()}
    start, end = places[0].span("value")
    if text[start:end] != words[action]:
        return {}
    return {each: f"{text[:start]}{word}{text[end:]}" for each, word in words.items()}


def _words(space: Choice | Amount, labels: Labels) -> dict[Action, str | int]:
    if isinstance(space, Choice):
        return {option: labels.show(option) for option in space.options}
    return {amount: amount for amount in range(space.low, space.high + 1)}


def _reported(voice: Voice, reading: Reading) -> dict[str, Any]:
    """The fields of a report that was read, in the words in which it was made."""
    said: dict[str, Any] = {}
    if (affect := reading.affect) is not None:
        said = {
            "felt": voice.emotion_words[affect.felt],
            "intensity": affect.intensity,
            "shown": affect.shown and voice.emotion_words[affect.shown],
            "shown_intensity": affect.shown_intensity,
        }
    elif (neutral := reading.neutral) is not None:
        said = {"shape": voice.shape_words[neutral.shape], "size": neutral.size}
    return {key: said[key] for key in voice.asked(move=False)}


def _written(fields: Mapping[str, Any], voice: Voice, form: Form) -> str:
    if form == "json":
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return "".join(f"{_mark(voice.language, key)}: {value}\n" for key, value in fields.items())


def _mark(language: str, key: str) -> str:
    return str(catalogue().get(language, "answer", "keys", key)).upper()


@cache
def _line(language: str) -> re.Pattern[str]:
    """The marked line of an action."""
    return re.compile(rf"^{re.escape(_mark(language, 'action'))}: *(?P<value>.*)$", re.MULTILINE)


def _quoted(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)
