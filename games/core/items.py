"""Item sets: texts that are judged one by one, each with what is right, if anything is.

A set is one file: TOML for those of our own, JSON for those that a user has imported. Both have the
same keys. The folder of our own sets is searched first, then those that `look_in` names.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from games.core import toml
from games.core.errors import BadInput, unknown
from games.core.types import Text

OWN: Final = Path(__file__).parents[1] / "items"
"""The folder of the sets that ship with the program."""

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "judgement": ("act",),
    "dilemma": ("situation", "first", "second"),
    "stereotype": ("context", "sentence"),
}
"""Kinds of sets, each with the texts that its items have in every language."""

RIGHT: Final[Mapping[str, tuple[str, ...]]] = {
    "judgement": ("wrong", "not_wrong"),
    "dilemma": ("first", "second"),
    "stereotype": ("stereotype", "anti_stereotype", "unrelated"),
}
"""What can be right in items of each kind. In dilemmas it may be left out."""

_SILENT: Final = Text("", {"en": ""})

_folders: list[Callable[[], Path]] = []


@dataclass(frozen=True)
class Item:
    """One item.

    Args:
        id: its name within the set, without spaces.
        texts: by part, as PARTS names them; each in all languages of the set.
        right: the option that is right, of RIGHT; empty if none is.
        tags: what it is about, such as a rule that is broken.
    """

    id: str
    texts: Mapping[str, Text] = field(hash=False)
    right: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class ItemSet:
    """A set of items.

    Args:
        name: its id, the name of its file.
        kind: of PARTS.
        about: one line that says what it is.
        items: in the order of the file.
        digest: hash of everything that is shown or scored, 16 hexadecimal digits.
        licence: under which the texts are.
        source: where they are from.
        warning: what a reader is told before the texts are shown, named by itself in English;
            empty if nothing has to be.
        acts: whether the first option of every dilemma is to act.
    """

    name: str
    kind: str
    about: str
    items: tuple[Item, ...] = field(hash=False)
    digest: str
    licence: str = ""
    source: str = ""
    warning: Text = _SILENT
    acts: bool = False

    def item(self, name: str) -> Item:
        """The item of an id.

        Raises:
            BadInput: there is none.
        """
        for item in self.items:
            if item.id == name:
                return item
        raise unknown(f"item of {self.name}", name, [item.id for item in self.items])


def look_in(folder: Callable[[], Path]) -> None:
    """Search a further folder for sets.

    Args:
        folder: gives the folder whenever a set is asked for; it need not be there.
    """
    _folders.append(folder)


def available() -> dict[str, Path]:
    """The files of all sets by name, our own first."""
    files: dict[str, Path] = {}
    for folder in (OWN, *(each() for each in _folders)):
        for ending in ("toml", "json"):
            for path in sorted(folder.glob(f"*.{ending}")):
                files.setdefault(path.stem, path)
    return files


def load(name: str) -> ItemSet:
    """The set of a name.

    Raises:
        BadInput: there is none, or its file is not such a set.
    """
    known = available()
    if name not in known:
        raise BadInput(f"{unknown('item set', name, known)}; published sets are imported first")
    path = known[name]
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _read(path: Path, changed: int) -> ItemSet:  # noqa: ARG001 - a file that changed is read again
    what = f"item set {path.name}"
    if path.suffix == ".toml":
        data = toml.read(path, what)[0]
    else:
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BadInput(f"{what} cannot be read as JSON: {type(error).__name__}") from None
    return parse(path.stem, data, what)


def parse(name: str, data: Mapping[str, Any], what: str) -> ItemSet:
    """A set from the keys of its file.

    Args:
        name: its id.
        data: the file.
        what: what the user would call the file, for errors. No error repeats a text of an item.

    Raises:
        BadInput: a key is missing or wrong.
    """
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in PARTS:
        raise BadInput(f"{what}: kind must be one of {', '.join(PARTS)}, not {kind!r}")
    rows = data.get("items")
    if not isinstance(rows, list) or not rows:
        raise BadInput(f"{what} has no items: it needs a list of tables under items")
    items = tuple(_item(row, kind, f"item {at} of {what}") for at, row in enumerate(rows, 1))
    if len({item.id for item in items}) < len(items):
        raise BadInput(f"{what}: two items have the same id")
    acts = data.get("acts") is True
    texts = {key: str(data.get(key, "")) for key in ("about", "licence", "source")}
    warning, digest = _warning(data.get("warning", ""), what), _digest(kind, items)
    return ItemSet(name, kind, items=items, digest=digest, warning=warning, acts=acts, **texts)


def _warning(said: Any, what: str) -> Text:  # noqa: ANN401 - as the file has it
    """What a reader is told: one text in English, or a table of texts by language."""
    by_language = {"en": said} if isinstance(said, str) else said
    if (
        not isinstance(by_language, dict)
        or "en" not in by_language
        or not all(isinstance(text, str) for text in by_language.values())
    ):
        raise BadInput(f"{what}: warning must be a text, or a table of texts by language with en")
    return Text(by_language["en"], by_language)


def _item(row: Any, kind: str, where: str) -> Item:  # noqa: ANN401 - as the file has it
    """One item, checked."""
    if not isinstance(row, dict):
        raise BadInput(f"{where} must be a table")
    name, right, tags = row.get("id"), row.get("right", ""), row.get("tags", [])
    if not isinstance(name, str) or not name or len(name.split()) != 1:
        raise BadInput(f"{where}: id must be a word without spaces")
    where = f"{where} ({name})"
    if right not in RIGHT[kind] and (right or kind != "dilemma"):
        raise BadInput(f"{where}: right must be one of {', '.join(RIGHT[kind])}, not {right!r}")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise BadInput(f"{where}: tags must be a list of texts")
    said = {key: each for key, each in row.items() if key not in {"id", "right", "tags"}}
    return Item(name, dict(_texts(name, said, kind, where)), right, tuple(tags))


def _texts(name: str, said: Mapping[str, Any], kind: str, where: str) -> Iterator[tuple[str, Text]]:
    """The texts of an item by part, from tables by language."""
    if "en" not in said:
        raise BadInput(f"{where} has no text in English: it needs a table en")
    for part in PARTS[kind]:
        by_language = {}
        for language, table in said.items():
            text = table.get(part) if isinstance(table, dict) else None
            if not isinstance(text, str) or not text.strip():
                raise BadInput(f"{where}: {language} needs a text {part}")
            by_language[language] = " ".join(text.split())
        yield part, Text(f"{name}.{part}", by_language)


def _digest(kind: str, items: tuple[Item, ...]) -> str:
    content = [
        [item.id, item.right, item.tags, {part: text.said for part, text in item.texts.items()}]
        for item in items
    ]
    text = json.dumps([kind, content], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
