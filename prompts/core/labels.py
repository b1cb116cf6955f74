"""`Labels`: the words that stand for a game's actions, cards and other values in a prompt."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from random import Random
from typing import Any

from games.core.types import Action, ActionSpace, Amount, Choice
from prompts.core.catalogue import TextError, catalogue, fill
from prompts.core.types import Wording
from prompts.core.voice import Voice


@dataclass(frozen=True)
class Labels:
    """Words for the values of one game in one language.

    Args:
        words: from the engine's word to the one in the prompt; no two are alike. An engine's word
            with placeholders stands for a family: "{quantity}x{face}" for 1x1, 2x5 and so on. Each
            placeholder is a whole number, and the prompt's word mentions each.
        verbatim: whether a value without a word is shown as it is: in games whose options are named
            by the design, not by the rules.
        actions: those of the words that stand for actions.
        order: seed of the order of options; None keeps the order of the rules.

    Raises:
        TextError: two values share a word, so that an answer could not be read back.
    """

    words: dict[str, str]
    verbatim: bool = False
    actions: frozenset[str] = frozenset()
    order: int | None = None

    def __post_init__(self) -> None:
        """Refuse words that cannot be told apart."""
        if len({word.casefold() for word in self.words.values()}) < len(self.words):
            raise TextError(f"two values share a word: {self.words}")

    @classmethod
    def of(cls, voice: Voice, game: str, wording: Wording) -> "Labels":
        """The words of a game as a voice has them.

        Actions carry the names of the game, or, where labels are drawn, neutral labels from the
        pool of the frame: which label means what is drawn for the match.
        """
        return _of(
            voice.language, voice.frame, game, wording.labels if voice.draws_labels else None
        )

    def show(self, value: int | Fraction | str) -> str:
        """A value as the prompt says it.

        Raises:
            TextError: the texts have no word for it.
        """
        if not isinstance(value, str):
            return _decimal(Fraction(value))
        if value in self.words:
            return self.words[value]
        for pattern, word in self.words.items():
            if found := _family(pattern).fullmatch(value):
                return fill(word, found.groupdict())
        if self.verbatim:
            return value
        raise TextError(f"no word for {value!r}")

    def options(self, space: ActionSpace) -> tuple[str, ...]:
        """The words of a choice, in the order they are offered.

        Raises:
            TextError: an option has no word, or two share one.
        """
        offered = self.ordered(space.options) if isinstance(space, Choice) else ()
        shown = tuple(map(self.show, offered))
        if len({word.casefold() for word in shown}) < len(shown):
            raise TextError(f"two options share a word: {shown}")
        return shown

    def ordered(self, options: Iterable[str]) -> tuple[str, ...]:
        """Options as they are offered; a family keeps its order and moves as one."""
        return tuple(options) if self.order is None else tuple(sorted(options, key=self.place))

    def place(self, value: object) -> float:
        """Where a value stands among the options of its game; the same throughout a match."""
        if self.order is None or not isinstance(value, str):
            return 0
        if value in self.words:
            return _place(self.order, value) if value in self.actions else 0
        family = (pattern for pattern in self.words if _family(pattern).fullmatch(value))
        return _place(self.order, next(family, value))

    def read(self, word: str, space: ActionSpace) -> Action | None:
        """The action that a word stands for in this space, or None."""
        if isinstance(space, Amount):
            return int(word) if word.isascii() and word.isdigit() else None
        return _matching(word, ((self.show(option), option) for option in space.options))


def read_emotion(word: str, language: str) -> str | None:
    """The emotion that a word of the language stands for, or None."""
    return _matching(word, ((shown, e) for e, shown in catalogue().emotions(language).items()))


@lru_cache(maxsize=4096)  # one entry a block of matches, and each is small
def _of(language: str, frame: str, game: str, seed: int | None) -> Labels:
    def texts(key: str) -> Any:  # noqa: ANN401 - a text or a table of texts
        return catalogue().framed(language, frame, "game", game, key)

    words = dict(catalogue().get(language, "game", game, "words"))
    words |= catalogue().find(language, "game", game, frame, "words") or {}
    actions = dict(texts("actions") or {})
    if seed is not None:
        pool = list(texts("labels") or catalogue().framed(language, frame, "frame", "labels"))
        if len(pool) < len(actions):
            raise TextError(f"{language}: {game} needs {len(actions)} labels in frame {frame}")
        actions = dict(zip(actions, Random(seed).sample(pool, len(actions)), strict=True))
    return Labels(words | actions, texts("verbatim") is True, frozenset(actions), seed)


def _place(seed: int, value: str) -> float:
    return Random(f"{seed} {value}").random()


def _matching(word: str, pairs: Iterable[tuple[str, str]]) -> str | None:
    wanted = word.strip().casefold()
    return next((value for shown, value in pairs if shown.casefold() == wanted), None)


@cache
def _family(pattern: str) -> re.Pattern[str]:
    """What matches an engine's word with placeholders; one without matches itself."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[0-9]+)", re.escape(pattern)))


def _decimal(value: Fraction) -> str:
    """A decimal number where one is exact, otherwise a fraction."""
    if value.denominator == 1:
        return str(value.numerator)
    short = f"{float(value):.10g}"
    return short if Fraction(short) == value else f"{value.numerator}/{value.denominator}"
