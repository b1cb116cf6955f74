"""Reading of a player's report: emotion or shape words, scale positions, and remarks on them."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from games.core.types import Amount
from prompts.core.reading.answer import Problem, Unclear, bare, is_remark, read_number
from prompts.core.reading.clauses import (
    clauses,
    is_denied,
    is_taken_back,
    sentences,
    stance,
    without_idioms,
)
from prompts.core.reading.fields import Fields
from prompts.core.reading.phrases import Mention, Phrases, emotion_phrases, shape_phrases
from prompts.core.reading.vocabulary import listed, pattern_of, plain, vocabulary
from prompts.core.rendering.emotion import NEUTRAL
from prompts.core.rendering.voice import Voice
from prompts.core.types import Affect, NeutralReport

T = TypeVar("T")

SCALE = Amount(0, 100)
"""Scale of the intensity of an emotion, and of the size of a shape."""
_MOST_VALUES = 40
"""Number of values of a field above which the reply is ambiguous and the values are not read."""
_REMARK = re.compile(r"[(\[{]|[,;.:](?=\s)| [-–—] |—|\n")
"""Beginning of a remark on an emotion."""
_HOW_STRONG = re.compile(r"[(\[] ?[1-9]\d{0,2} ?(?:/ ?100|%)? ?[)\]]?")
_FEWEST = 3
"""Number of words from which a remark after a dash is not a second emotion."""


def agreed(values: list[Any], read: Callable[[Any], T]) -> T:
    """The common reading of all values of a field.

    Raises:
        Unclear: the readings differ, or a value is unreadable.
    """
    different = list({repr(value): value for value in values}.values())
    if len(different) > _MOST_VALUES:
        raise Unclear("ambiguous")
    readings: list[T] = []
    problems: list[Problem] = []
    for value in different:
        try:
            readings.append(read(value))
        except Unclear as unclear:
            problems.append(unclear.problem)
    if len(set(problems)) + len(set(readings)) > 1:
        raise Unclear("ambiguous")
    if problems:
        raise Unclear(problems[0])
    return readings[0]


def read_affect(fields: Fields, voice: Voice) -> Affect:
    """The emotion report of a reply.

    Raises:
        Unclear: a requested field names none, or several.
    """
    return affect_of(
        voice,
        lambda key: read_emotion(fields, key, voice),
        lambda key: read_scale(fields, key, SCALE, voice.language),
    )


def affect_of(voice: Voice, emotion: Callable[[str], str], scale: Callable[[str], int]) -> Affect:
    """The emotion report of a voice with reports.

    Args:
        voice: wording settings of the player. They decide which fields were asked for.
        emotion: reads the emotion of a field.
        scale: reads the scale position of a field.
    """
    asked = voice.emotion
    felt, intensity = emotion("felt"), scale("intensity")
    if not asked.shows:
        return Affect(felt, intensity)
    shown = emotion("shown") if asked.chooses else felt
    if not asked.shows_intensity:
        return Affect(felt, intensity, shown)
    return Affect(felt, intensity, shown, scale("shown_intensity") if asked.chooses else intensity)


def read_neutral(fields: Fields, voice: Voice) -> NeutralReport:
    """The neutral report of a reply.

    Raises:
        Unclear: a requested field names none, or several.
    """
    phrases = shape_phrases(voice.language, len(voice.shape_words))
    values = fields.values.get("shape") or [None]
    shape = agreed(values, lambda value: word_of(value, phrases, is_shown=False))
    return NeutralReport(shape, read_scale(fields, "size", SCALE, voice.language))


def read_scale(fields: Fields, key: str, scale: Amount, language: str) -> int:
    """The scale position in a field.

    Raises:
        Unclear: the field names none, or several.
    """
    values = fields.values.get(key) or [None]
    return agreed(values, lambda value: read_number(value, scale, language, is_scale=True))


def read_emotion(fields: Fields, key: str, voice: Voice) -> str:
    """The emotion in a field, one of those offered.

    Raises:
        Unclear: the field names none, or several.
    """
    phrases = emotion_phrases(voice.language, voice.vocabulary)
    values = fields.values.get(key) or [None]
    return agreed(values, lambda value: word_of(value, phrases, is_shown=key == "shown"))


def word_of(value: object, phrases: Phrases, *, is_shown: bool) -> str:
    """The emotion, or the shape, that a value names.

    Args:
        value: value of a field.
        phrases: the names of the emotions.
        is_shown: whether the value is a display, so that a remark may name a different felt
            emotion.

    Raises:
        Unclear: the value names none or several, or denies the only one.
    """
    if not isinstance(value, str):
        raise Unclear("illegal")
    text = bare(plain(value))
    if (literal := phrases.literal.get(text)) is not None:
        return literal
    text = without_idioms(text)
    mentions = list(phrases.mentions(text))
    if not mentions:
        raise Unclear("illegal")
    first = mentions[0]
    begins = (pattern.search(text, first.end) for pattern in (_REMARK, _begins_cause()))
    end = min((begin.start() for begin in begins if begin), default=len(text))
    if len({mention.value for mention in mentions if mention.start < end}) > 1:
        raise Unclear("ambiguous")
    for words, harmless in ((text[: first.start], "before"), (text[first.end : end], "after")):
        said = phrases.pattern.sub(" ", words)
        if vocabulary().hedges.search(said):
            raise Unclear("ambiguous")
        if vocabulary().negations.search(said):
            raise Unclear("negated")
        if is_remark(said, _harmless(harmless)):
            raise Unclear("illegal")
    if _changes(text[end:], first.value, phrases, is_shown=is_shown):
        raise Unclear("ambiguous")
    return first.value


@cache
def _harmless(where: str) -> re.Pattern[str]:
    """Words beside an emotion that state its intensity, or add nothing."""
    known = listed("fillers") if where == "before" else listed("trailing")
    return re.compile(pattern_of([*known, *listed("stance", "degrees")]))


def _changes(remark: str, emotion: str, phrases: Phrases, *, is_shown: bool) -> bool:
    """Whether a remark on an emotion names another one, or questions or denies the emotion."""
    if not is_remark(remark, _harmless("after")) or _HOW_STRONG.fullmatch(remark):
        return False
    if is_taken_back(remark) or any(
        stance(words).search(remark) for words in ("unsure", "undone", "feigned")
    ):
        return True
    if _adds().match(remark) or vocabulary().percent.search(remark):
        return True
    is_about = remark.startswith(("(", "[", "{")) or _begins_cause().match(remark)
    if not is_about and (remark[:1] in ",;:" or len(remark.split()) <= _FEWEST):
        return True
    return _names_another(remark, emotion, phrases, is_shown=is_shown)


@cache
def _adds() -> re.Pattern[str]:
    return re.compile(rf"\W{{0,4}}{stance('additions').pattern}")


@cache
def _begins_cause() -> re.Pattern[str]:
    causes = [*listed("because"), *listed("stance", "causes")]
    return re.compile(rf"\W{{0,4}}{pattern_of(causes)}")


def _names_another(remark: str, emotion: str, phrases: Phrases, *, is_shown: bool) -> bool:
    """Whether a remark names another emotion without denying it, or denies this one or all."""
    for sentence in sentences(remark):
        mentions = list(phrases.mentions(sentence))
        for clause in clauses(sentence):
            said = clause.text
            here = [m for m in mentions if clause.start <= m.start < clause.end]
            denied = is_denied(said)
            if denied and (
                any(mention.value == emotion for mention in here)
                or (not here and emotion != NEUTRAL and stance("feelings").search(said))
            ):
                return True
            if not denied and any(
                mention.value != emotion and not (is_shown and _is_hidden(sentence, mention))
                for mention in here
            ):
                return True
    return False


def _is_hidden(sentence: str, mention: Mention) -> bool:
    return stance("hiding").search(sentence[: mention.start]) is not None
