"""`Labels`: the words that stand for a game's actions, cards and other values in a prompt."""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from itertools import chain

from games.core.types import ActionSpace, Choice
from prompts.core.catalogue import TextError, catalogue, fill


@dataclass(frozen=True)
class Labels:
    """Words for the values of one game in one language.

    Args:
        words: from the engine's word to the one in the prompt; no two are alike. An engine's word
            with placeholders stands for a family: "{quantity}x{face}" for 1x1, 2x5 and so on. Each
            placeholder is a whole number, and the prompt's word mentions each.
        verbatim: whether a value without a word is shown as it is: in games whose options are named
            by the design, not by the rules.
        forms: other words that an answer may use for an engine's word, never shown.

    Raises:
        TextError: two values share a word, so that an answer could not be read back.
    """

    words: dict[str, str]
    verbatim: bool = False
    forms: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse words that cannot be told apart."""
        if len({word.casefold() for word in self.words.values()}) < len(self.words):
            raise TextError(f"two values share a word: {self.words}")

    def __hash__(self) -> int:
        """By what is shown; readers are kept by it."""
        return hash((frozenset(self.words.items()), self.verbatim))

    @classmethod
    def named(cls, language: str, game: str) -> "Labels":
        """The game's own words; an answer may also use those of other languages."""
        return _named(language, game)

    def show(self, value: int | Fraction | str) -> str:
        """A value as the prompt says it.

        Raises:
            TextError: the texts have no word for it.
        """
        if not isinstance(value, str):
            return _decimal(Fraction(value))
        key = self.key(value)
        if key not in self.words:
            return value
        found = None if key == value else _family(key).fullmatch(value)
        return fill(self.words[key], found.groupdict()) if found else self.words[key]

    def key(self, value: str) -> str:
        """The engine's word that has the word of a value: itself, or its family.

        Raises:
            TextError: the texts have no word for it.
        """
        if value in self.words:
            return value
        family = next((key for key in self.words if _family(key).fullmatch(value)), None)
        if family is None and not self.verbatim:
            raise TextError(f"no word for {value!r}")
        return family or value

    def options(self, space: ActionSpace) -> tuple[str, ...]:
        """The words of a choice, in its order.

        Raises:
            TextError: an option has no word, or two share one.
        """
        shown = tuple(map(self.show, space.options)) if isinstance(space, Choice) else ()
        if len({word.casefold() for word in shown}) < len(shown):
            raise TextError(f"two options share a word: {shown}")
        return shown


@cache
def _named(language: str, game: str) -> Labels:
    texts = catalogue()
    words = dict(texts.get(language, "game", game, "words"))
    tables = [
        texts.find(spoken, "game", game, kind) or {}
        for kind in ("words", "forms")
        for spoken in texts.languages
    ]
    known = texts.find(language, "game", game, "forms") or {}
    forms = {value: tuple(chain(*(_listed(t.get(value)) for t in tables))) for value in known}
    return Labels(words, texts.find(language, "game", game, "verbatim") is True, forms)


def _listed(found: str | list[str] | None) -> list[str]:
    return [found] if isinstance(found, str) else found or []


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
