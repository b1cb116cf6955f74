"""From the text of a reply to the values of its fields, before anybody asks what they mean.

A field is found where a key or a mark announces it, in whatever language; nothing is taken from
prose, and nothing from what a model thinks before it answers.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from prompts.core.catalogue import catalogue
from prompts.core.types import Form

Asked = Literal["answer", "check"]
"""What is asked: where the texts have the words of its fields."""
KEYS: dict[Asked, tuple[str, ...]] = {
    "answer": ("felt", "intensity", "shown", "shown_intensity", "action"),
    "check": ("valence", "arousal", "emotion"),
}
"""The fields of a reply in the order asked for; in JSON, their keys in every language."""

_THOUGHT = re.compile(
    r"[<\[◁](/?)(?:think|thinking|thought|thoughts|reasoning|analysis|scratchpad|reflection)[>\]▷]",
    re.IGNORECASE,
)
_CHANNEL = "<|channel|>"
_FINAL = re.compile(r"<\|channel\|>final[^<]*<\|message\|>")
_JSON_SIGNS = re.compile(r'\\.|[{}"]', re.DOTALL)
_SHORTEST_ECHO = 8
"""Characters; a shorter value may be an answer that a description happens to begin with."""
_EDGES = " \t\"'*_`«»“”,.;"
_EMPTY = re.compile(r"[\W_]*|\W{0,9}<(?:your|ihr|ваш)[^<>]*>\W{0,9}", re.IGNORECASE)
_SMART = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "：": ":", "，": ","})
_LAST_COMMA = re.compile(r",(?=\s*\})")
_BEGIN = r"^[^\w\n]{0,12}(?:\d{1,2}[.)][^\w\n]{0,6})?"
_WITHIN = r"[,;|•][ \t]{0,3}[*_`]{0,3}"
_END = r"[^\w\n:：=|–—]{0,8}(?:[:：=|]|(?<=[ \t*_`])[–—-](?=[ \t]))"
_STRING = r"""(?:"(?:\\.|[^"\\])*(?:"|\Z)|'(?:\\.|[^'\\])*(?:'|\Z)|[“„«][^“”»]*(?:[“”»]|\Z))"""
"""A string of JSON, or what models write for one, perhaps cut off."""


@dataclass
class Fields:
    """What a reply gives for each field.

    Args:
        values: every value that is given, by field, in order.
        rest: the text after the last of them.
    """

    values: dict[str, list[Any]] = field(default_factory=dict)
    rest: str = ""

    def add(self, key: str, value: object) -> None:
        """Note one more value, unless it is empty or only says what should stand there."""
        if value is None or (isinstance(value, str) and _is_empty(value)):
            return
        self.values.setdefault(key, []).append(value)


def find_fields(text: str, form: Form, asked: Asked = "answer") -> Fields:
    """The fields of a reply, in the form asked for, otherwise in the other.

    Args:
        text: the reply without the reasoning in it.
        form: how the answer was asked for.
        asked: what was asked.
    """
    if form == "text":
        found = _marked_fields(text, asked)
        return found if found.values else _json_fields(text, asked)
    # Braces without an object in them are one that was cut off or spoilt: nothing to read marks in.
    return _json_fields(text, asked) if "{" in text else _marked_fields(text, asked)


def without_reasoning(text: str) -> str:
    """What a reply says outside its reasoning.

    An end without a beginning ends what has gone before; a beginning without an end hides the rest.
    """
    if _CHANNEL in text:
        *_, last = _FINAL.split(text)
        return last if _FINAL.search(text) else ""
    kept: list[str] = []
    depth = end = 0
    for tag in _THOUGHT.finditer(text):
        if depth == 0:
            kept.append(text[end : tag.start()])
        if not tag[1]:
            depth += 1
        elif depth:
            depth -= 1
        else:
            kept.clear()
        end = tag.end()
    return "".join(kept) + (text[end:] if depth == 0 else "")


def shown_again(text: str) -> str:
    """A reply as its author may see it again: without reasoning, be it thought or in its field."""
    return _reasoning().sub("", without_reasoning(text)).strip()


def _json_fields(text: str, asked: Asked) -> Fields:
    """The fields of all JSON objects that hold any; a key given twice is two values."""
    fields = Fields()
    known = _fields_by_name(asked)
    for start, end in _objects(text):
        pairs = _pairs(text[start:end])
        for name, value in pairs:
            key = known.get(name.strip(_EDGES).casefold())
            if key is not None:
                fields.add(key, value)
                fields.rest = text[end:]
    return fields


def _objects(text: str) -> Iterator[tuple[int, int]]:
    """Where balanced braces begin and end; what is inside one that never ends is not looked at."""
    depth = start = 0
    quoted = False
    for found in _JSON_SIGNS.finditer(text, max(text.find("{"), 0)):
        sign = found[0]
        if sign == '"':
            quoted = depth > 0 and not quoted
        elif sign == "{" and not quoted:
            start = start if depth else found.start()
            depth += 1
        elif sign == "}" and depth and not quoted:
            depth -= 1
            if depth == 0:
                yield start, found.end()


def _pairs(text: str) -> list[tuple[str, Any]]:
    """The keys and values of an object; of models' errors, only harmless ones are mended."""
    for mended in _mended(text):
        try:
            found = json.loads(mended, object_pairs_hook=list, strict=False)
        except (ValueError, RecursionError):  # a model can nest without end
            continue
        return found if isinstance(found, list) else []
    return []


def _mended(text: str) -> Iterable[str]:
    yield text
    plain = _LAST_COMMA.sub("", text.translate(_SMART))
    yield plain if '"' in plain else plain.replace("'", '"')


def _marked_fields(text: str, asked: Asked) -> Fields:
    """The values behind the marks: to the end of the line, or the next line under a bare mark."""
    fields = Fields()
    known, marks = _fields_by_name(asked), list(_marks(text, asked))
    for at, mark in enumerate(marks):
        limit = marks[at + 1].start() if at + 1 < len(marks) else len(text)
        stop = text.find("\n", mark.end(), limit)
        end = limit if stop < 0 else stop
        value = text[mark.end() : end]
        if not value.strip(_EDGES) and end < limit:
            below = text[end:limit].lstrip()
            value = below.partition("\n")[0]
            end = text.index(value, end) + len(value)
        key = known[mark["mark"].casefold()]
        if not _is_echo(key, value, asked):
            fields.add(key, value)
            fields.rest = text[end:]
    return fields


def _marks(text: str, asked: Asked) -> Iterator[re.Match[str]]:
    """The marks at the beginning of lines, and those enumerated behind one in the same line."""
    line_end = 0
    for mark in _mark_pattern(asked).finditer(text):
        at = mark.start()
        if at == 0 or text[at - 1] == "\n" or at < line_end:
            yield mark
            stop = text.find("\n", mark.end())
            line_end = len(text) if stop < 0 else stop


@cache
def _fields_by_name(asked: Asked) -> dict[str, str]:
    """The field of each key and mark, in every language."""
    return {name: key for key in KEYS[asked] for name in _names(asked, key)}


def _names(asked: Asked, *keys: str) -> list[str]:
    """The keys and marks of fields, in every language, the longest first."""
    tables = [catalogue().find(spoken, asked, "keys") or {} for spoken in catalogue().languages]
    found = {str(table[key]).casefold() for table in tables for key in keys if key in table}
    return sorted(found | set(keys), key=len, reverse=True)


def _any_of(names: Iterable[str]) -> str:
    return "|".join(map(re.escape, names))


@cache
def _mark_pattern(asked: Asked) -> re.Pattern[str]:
    """A mark at the beginning of a line or of an enumerated part of one.

    A mark in quotes or after a brace is the key of an object, which is read as such or not at all.
    """
    names = _any_of(_names(asked, *KEYS[asked]))
    mark = rf"(?:{_BEGIN}|{_WITHIN})(?<![{{\"'])(?P<mark>{names}){_END}"
    return re.compile(mark, re.IGNORECASE | re.MULTILINE)


@cache
def _reasoning() -> re.Pattern[str]:
    """The field that holds reasoning: a key with its string, or from its mark to the next one."""
    names = _any_of(_names("answer", "reasoning"))
    others = _any_of(name for asked in KEYS for name in _names(asked, *KEYS[asked]))
    pair = rf"[\"'“„«](?:{names})[\"'“”»]\s*:\s*{_STRING}\s*"
    mark = rf"(?:{_BEGIN}|{_WITHIN})(?<![{{\"'“„«])(?:{names}){_END}"
    lines = rf"{mark}.*?(?={_BEGIN}(?:{others}){_END}|\Z)"
    return re.compile(
        rf"{pair},\s*|(?:,\s*)?{pair}|{lines}", re.IGNORECASE | re.MULTILINE | re.DOTALL
    )


def _is_empty(value: str) -> bool:
    return len(value) < 200 and _EMPTY.fullmatch(value) is not None  # noqa: PLR2004


def _is_echo(key: str, value: str, asked: Asked) -> bool:
    """Whether a value repeats what the prompt says should stand there."""
    said = value.strip(_EDGES).casefold()
    return len(said) > _SHORTEST_ECHO and any(
        said.startswith(begin) or begin.startswith(said)
        for begin in _descriptions(asked).get(key, ())
    )


@cache
def _descriptions(asked: Asked) -> dict[str, tuple[str, ...]]:
    """How the prompts describe each field, in every language, up to the first placeholder."""
    found: dict[str, tuple[str, ...]] = {}
    for language in catalogue().languages:
        for key in KEYS[asked]:
            texts = catalogue().find(language, asked, "text", key) or ()
            for text in texts.values() if isinstance(texts, dict) else [texts] * bool(texts):
                begin = str(text).partition(":")[2].partition("{")[0].strip(_EDGES).casefold()
                found[key] = (*found.get(key, ()), begin) if begin else found.get(key, ())
    return found
