"""Reading of a reply into the values of its fields, before the values are interpreted.

A field is found at a key or a mark, in any language. Prose and the model's reasoning are ignored.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from games.core.replies import MOST
from prompts.core.reading.leads import LONGEST_LEAD, is_foreign, is_of_another, is_verdict, lead
from prompts.core.reading.objects import Pairs, object_in, objects
from prompts.core.reading.thoughts import without_reasoning
from prompts.core.rendering.belief import belief_keys
from prompts.core.texts.catalogue import catalogue
from prompts.core.types import Form

Asked = Literal["answer", "message", "check", "council", "belief"]
"""Kind of question: the section of the texts with the words of its fields."""
_REPORT = ("felt", "intensity", "shape", "size", "shown", "shown_intensity")
KEYS: dict[Asked, tuple[str, ...]] = {
    "answer": (*_REPORT, "action"),
    "message": (*_REPORT, "message", "statement"),
    "check": ("valence", "arousal", "emotion"),
    "council": ("action", "strength", "shown", "shown_intensity"),
    "belief": belief_keys(MOST),
}
"""The fields of a reply in the order asked for; in JSON, their keys in every language."""

_SHORTEST_ECHO = 8
"""Length in characters; a shorter value may be an answer with which a description happens to begin.
"""
_EDGES = " \t\"'*_`«»“”,.;"
_EMPTY = re.compile(r"[\W_]*|\W{0,9}<(?:your|ihr|ваш)[^<>]*>\W{0,9}", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-zа-я])(?=[A-ZА-Я])")
_DEEPEST = 3
"""Number of objects around the object with the fields."""
_TABLE = re.compile(
    r"^(?P<head>[^\n|]*\|[^\n]*)\n[ \t]*[|:-][ |:+-]*-[ |:+-]*\n"
    r"(?P<rows>(?:[^\n|]*\|[^\n]*(?:\n|\Z))+)",
    re.MULTILINE,
)
"""A table of Markdown."""
_BEGIN = r"^[^\w\n]{0,12}(?:\d{1,2}[.)][^\w\n]{0,6})?"
_WITHIN = r"[,;|•][ \t]{0,3}[*_`]{0,3}"
_END = r"[^\w\n:：=|–—]{0,8}(?:[:：=|]|(?<=[ \t*_`])[–—-](?=[ \t]))"
_STRING = r"""(?:"(?:\\.|[^"\\])*(?:"|\Z)|'(?:\\.|[^'\\])*(?:'|\Z)|[“„«][^“”»]*(?:[“”»]|\Z))"""
"""A string of JSON or in a model's variant of JSON, perhaps cut off."""


@dataclass
class Fields:
    """Values that a reply gives for each field.

    Args:
        text: the reply.
        values: every value that is given, by field, in order.
        leads: the words that each value of the action stands behind in its sentence.
        start: where the first value begins.
        end: where the last value ends.
        beside: what other keys of objects say, before the action and behind it.
        is_whole: whether no object lacks its end.
        blank: fields that are given, and empty somewhere.
    """

    text: str
    values: dict[str, list[Any]] = field(default_factory=dict)
    leads: list[str] = field(default_factory=list)
    start: int = 0
    end: int = 0
    beside: list[tuple[str, str]] = field(default_factory=list)
    is_whole: bool = True
    blank: set[str] = field(default_factory=set)

    @property
    def before(self) -> str:
        """Text of the reply before its first value."""
        return "".join([self.text[: self.start], *(before for before, _ in self.beside)])

    @property
    def rest(self) -> str:
        """Text of the reply after its last value."""
        return "".join([*(behind for _, behind in self.beside), self.text[self.end :]])

    def add(self, key: str, value: object, start: int, end: int) -> None:
        """Record a value, unless it is empty or repeats the description of the field.

        Args:
            key: the field.
            value: its value.
            start: offset of its mark or its object.
            end: end of the value.
        """
        is_blank = str.isspace if key == "message" else is_empty  # a face alone says something
        if value is None or (isinstance(value, str) and (not value or is_blank(value))):
            self.blank.add(key)
            return
        self.start, self.end = start if not self.values else self.start, end
        self.values.setdefault(key, []).append(value)
        if key == "action":
            self.leads.append(lead(self.text[max(0, start - LONGEST_LEAD) : start]))


def find_fields(text: str, form: Form, asked: Asked = "answer") -> Fields:
    """The fields of a reply, in the requested form or else in the other.

    Args:
        text: the reply without the reasoning in it.
        form: form in which the answer was asked for.
        asked: kind of question.
    """
    if form == "text":
        for find in (_table_fields, _marked_fields):
            fields = find(text, asked)
            if fields.values:
                return fields
        return _json_fields(text, asked)
    # Braces without an object belong to a truncated or broken object; marks in it are not read.
    return _json_fields(text, asked) if "{" in text else _marked_fields(text, asked)


def shown_again(text: str) -> str:
    """A reply as shown to its author again: without reasoning, in thoughts or in a field."""
    return _reasoning().sub("", without_reasoning(text)).strip()


def reasoning_in(text: str) -> str:
    """The reasoning that a reply gives in its field; empty if it gives none."""
    names = {*_names("answer", "reasoning")}
    for obj in objects(text):
        for name, value in obj.pairs:
            if name.strip(_EDGES).casefold() in names and isinstance(value, str):
                return value
    found = _reasoning().search(text)
    return found[0].partition(":")[2].strip() if found else ""


def without_scales(text: str) -> str:
    """A reply without its positions on scales, which are not amounts."""
    return _scales().sub(" ", text)


def _json_fields(text: str, asked: Asked) -> Fields:
    """The fields of all JSON objects with fields; a key given twice counts as two values."""
    fields, known = Fields(text), _fields_by_name(asked)
    for obj in objects(text):
        pairs = _holder(obj.pairs, known)
        keys = [_key(name, known) for name, _ in pairs]
        for key, (_, value) in zip(keys, pairs, strict=True):
            if key is not None:
                fields.is_whole = fields.is_whole and obj.is_whole
                fields.add(key, value, obj.start, obj.end)
        if any(keys):
            at = keys.index("action") if "action" in keys else 0
            behind = f"\n{obj.comments}\n{_beside(pairs[at:], known)}"
            fields.beside.append((_beside(pairs[:at], known), behind))
    return fields


def _key(name: str, known: Mapping[str, str]) -> str | None:
    return known.get(name.strip(_EDGES).casefold())


def _holder(pairs: Pairs, known: Mapping[str, str], depth: int = _DEEPEST) -> Pairs:
    """The pairs that hold the fields: those of an object, or of the one object wrapped in it.

    A wrapper may be an object, an array of one element or a string. If several wrapped objects hold
    fields, all are read. An object under a key such as "example" or "opponent" is ignored.
    """
    own = [(name, value) for name, value in pairs if _key(name, known) is not None]
    if own and not all(isinstance(value, Pairs) for _, value in own):
        return pairs
    inner = [_wrapped(value) for name, value in pairs if not is_of_another(_words_of(name))]
    holders = [
        _holder(held, known, depth - 1)
        for held in inner
        if held and depth and _holds(_holder(held, known, depth - 1), known)
    ]
    return Pairs(pair for held in holders for pair in held) if holders else pairs


def _holds(pairs: Pairs, known: Mapping[str, str]) -> bool:
    """Whether pairs give a field a scalar value."""
    return any(_key(name, known) and not isinstance(value, list) for name, value in pairs)


def _wrapped(value: object) -> Pairs:
    """The object that a value is, contains alone, or encodes as a string."""
    if isinstance(value, list) and not isinstance(value, Pairs) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        return object_in(value)
    return value if isinstance(value, Pairs) else Pairs()


def _words_of(name: str) -> str:
    """The words of a key: "other_player" and "otherPlayer" are two."""
    return _HUMP.sub(" ", name).replace("_", " ")


def _beside(pairs: Iterable[tuple[str, Any]], known: Mapping[str, str]) -> str:
    """Text of an object's other keys, one line each."""
    return "".join(
        f"\n{_words_of(name).capitalize()}: {value}\n"
        for name, value in pairs
        if _speaks(name, value) and _key(name, known) is None and not is_foreign(_words_of(name))
    )


def _speaks(name: str, value: object) -> bool:
    """Whether a value bears on the answer: a text, or a number under a key like "final offer"."""
    return isinstance(value, str) or (type(value) is int and is_verdict(_words_of(name)))


def _marked_fields(text: str, asked: Asked) -> Fields:
    """The values behind the marks: to the end of the line, or the next line under a bare mark."""
    fields = Fields(text)
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
            fields.add(key, value, mark.start(), end)
    return fields


def _table_fields(text: str, asked: Asked) -> Fields:
    """Values under marks that head the columns of a table."""
    fields = Fields(text)
    known = _fields_by_name(asked)
    for table in _TABLE.finditer(text):
        names = [_key(cell, known) for cell in _cells(table["head"])]
        if not all(names):
            continue
        for row in table["rows"].splitlines():
            for key, value in zip(names, _cells(row), strict=False):
                fields.add(str(key), value, table.start(), table.end())
    return fields


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _marks(text: str, asked: Asked) -> Iterator[re.Match[str]]:
    """Marks at the beginning of lines, and further marks of an enumeration in the same line.

    If there are none, marks in capitals at the beginning of a sentence within a line.
    """
    line_end = count = 0
    for mark in _mark_pattern(asked).finditer(text):
        at = mark.start()
        if at == 0 or text[at - 1] == "\n" or at < line_end:
            count += 1
            yield mark
            stop = text.find("\n", mark.end())
            line_end = len(text) if stop < 0 else stop
    if not count:
        yield from _capital_mark_pattern(asked).finditer(text)


@cache
def _fields_by_name(asked: Asked) -> dict[str, str]:
    """The field of each key and mark, in every language."""
    return {name: key for key in KEYS[asked] for name in _names(asked, key)}


def _names(asked: Asked, *keys: str) -> list[str]:
    """The keys and marks of fields, in every language, the longest first."""
    where = _section(asked)
    tables = [catalogue().find(spoken, where, "keys") or {} for spoken in catalogue().languages]
    names = {str(table[key]).casefold() for table in tables for key in keys if key in table}
    return sorted(names | set(keys), key=len, reverse=True)


def _section(asked: Asked) -> str:
    """Section of the texts with the words of the fields; a message shares it with an answer."""
    return "answer" if asked == "message" else asked


def _any_of(names: Iterable[str]) -> str:
    return "|".join(map(re.escape, names))


@cache
def _mark_pattern(asked: Asked) -> re.Pattern[str]:
    """A mark at the beginning of a line or of an enumerated item.

    A mark in quotes or after a brace is the key of an object, which is read as JSON only.
    """
    names = _any_of(_names(asked, *KEYS[asked]))
    mark = rf"(?:{_BEGIN}|{_WITHIN})(?<![{{\"'])(?P<mark>{names}){_END}"
    return re.compile(mark, re.IGNORECASE | re.MULTILINE)


@cache
def _capital_mark_pattern(asked: Asked) -> re.Pattern[str]:
    """A mark in capitals after the end of a sentence."""
    names = _any_of(name.upper() for name in _names(asked, *KEYS[asked]))
    return re.compile(rf"(?<=[.!?…])[ \t]{{1,3}}(?P<mark>{names}):")


@cache
def _scales() -> re.Pattern[str]:
    """A key or a mark of a scale with its number."""
    own = _names("answer", "intensity", "size", "shown_intensity")
    names = _any_of({*own, *_names("council", "strength")})
    mark = rf"(?<!\w)(?:{names})(?=[^\w\n]{{0,8}}[:：=|])[^\w\n]{{1,12}}"
    return re.compile(rf"{mark}\d{{1,3}}(?![\w.,]?\d)", re.IGNORECASE)


@cache
def _reasoning() -> re.Pattern[str]:
    """The field with the reasoning: a key with its string, or the text up to the next mark."""
    names = _any_of(_names("answer", "reasoning"))
    others = _any_of(name for asked in KEYS for name in _names(asked, *KEYS[asked]))
    pair = rf"[\"'“„«](?:{names})[\"'“”»]\s*:\s*{_STRING}\s*"
    mark = rf"(?:{_BEGIN}|{_WITHIN})(?<![{{\"'“„«])(?:{names}){_END}"
    lines = rf"{mark}.*?(?={_BEGIN}(?:{others}){_END}|\Z)"
    return re.compile(
        rf"{pair},\s*|(?:,\s*)?{pair}|{lines}", re.IGNORECASE | re.MULTILINE | re.DOTALL
    )


def is_empty(value: str) -> bool:
    """Whether a value is empty, or is a placeholder of the description."""
    return len(value) < 200 and _EMPTY.fullmatch(value) is not None  # noqa: PLR2004


def _is_echo(key: str, value: str, asked: Asked) -> bool:
    """Whether a value repeats the prompt's description of the field."""
    said = value.strip(_EDGES).casefold()
    return len(said) > _SHORTEST_ECHO and any(
        said.startswith(begin) or begin.startswith(said)
        for begin in _descriptions(asked).get(key, ())
    )


@cache
def _descriptions(asked: Asked) -> dict[str, tuple[str, ...]]:
    """Prompts' descriptions of each field, in every language, up to the first placeholder."""
    begins: dict[str, tuple[str, ...]] = {}
    for language in catalogue().languages:
        for key in KEYS[asked]:
            texts = catalogue().find(language, _section(asked), "text", key) or ()
            for text in texts.values() if isinstance(texts, dict) else [texts] * bool(texts):
                begin = str(text).partition(":")[2].partition("{")[0].strip(_EDGES).casefold()
                begins[key] = (*begins.get(key, ()), begin) if begin else begins.get(key, ())
    return begins
