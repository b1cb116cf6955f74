"""The catalogue of texts: TOML files of one shape, merged, with strict filling.

Every key begins with its language, or with "emotion" where it holds in all of them. Any file may
add any key, so that a language, a game or an emotion is one new file. A key given twice is an
error; so is a placeholder that has no value, and a value that no placeholder uses.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from games.core import plugins, toml
from games.core.errors import BadInput, unknown

Texts = dict[str, Any]

_FOLDER = Path(__file__).parents[2] / "texts"

_ANY_LANGUAGE = "emotion"
"""First key of what is the same in all languages: `[emotion.anger]`."""

_FRAMED = {"frame": 1, "game": 2}
"""Sections in which a frame can put its own texts over the common ones, and at which depth."""


class TextError(ValueError):
    """The texts and what the engine says do not fit together: a defect of a text file."""


class Catalogue:
    """All texts in all languages.

    Args:
        sources: parsed text files by name.

    Raises:
        TextError: two files give the same key.
    """

    def __init__(self, sources: Mapping[str, Texts]) -> None:
        """Merge the files."""
        self.sources = sources
        """The files as they were given."""
        self._texts: Texts = {}
        self._known: dict[tuple[str, ...], Any] = {}
        for source, texts in sources.items():
            for path in _merge(self._texts, texts):
                other = next(name for name, given in sources.items() if _holds(given, path))
                raise TextError(f"{source} repeats the key {'.'.join(path)} of {other}")
        self._emotions: Texts = self._texts.pop(_ANY_LANGUAGE, {})

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages, in alphabetical order."""
        return tuple(sorted(self._texts))

    def get(self, language: str, *path: str) -> Any:  # noqa: ANN401 - a text or a table of texts
        """The text or table at a path.

        Raises:
            BadInput: the language is unknown.
            TextError: the language has no such text.
        """
        if language not in self._texts:
            raise unknown("language", language, self._texts)
        entry = self.find(language, *path)
        if entry is None:
            raise TextError(f"no text for {'.'.join((language, *path))}")
        return entry

    def find(self, language: str, *path: str) -> Any:  # noqa: ANN401
        """The text or table at a path, or None."""
        entry: Any = self._texts.get(language)
        for key in path:
            if not isinstance(entry, dict) or key not in entry:
                return None
            entry = entry[key]
        return entry

    def framed(self, language: str, frame: str, *path: str) -> Any:  # noqa: ANN401
        """The text or table that a frame puts over the common one, or the common one, or None."""
        key = (language, frame, *path)
        if key not in self._known:  # looked up some thirty times a prompt
            self._known[key] = self._framed(language, frame, path)
        return self._known[key]

    def _framed(self, language: str, frame: str, path: tuple[str, ...]) -> Any:  # noqa: ANN401
        at = _FRAMED.get(path[0])
        over = None if at is None else self.find(language, *path[:at], frame, *path[at:])
        return self.find(language, *path) if over is None else over

    def emotions(self, language: str) -> dict[str, str]:
        """Ids of all emotions that can be reported, in alphabetical order, each with its word."""
        emotions = self.get(language, "emotion")
        return {name: texts["word"] for name, texts in sorted(emotions.items()) if "word" in texts}

    def shapes(self, language: str, count: int) -> dict[str, str]:
        """Ids of the first shapes of a neutral report, in their usual order, each with its word."""
        return dict(sorted(self.get(language, "shape").items())[:count])

    def offered(self, language: str, vocabulary: Iterable[str]) -> dict[str, str]:
        """Ids of the emotions of a vocabulary, in its order, each with its word.

        Raises:
            BadInput: the language is unknown.
            TextError: it has no word for one of them.
        """
        return {name: self.get(language, "emotion", name, "word") for name in vocabulary}

    def face(self, emotion: str) -> str | None:
        """The face that stands for an emotion in all languages, if there is one."""
        face: str | None = self._emotions.get(emotion, {}).get("face")
        return face

    def inductions(self, language: str) -> dict[str, tuple[str, ...]]:
        """Ids of what can be induced, each with its causes; the placebo is among them."""
        emotions = self.get(language, "emotion")
        return {
            name: ("simple", *texts["cause"])
            for name, texts in sorted(emotions.items())
            if "cause" in texts
        }


def texts_below(entry: Any) -> Iterator[str]:  # noqa: ANN401 - a text, or a table or list of them
    """Every text in a table or a list of texts, however deep."""
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, list | dict):
        for below in entry.values() if isinstance(entry, dict) else entry:
            yield from texts_below(below)


@cache
def placeholders(template: str) -> frozenset[str]:
    """Names of the placeholders of a template."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def fill(template: str, values: Mapping[str, str]) -> str:
    """A template with its placeholders replaced.

    Raises:
        TextError: a placeholder has no value, or a value is not used.
    """
    wanted = placeholders(template)
    if missing := wanted - set(values):
        raise TextError(f"no value for {_names(missing)} in {template!r}")
    if unused := set(values) - wanted:
        raise TextError(f"the text must mention {_names(unused)}: {template!r}")
    return template.format_map(values)


def text_files() -> list[plugins.File]:
    """Text files of ours, then those that installed packages register."""
    return plugins.files("texts", _FOLDER)


@cache
def catalogue() -> Catalogue:
    """The texts that ship with the program and with installed packages, read once.

    Raises:
        BadInput: a file of a package is no TOML, or repeats a key.
    """
    texts = {
        file.label: toml.read(file.path, f"text file {file.label}")[0] for file in text_files()
    }
    try:
        return Catalogue(texts)
    except TextError as error:
        raise BadInput(str(error)) from None


def _merge(into: Texts, texts: Texts, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Add texts to others, and give the paths that both have."""
    for key, value in texts.items():
        here = (*path, key)
        if key not in into:
            into[key] = {} if isinstance(value, dict) else value
        elif not (isinstance(into[key], dict) and isinstance(value, dict)):
            yield here
        if isinstance(value, dict):
            yield from _merge(into[key], value, here)


def _holds(texts: Any, path: tuple[str, ...]) -> bool:  # noqa: ANN401 - a table or a text
    """Whether there is anything at a path."""
    for key in path:
        if not isinstance(texts, dict) or key not in texts:
            return False
        texts = texts[key]
    return True


def _names(keys: AbstractSet[str]) -> str:
    return ", ".join(f"{{{key}}}" for key in sorted(keys))
