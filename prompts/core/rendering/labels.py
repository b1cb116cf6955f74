"""`Labels`: the words for a game's actions, cards and other values in a prompt."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, lru_cache
from itertools import chain
from random import Random
from typing import Any, TypeAlias

from games.core.types import ActionSpace, Choice
from prompts.core.rendering.voice import Voice
from prompts.core.texts.catalogue import TextError, catalogue, fill
from prompts.core.texts.order import in_order
from prompts.core.types import Wording

Row: TypeAlias = Mapping[str, int | Fraction | str]


@dataclass(frozen=True)
class Labels:
    """Words for the values of one game in one language.

    Args:
        words: the prompt's word for each engine's word; no two are alike. An engine's word with
            placeholders stands for a family: "{quantity}x{face}" for 1x1, 2x5 and so on. Each
            placeholder is a whole number, and the prompt's word contains each.
        verbatim: whether a value without a word is shown unchanged, in games whose options are
            named by the design instead of the rules.
        forms: further words that an answer may use for an engine's word, never shown.
        actions: the words that stand for actions.
        order: order of options, see `in_order`. It does not depend on the meaning of words.
        point: decimal separator.

    Raises:
        TextError: two values share a word, so that an answer would be ambiguous.
    """

    words: dict[str, str]
    verbatim: bool = False
    forms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    actions: frozenset[str] = frozenset()
    order: int = field(default=0, compare=False)
    point: str = "."

    def __post_init__(self) -> None:
        """Refuse words that cannot be told apart."""
        if len({word.casefold() for word in self.words.values()}) < len(self.words):
            raise TextError(f"two values share a word: {self.words}")

    def __hash__(self) -> int:
        """Hash of the visible words. Readers are cached by it."""
        return hash((frozenset(self.words.items()), self.verbatim))

    @classmethod
    def of(cls, voice: Voice, game: str, wording: Wording) -> "Labels":
        """The words of a game in a voice.

        Actions have the names of the game, or neutral labels from the pool of the frame if labels
        are drawn. Answers may use the names of other languages too. Drawn labels have a meaning
        drawn for the match, and no other word has that meaning.
        """
        seed = wording.labels if voice.draws_labels else None
        return _of(voice.language, voice.frame, game, seed, wording.order)

    def show(self, value: int | Fraction | str) -> str:
        """A value in the words of the prompt.

        Raises:
            TextError: the texts have no word for the value.
        """
        if not isinstance(value, str):
            return _decimal(value, self.point)
        key = self.key(value)
        if key not in self.words:
            return value
        member = None if key == value else _family(key).fullmatch(value)
        return fill(self.words[key], member.groupdict()) if member else self.words[key]

    def key(self, value: str) -> str:
        """The engine's word under which a value has a word: the value itself, or its family.

        Raises:
            TextError: the texts have no word for the value.
        """
        if value in self.words:
            return value
        family = next((key for key in self.words if _family(key).fullmatch(value)), None)
        if family is None and not self.verbatim:
            raise TextError(f"no word for {value!r}")
        return family or value

    def options(self, space: ActionSpace) -> tuple[str, ...]:
        """The words of a choice, in the order of display.

        Raises:
            TextError: an option has no word, or two share one.
        """
        offered = self.ordered(space.options) if isinstance(space, Choice) else ()
        shown = tuple(map(self.show, offered))
        if len({word.casefold() for word in shown}) < len(shown):
            raise TextError(f"two options share a word: {shown}")
        return shown

    def ordered(self, options: Iterable[str]) -> tuple[str, ...]:
        """Options in the order of display; a family keeps its order and moves as one."""
        families: dict[str, list[str]] = {}
        for option in options:
            families.setdefault(self.key(option), []).append(option)
        return tuple(chain.from_iterable(in_order(families.values(), self.order)))

    def rows(self, items: Sequence[Row]) -> Sequence[Row]:
        """Rows of a table, in the order of the options in them."""
        if not (self.order and items):
            return items
        offered = {
            column: self.ordered(dict.fromkeys(str(item[column]) for item in items))
            for column, value in items[0].items()
            if self._is_option(value)
        }
        return sorted(
            items, key=lambda item: [all_.index(str(item[key])) for key, all_ in offered.items()]
        )

    def _is_option(self, value: object) -> bool:
        """Whether a value is an action, not a number or a card."""
        return isinstance(value, str) and (value not in self.words or value in self.actions)


@lru_cache(maxsize=4096)  # one entry a block of matches, and each is small
def _of(language: str, frame: str, game: str, seed: int | None, order: int) -> Labels:
    def texts(key: str) -> Any:  # noqa: ANN401 - a text or a table of texts
        return catalogue().framed(language, frame, "game", game, key)

    words = dict(catalogue().get(language, "game", game, "words"))
    words |= catalogue().find(language, "game", game, frame, "words") or {}
    actions = dict(texts("actions") or {})
    forms = _forms(language, game)
    if seed is not None:
        pool = texts("labels") or catalogue().framed(language, frame, "frame", "labels") or []
        if len(pool) < len(actions):
            raise TextError(f"{language}: {game} needs {len(actions)} labels in frame {frame}")
        actions = dict(zip(actions, Random(seed).sample(pool, len(actions)), strict=True))
        forms |= dict.fromkeys(actions, ())
    verbatim = texts("verbatim") is True
    point = catalogue().get(language, "list", "point")
    return Labels(words | actions, verbatim, forms, frozenset(actions), order, point)


def _forms(language: str, game: str) -> dict[str, tuple[str, ...]]:
    """Further words for answers, in all languages."""
    tables = [
        catalogue().find(spoken, "game", game, kind) or {}
        for kind in ("words", "actions", "forms")
        for spoken in catalogue().languages
    ]
    known = catalogue().find(language, "game", game, "forms") or {}
    return {value: tuple(chain(*(_listed(t.get(value)) for t in tables))) for value in known}


def _listed(texts: str | list[str] | None) -> list[str]:
    return [texts] if isinstance(texts, str) else texts or []


@cache
def _family(pattern: str) -> re.Pattern[str]:
    """Pattern of an engine's word with placeholders; a word without placeholders matches itself."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[0-9]+)", re.escape(pattern)))


def _decimal(value: int | Fraction, point: str) -> str:
    """A decimal number if an exact one exists, otherwise a fraction."""
    if value.denominator == 1:
        return str(value.numerator)
    short = f"{float(value):.10g}"
    exact = Fraction(short) == value
    return short.replace(".", point) if exact else f"{value.numerator}/{value.denominator}"
