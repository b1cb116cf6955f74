"""Fields to fill in, and what is wrong with what was filled in. Nothing is turned into anything."""

from collections.abc import Mapping, Sequence

from agents.core.models.person import FormRequest
from agents.human import is_optional
from arena.design.lab import LabQuestion, in_language
from arena.lab.pages import Field
from arena.lab.words import Words
from games.core.types import Speech

MOST = 2000
"""Characters of a text, at most."""

_FACES = {"felt", "shown"}
"""Keys of a decision that are answered by an emotion word."""


def decision_fields(request: FormRequest, words: Words) -> tuple[Field, ...]:
    """The fields of a decision."""
    fields = []
    for key, label in request.labels.items():
        part = request.schema["properties"][key]
        if "enum" in part:
            faces = key in _FACES
            options = tuple((word, words.face(word) if faces else word) for word in part["enum"])
            fields.append(Field(key, "faces" if faces else "choice", label, options))
        elif part["type"] == "integer":
            bounds = {"low": part["minimum"], "high": part["maximum"]}
            needed = not is_optional(key, part)
            fields.append(Field(key, "number", label, **bounds, required=needed))
        else:
            space, needed = request.view.space, not is_optional(key, part)
            longest = space.length if isinstance(space, Speech) and not needed else MOST
            fields.append(Field(key, "text", label, high=longest, required=needed))
    return tuple(fields)


def question_fields(questions: Sequence[LabQuestion], language: str) -> tuple[Field, ...]:
    """The fields of a design's questions."""
    return tuple(
        Field(
            each.key,
            each.kind,
            in_language(each.label, language),
            _options(each, language),
            each.low,
            each.high,
            each.required,
        )
        for each in questions
    )


def _options(question: LabQuestion, language: str) -> tuple[tuple[str, str], ...]:
    """The options by number, so that answers in all languages are the same."""
    return tuple((str(n), word) for n, word in enumerate(question.words(language), start=1))


def problems(fields: Sequence[Field], values: Mapping[str, object], words: Words) -> dict[str, str]:
    """What is wrong with an answer, by field.

    Args:
        fields: what was asked.
        values: what was given, by key.
        words: in the participant's language.
    """
    known = {field.key for field in fields}
    faults = {str(key)[:MOST]: words.say("wrong", "stale") for key in values if key not in known}
    for field in fields:
        value = values.get(field.key)
        if value is None or value in ("", []):
            if field.required:
                faults[field.key] = words.say("wrong", "missing")
        elif not _fits(field, value):
            faults[field.key] = wrong(field, words)
    return faults


def wrong(field: Field, words: Words) -> str:
    """What a field asks for."""
    if field.kind in {"choice", "faces", "agree"}:
        return words.say("wrong", "choice")
    if field.kind == "text":
        return words.say("wrong", "text", most=field.high or MOST)
    return words.say("wrong", "number", low=field.low, high=field.high)


def _fits(field: Field, value: object) -> bool:
    """Whether a value is exactly what the field asks for."""
    if field.kind in {"choice", "faces"}:
        return isinstance(value, str) and value in dict(field.options)
    if field.kind == "text":
        return isinstance(value, str) and len(value) <= MOST
    if field.kind == "agree":
        return value is True
    if field.kind == "grid":
        axes = value if isinstance(value, list | tuple) else ()
        return len(axes) == 2 and all(_within(field, each) for each in axes)  # noqa: PLR2004
    return _within(field, value)


def _within(field: Field, value: object) -> bool:
    return type(value) is int and field.low <= value <= field.high  # True is an int to Python
