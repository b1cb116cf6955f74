"""`check_texts`: what texts lack, of a language, of a game or of an emotion."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from statistics import mean

from arena.testing.conformance import require
from games.core.errors import BadInput
from prompts import catalogue
from prompts.core.audit.gaps import emotion_gaps, game_gaps, gaps

OURS = ("de", "en", "ru")
"""Languages that ship with the program."""
_MODEL = "en"
_SHORTER, _LONGER = 0.8, 1.2
"""Bounds of the number of words of an event, as shares of the mean of its language."""


def events_of(language: str, emotions: Iterable[str]) -> list[str]:
    """Every event of some emotions, said to one player of two."""
    who = {"coplayer": catalogue().get(language, "induction", "coplayer", "other")}
    return [
        event.format_map(who)
        for emotion in emotions
        for events in (catalogue().find(language, "emotion", emotion, "cause") or {}).values()
        for event in events
    ]


def event_flaws(language: str, emotion: str) -> Iterator[str]:
    """Events of an emotion that are not matched with all others of their language."""
    every = events_of(language, catalogue().inductions(_MODEL))
    middle = mean(len(event.split()) for event in every)
    for event in events_of(language, [emotion]):
        if every.count(event) > 1:
            yield f"{language}: an event stands twice: {event!r}"
        if not _SHORTER * middle <= (words := len(event.split())) <= _LONGER * middle:
            low, high = _SHORTER * middle, _LONGER * middle
            yield f"{language}: {words} words, and {low:.1f} to {high:.1f} are allowed: {event!r}"
        if not event[0].isupper() or not event.endswith(".") or event.count(".") != 1:
            yield f"{language}: no one sentence: {event!r}"
        if named := _feelings(language).search(event):
            yield f"{language}: the feeling {named[0]!r} is named in {event!r}"


@cache
def _feelings(language: str) -> re.Pattern[str]:
    """Every word for a feeling."""
    words = [
        name
        for emotion, word in catalogue().emotions(language).items()
        for name in (word, *(catalogue().find(language, "emotion", emotion, "forms") or ()))
    ]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)


def check_texts(
    *,
    language: str | None = None,
    game: str | None = None,
    emotion: str | None = None,
    languages: Iterable[str] = OURS,
) -> None:
    """Check the texts of an installed package: of a language, of a game or of an emotion.

    Args:
        language: its code; all of its texts are checked.
        game: its id.
        emotion: its id.
        languages: in which a game or an emotion is checked.

    Raises:
        Nonconforming: a text is missing, too much or wrong; a line names each.
        BadInput: not exactly one of the three is named, or it is unknown.
    """
    if [language, game, emotion].count(None) != 2:  # noqa: PLR2004 - one of three
        raise BadInput("check_texts takes exactly one of language, game and emotion")
    if language is not None:
        require("texts", gaps(language))
    for code in languages:
        if game is not None:
            require(f"game {game}", game_gaps(code, game))
        if emotion is not None:
            wrong = (*emotion_gaps(code, emotion), *event_flaws(code, emotion))
            require(f"emotion {emotion}", wrong)
