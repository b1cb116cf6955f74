"""The catalogue of texts: TOML files of one shape, merged, with strict filling.

Every key begins with its language, or with "emotion" if it holds in all languages. Any file may add
any key, so that a language, a game or an emotion is one new file. A repeated key is an error. So
are a placeholder without a value, and a value without a placeholder.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, TypeVar

from games.core import plugins, toml
from games.core.errors import BadInput, Named, unknown

T = TypeVar("T")
Texts = dict[str, Any]

_FOLDER = Path(__file__).parents[2] / "texts"

_ANY_LANGUAGE = "emotion"
"""First key of texts that are the same in all languages: `[emotion.anger]`."""

_THING = 3
"""Number of keys to a game or an emotion: language, section and id."""

_FRAMED = {"frame": 1, "game": 2, "lab": 1}
"""Sections in which a frame can override the common texts, and the depth of the frame's key."""


class TextError(ValueError):
    """A text file does not match the engine's messages."""


class Catalogue:
    """All texts in all languages.

    If two files define a text, the first one is listed, and looking the text up is an error.

    Args:
        sources: parsed text files by name.
        faults: errors in other files, one line each.
    """

    def __init__(self, sources: Mapping[str, Texts], faults: Iterable[str] = ()) -> None:
        """Merge the files."""
        self.sources = sources
        """The files as given."""
        self._texts: Texts = {}
        self._disputed: dict[tuple[str, ...], str] = {}
        self._known: dict[tuple[str, ...], Any] = {}
        self._named: dict[tuple[str, str], Named[Any]] = {}
        self.flat: dict[tuple[Any, ...], list[tuple[list[Any], dict[str, str]]]] = {}
        """Slots of rules by where they stand, each with the values of facts that selected them."""
        for source, texts in sources.items():
            for path in _merge(self._texts, texts):
                other = next(name for name, given in sources.items() if _holds(given, path))
                fault = f"{source} repeats the key {'.'.join(path)} of {other}"
                self._disputed.setdefault(path[:_THING], fault)
        self._emotions: Texts = self._texts.pop(_ANY_LANGUAGE, {})
        self.faults = (*faults, *self._disputed.values())
        """Errors in files, one line each. A game or an emotion with several repeated keys has one
        line."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages, in alphabetical order."""
        return tuple(sorted(self._texts))

    def get(self, language: str, *path: str) -> Any:  # noqa: ANN401 - a text or a table of texts
        """The text or table at a path.

        Raises:
            BadInput: the language is unknown, or two files define texts of this game or emotion.
            TextError: the language lacks the text.
        """
        if language not in self._texts:
            raise unknown("language", language, self._texts)
        entry = self.find(language, *path)
        if entry is None:
            raise TextError(f"no text for {'.'.join((language, *path))}")
        return entry

    def find(self, language: str, *path: str) -> Any:  # noqa: ANN401
        """The text or table at a path, or None.

        Raises:
            BadInput: two files define texts of this game or emotion.
        """
        if self._disputed:
            self._check(language, *path)
        entry: Any = self._texts.get(language)
        for key in path:
            if not isinstance(entry, dict) or key not in entry:
                return None
            entry = entry[key]
        return entry

    def _check(self, *path: str) -> None:
        """Refuse a game or an emotion that two files define."""
        for keys in range(1, _THING + 1):
            if fault := self._disputed.get(path[:keys]):
                raise BadInput(fault)

    def framed(self, language: str, frame: str, *path: str) -> Any:  # noqa: ANN401
        """The text or table of a frame if there is one, else the common one, or None."""
        key = (language, frame, *path)
        if key not in self._known:  # Looked up some thirty times per prompt.
            self._known[key] = self._framed(language, frame, path)
        return self._known[key]

    def _framed(self, language: str, frame: str, path: tuple[str, ...]) -> Any:  # noqa: ANN401
        at = _FRAMED.get(path[0])
        over = None if at is None else self.find(language, *path[:at], frame, *path[at:])
        return self.find(language, *path) if over is None else over

    def emotions(self, language: str) -> Named[str]:
        """Ids of all reportable emotions in alphabetical order, each with its word."""
        return self._once(language, "word", lambda word: word)

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
        """The face of an emotion in all languages, if there is one."""
        face: str | None = self._emotions.get(emotion, {}).get("face")
        return face

    def drawing(self, emotion: str) -> Mapping[str, str] | None:
        """The parts of the drawn face of an emotion, by name, if its file states them."""
        drawing: Mapping[str, str] | None = self._emotions.get(emotion, {}).get("drawing")
        return drawing

    def inductions(self, language: str) -> Named[tuple[str, ...]]:
        """Ids of inducible emotions and the placebo, each with its causes."""
        return self._once(language, "cause", lambda causes: ("simple", *causes))

    def _once(self, language: str, key: str, read: Callable[[Any], T]) -> Named[T]:
        """`_felt`, computed once for each language."""
        if (language, key) not in self._named:
            self._named[language, key] = self._felt(language, key, read)
        return self._named[language, key]

    def _felt(self, language: str, key: str, read: Callable[[Any], T]) -> Named[T]:
        """One text of each emotion that has it; the faults are emotions that two files define."""
        felt: Named[T] = Named()
        for path, fault in self._disputed.items():
            if "emotion" in path[:-1]:  # of a language, or of none
                felt.faults[path[path.index("emotion") + 1]] = fault
        for name, texts in sorted(self.get(language, "emotion").items()):
            if key in texts and name not in felt.faults:
                felt[name] = read(texts[key])
        return felt


def texts_below(entry: Any) -> Iterator[str]:  # noqa: ANN401 - a text, or a table or list of them
    """All texts in a table or a list of texts, at any depth."""
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
    wanted, given = placeholders(template), values.keys()
    if wanted == given:
        return template.format_map(values)
    if missing := wanted - given:
        raise TextError(f"no value for {_names(missing)} in {template!r}")
    raise TextError(f"the text must mention {_names(given - wanted)}: {template!r}")


def text_files() -> list[plugins.File]:
    """Text files of this package, then text files of installed packages."""
    return plugins.files("texts", _FOLDER)


@cache
def catalogue() -> Catalogue:
    """The texts that ship with the program and with installed packages, read once.

    A file that is not valid TOML is left out.
    """
    texts: dict[str, Texts] = {}
    faults = [*plugins.no_folders("texts").values()]
    for file in text_files():
        try:
            texts[file.label] = toml.read(file.path, f"text file {file.label}")[0]
        except BadInput as error:
            faults.append(str(error))
    return Catalogue(texts, faults)


def _merge(into: Texts, texts: Texts, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Merge texts into others; returns the paths that occur in both."""
    for key, value in texts.items():
        here = (*path, key)
        if key not in into:
            into[key] = {} if isinstance(value, dict) else value
        elif not (isinstance(into[key], dict) and isinstance(value, dict)):
            yield here
            continue
        if isinstance(value, dict):
            yield from _merge(into[key], value, here)


def _holds(texts: Any, path: tuple[str, ...]) -> bool:  # noqa: ANN401 - a table or a text
    """Whether a path leads to a text or a table."""
    for key in path:
        if not isinstance(texts, dict) or key not in texts:
            return False
        texts = texts[key]
    return True


def _names(keys: AbstractSet[str]) -> str:
    return ", ".join(f"{{{key}}}" for key in sorted(keys))
