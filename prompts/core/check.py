"""The manipulation check: how a player says it feels, asked once its decisions are made.

It continues the conversation of the last decision: the player has the induction before it and
nothing that it was not shown. Its answer is read as strictly as any other.

Source: Bradley and Lang (1994), Measuring emotion: the Self-Assessment Manikin and the semantic
differential, Journal of Behavior Therapy and Experimental Psychiatry 25, 49 to 59: pleasure and
arousal on scales of nine points, here in words and numbers.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from prompts.core.catalogue import catalogue, fill
from prompts.core.types import Form, Message, Verdict

KEYS = ("valence", "arousal", "emotion")
"""In the order asked for; in JSON, the keys in every language."""
LOWEST, HIGHEST = 1, 9

_DECORATION = " \t\r*_`\"'“”„«».,!"
_WHOLE = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Report:
    """How a player says it feels.

    Args:
        valence: from 1, very unpleasant, to 9, very pleasant.
        arousal: from 1, very calm, to 9, very excited.
        emotion: the word that fits best, of those that can be reported.
    """

    valence: int
    arousal: int
    emotion: str


@dataclass(frozen=True, slots=True)
class CheckReading:
    """What a reply to the check says.

    Args:
        verdict: LEGAL, or what is wrong.
        report: the report, None unless it is legal.
    """

    verdict: Verdict
    report: Report | None = None


def ask_check(
    messages: tuple[Message, ...], reply: str, language: str, form: Form
) -> tuple[Message, ...]:
    """The messages that ask how a player feels, after those of its last decision.

    Args:
        messages: what was sent for that decision.
        reply: what came back.
        language: of the question.
        form: how the answer is asked for.
    """
    texts = catalogue()
    emotions = {"emotions": ", ".join(texts.emotions(language).values())}
    lines = [str(texts.get(language, "check", form, key)) for key in ("opening", *KEYS)]
    lines[-1] = fill(lines[-1], emotions)
    question = str(texts.get(language, "check", "question"))
    return _follow(messages, reply, "\n".join([question, "", *lines]))


def check_again(
    messages: tuple[Message, ...], reply: str, verdict: Verdict, language: str
) -> tuple[Message, ...]:
    """The messages that ask again, with the reason, after a reply that could not be used."""
    return _follow(messages, reply, str(catalogue().get(language, "check", "again", verdict)))


def check_schema(language: str) -> dict[str, Any]:
    """The JSON schema of a legal reply."""
    scale = {"type": "integer", "minimum": LOWEST, "maximum": HIGHEST}
    words = list(catalogue().emotions(language).values())
    properties = {"valence": scale, "arousal": scale, "emotion": {"type": "string", "enum": words}}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def read_check(text: str, language: str, form: Form, *, truncated: bool = False) -> CheckReading:
    """Read one reply.

    Args:
        text: the reply.
        language: of the question.
        form: how the answer was asked for.
        truncated: whether the provider says that the reply was cut off.
    """
    pairs = _json_pairs(text) if form == "json" else _marked_pairs(text, language)
    given: dict[str, set[str]] = {key: set() for key in KEYS}
    for key, value in pairs:
        if key in given:
            given[key].add(value)
    whole = all(given.values())
    if truncated and (form == "text" or not whole):
        return CheckReading(Verdict.TRUNCATED)
    if any(len(values) > 1 for values in given.values()):
        return CheckReading(Verdict.AMBIGUOUS)
    if not whole:
        return CheckReading(Verdict.MISSING)
    (valence,), (arousal,), (word,) = (given[key] for key in KEYS)
    spoken = {shown.casefold(): name for name, shown in catalogue().emotions(language).items()}
    places, emotion = (_place(valence), _place(arousal)), spoken.get(word.casefold())
    if None in places or emotion is None:
        return CheckReading(Verdict.ILLEGAL)
    return CheckReading(Verdict.LEGAL, Report(int(valence), int(arousal), emotion))


def _follow(messages: tuple[Message, ...], reply: str, text: str) -> tuple[Message, ...]:
    """The conversation one turn on; providers refuse empty turns, so there the question grows."""
    if not reply.strip():
        *before, last = messages
        return (*before, Message("user", f"{last.content}\n\n{text}"))
    return (*messages, Message("assistant", reply), Message("user", text))


def _place(value: str) -> int | None:
    """A place on the scale."""
    known = _WHOLE.fullmatch(value) and LOWEST <= int(value) <= HIGHEST
    return int(value) if known else None


def _json_pairs(text: str) -> Iterator[tuple[str, str]]:
    """Keys and values of every JSON object in a reply; twice the same is once."""
    decoder = json.JSONDecoder(object_pairs_hook=list)
    at = text.find("{")
    while at >= 0:
        try:
            pairs, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):  # a model can nest without end
            pairs, at = [], at + 1
        for key, value in pairs:
            if isinstance(value, str | int) and not isinstance(value, bool):
                yield key, str(value).strip(_DECORATION)
        at = text.find("{", at)


def _marked_pairs(text: str, language: str) -> Iterator[tuple[str, str]]:
    """What stands behind each mark at the beginning of a line."""
    for key in KEYS:
        mark = re.escape(str(catalogue().get(language, "check", "keys", key)))
        pattern = rf"^[\s*_#>-]*{mark}[\s*_]*:(.*)$"
        for value in re.findall(pattern, text, re.IGNORECASE | re.MULTILINE):
            if bare := value.strip(_DECORATION):
                yield key, bare
