"""Texts that a design can reach, as one hash per file: a run's manifest stores the hashes.

Unreachable texts are excluded: those of other languages, games, frames and emotions, unless answers
are read with them. A text that no rule below excludes is included.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, get_args

from prompts.core.rendering.voice import Frame, Voice
from prompts.core.texts.catalogue import catalogue, texts_below
from prompts.core.texts.plurals import units
from prompts.core.types import Asking

Path = tuple[str, ...]

_FRAMES = frozenset(get_args(Frame)) - {"named"}
_TELLINGS = frozenset({"hidden", "visible", "visible_untold", "manipulative", "face"})
_NAMES = frozenset({"words", "actions", "forms"})
"""Keys of words that answers can use. Answers are read in all languages."""


@dataclass(frozen=True)
class Reach:
    """Settings of a design that decide which texts its players can read.

    Args:
        voices: wording settings of the players.
        games: names of the games that are described.
        forms: forms in which answers are asked for.
        shown: emotions that can be reported or shown.
        checked: whether any player is asked for a self-report at the end.
    """

    voices: tuple[Voice, ...]
    games: frozenset[str]
    forms: frozenset[Asking]
    shown: frozenset[str]
    checked: bool

    def hashes(self) -> dict[str, str]:
        """Hashes of the reachable texts by file name; files without any are left out."""
        if not self.voices:
            return {}
        rules = _Rules(self)
        told = {
            name: [leaf for leaf in _leaves(texts) if rules.reach(leaf[0])]
            for name, texts in catalogue().sources.items()
        }
        counted = set(_nouns(leaf for leaves in told.values() for leaf in leaves))
        hashes = {}
        for name, leaves in told.items():
            reached = [(path, text) for path, text in leaves if _is_counted(path, counted)]
            if reached:
                text = json.dumps(sorted(reached, key=lambda leaf: leaf[0]), ensure_ascii=False)
                hashes[name] = hashlib.sha256(text.encode()).hexdigest()[:16]
        return hashes


class _Rules:
    """Reachability of text paths, one rule per section."""

    def __init__(self, reach: Reach) -> None:
        self._about = reach
        voices = reach.voices
        self._languages = {voice.language for voice in voices}
        self._frames = {voice.frame for voice in voices}
        self._induced = {voice.emotion.induced for voice in voices if voice.emotion.in_words}
        self._tellings = {voice.emotion.telling for voice in voices}
        self._perceive = any(voice.emotion.perceives for voice in voices)
        self._coplayers = {voice.coplayer for voice in voices}
        self._sections = {voice.emotion.section for voice in voices}

    def reach(self, path: Path) -> bool:
        """Whether the text at a path is reachable. The path begins with the language."""
        language, section, *rest = path
        if language not in catalogue().languages:
            return False  # faces are never told
        if section == "lab":
            return False  # pages around matches belong to no question
        if section == "reply":
            return True  # answers are read by the words of all languages
        if section == "game" and (rest[0] not in self._about.games or rest[1] in _NAMES):
            return rest[0] in self._about.games
        if section == "emotion" and rest[1] in {"word", "forms"}:
            return rest[0] in self._about.shown
        return language in self._languages and self._told(section, rest)

    def _told(self, section: str, rest: list[str]) -> bool:
        """Whether a text in a language of the design can appear in a prompt."""
        frame = {"frame": rest[:1], "game": rest[1:2]}.get(section, [])
        if {*frame} & _FRAMES - self._frames:
            return False
        if section == "frame" and rest[0] == "coplayer":
            return rest[1] in self._coplayers
        if section == "mode" and rest[0] == "perceives":
            return self._perceive
        forms = {*get_args(Asking)} if section == "answer" else set()
        if {*rest} & (forms - self._about.forms | _TELLINGS - self._tellings):
            return False
        wanted = {
            "council": "council" in self._sections,
            "belief": "belief" in self._sections,
            "check": self._about.checked,
            "emotion": rest[0] in self._induced,
            "induction": bool(self._induced),
        }
        return wanted.get(section, True)


def _nouns(leaves: Iterable[tuple[Path, Any]]) -> Iterator[tuple[str, str]]:
    """The counted nouns of texts, each with its language."""
    for (language, *_), entry in leaves:
        for text in texts_below(entry):
            for unit in units(text):
                yield language, unit


def _is_counted(path: Path, counted: AbstractSet[tuple[str, str]]) -> bool:
    """Whether a text is no form of a noun, or the noun is counted by a reachable text."""
    return path[1] != "plural" or (path[0], path[2]) in counted


def _leaves(texts: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    for key, value in texts.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key), value
