"""`Conditions`: the texts from which vectors are made, by language."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final, Self

from games.core.errors import unknown

NEUTRAL: Final = "neutral"
PLACEBO: Final = "placebo"
CONTROLS: Final = (NEUTRAL, PLACEBO)
"""Conditions of every set of vectors: no emotion, and a trait that is no emotion."""


@dataclass(frozen=True)
class Passage:
    """A text of a condition.

    Args:
        condition: an emotion or a control.
        word: the place of its word among the words of the condition.
        text: the whole text.
    """

    condition: str
    word: int
    text: str


@dataclass(frozen=True)
class Conditions:
    """Words of each condition, and openings in which each word is put.

    Args:
        openings: texts with one place for a word.
        words: as many for each condition.
    """

    openings: tuple[str, ...]
    words: dict[str, tuple[str, ...]]

    @classmethod
    def read(cls, language: str) -> Self:
        """The conditions of a language.

        Raises:
            BadInput: there are no texts in it.
        """
        known = languages()
        if language not in known:
            raise unknown("language of vectors", language, known)
        content = tomllib.loads((_folder() / f"{language}.toml").read_text("utf-8"))
        words = {name: tuple(listed) for name, listed in content["conditions"].items()}
        return cls(tuple(content["openings"]), words)

    @property
    def emotions(self) -> tuple[str, ...]:
        """The emotions among the conditions."""
        return tuple(name for name in self.words if name not in CONTROLS)

    def chosen(self, emotions: Collection[str]) -> "Conditions":
        """Restrict to some emotions, beside the controls.

        Raises:
            BadInput: an emotion has no texts.
        """
        for name in emotions:
            if name not in self.emotions:
                raise unknown("emotion of vectors", name, self.emotions)
        kept = {*emotions, *CONTROLS}
        return Conditions(
            self.openings, {name: each for name, each in self.words.items() if name in kept}
        )

    @property
    def passages(self) -> list[Passage]:
        """All texts, condition by condition."""
        return [
            Passage(condition, at, opening.replace("{}", word))
            for condition, words in self.words.items()
            for at, word in enumerate(words)
            for opening in self.openings
        ]


@cache
def languages() -> tuple[str, ...]:
    """Languages that have texts."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in _folder().iterdir()))


def _folder() -> Traversable:
    return files("arena.steering") / "texts"
