"""The lab's own texts in one language."""

from dataclasses import dataclass
from importlib.metadata import version

from prompts import catalogue
from prompts.core.rendering.voice import Frame
from prompts.core.texts.catalogue import fill

VERSION = version("affect-arena")
"""Of the program that asked for consent."""


@dataclass(frozen=True)
class Words:
    """Finds and fills texts of the lab.

    Args:
        language: its code.
        frame: in which games are presented.
    """

    language: str
    frame: Frame = "named"

    def say(self, section: str, key: str, **values: object) -> str:
        """A text of a section, filled."""
        path = ("lab", section, key.replace(" ", "_"))
        framed = catalogue().framed(self.language, self.frame, *path)
        text = framed or catalogue().get(self.language, *path)
        return fill(text, {name: str(value) for name, value in values.items()})

    def face(self, word: str) -> str:
        """An emotion word of this language with its face before it."""
        names = {said: name for name, said in catalogue().emotions(self.language).items()}
        face = catalogue().face(names.get(word, ""))
        return word if face is None else f"{face} {word}"

    def shown(self, emotion: str) -> tuple[str, str]:
        """An emotion, with its face and its word."""
        return emotion, self.face(self.emotion(emotion))

    def emotion(self, emotion: str) -> str:
        """The word of an emotion."""
        return catalogue().emotions(self.language).get(emotion, emotion)
