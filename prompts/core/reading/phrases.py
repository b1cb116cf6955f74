"""`Phrases`: all names of options, found in plain text in one pass."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from games.core.types import Choice
from prompts.core.reading.vocabulary import listed, number_words, pattern_of, plain, vocabulary
from prompts.core.rendering.labels import Labels
from prompts.core.texts.catalogue import catalogue

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_GAP = " ... "
"""Stands for one to four words in a name."""
_TWINS = {
    **dict(zip("авекмнорстху", "abekmhopctxy", strict=True)),
    **dict(zip("abekmhopctxy", "авекмнорстху", strict=True)),
}
"""Capitals with the same shape in Cyrillic and Latin. A label of one letter may be written in
either."""


@dataclass(frozen=True)
class Mention:
    """A place in a text that names an option.

    Args:
        start: offset of its beginning.
        end: offset of its end.
        value: the engine's word for the option.
    """

    start: int
    end: int
    value: str


@dataclass(frozen=True)
class Phrases:
    """Searchable names of values.

    Args:
        literal: value of each name.
        families: engine's words with placeholders, by the number of the pattern's group.
        pattern: matches any name.
        letters: matches lower-case letters that are names or articles; None if no name is such a
            letter.
    """

    literal: Mapping[str, str]
    families: Mapping[str, str]
    pattern: re.Pattern[str]
    letters: re.Pattern[str] | None = None

    @property
    def names_no_numbers(self) -> bool:
        """Whether no name contains a number."""
        return not any("{" in value for value in self.families.values())

    def spelled(self, text: str) -> str:
        """A plain text in the spelling of the pattern."""
        return text if self.names_no_numbers else number_words(text)

    def without_articles(self, text: str) -> str:
        """A text without articles that equal a lower-case name.

        Args:
            text: the text in its original case: "B, a safe choice" beside options A and B.
        """
        return text if self.letters is None else self.letters.sub("", text)

    def mentions(self, text: str) -> Iterator[Mention]:
        """Mentions of values in a plain text, in order."""
        for phrase in self.pattern.finditer(text):
            yield Mention(phrase.start(), phrase.end(), self._value(phrase))

    def _value(self, phrase: re.Match[str]) -> str:
        if phrase.lastgroup == "literal":
            return self.literal[phrase[0]]
        group = str(phrase.lastgroup)
        numbers = {
            name.removeprefix(f"{group}_"): value
            for name, value in phrase.groupdict().items()
            if name.startswith(f"{group}_") and value is not None
        }
        return _PLACEHOLDER.sub(lambda gap: str(int(numbers[gap[1]])), self.families[group])


@lru_cache(4096)
def option_phrases(labels: Labels, space: Choice) -> Phrases:
    """Names of the options of a choice, and of actions that are not open now.

    A reply that names an unavailable action beside an option is no answer. Words without other
    forms in answers, such as cards, may appear in a reason.
    """
    words = {value: labels.words[value] for value in labels.forms if value in labels.words}
    for option in space.options:
        value = labels.key(option)
        words[value] = labels.words.get(value, option)
    return _phrases(words, labels.forms)


@cache
def emotion_phrases(language: str, vocabulary: tuple[str, ...]) -> Phrases:
    """The names of the emotions of a vocabulary, in this language first."""
    texts = catalogue()
    forms: dict[str, list[str]] = {emotion: [] for emotion in vocabulary}
    for spoken in texts.languages:
        words = texts.emotions(spoken)
        for emotion in words.keys() & forms.keys():
            more = texts.find(spoken, "emotion", emotion, "forms") or ()
            forms[emotion] += [words[emotion], *more]
    return _phrases(texts.offered(language, vocabulary), forms)


@cache
def shape_phrases(language: str, count: int) -> Phrases:
    """Names of the first `count` shapes, in this language first."""
    texts = catalogue()
    offered = texts.shapes(language, count)
    forms = {
        shape: [word for code in texts.languages if (word := texts.find(code, "shape", shape))]
        for shape in offered
    }
    return _phrases(offered, forms)


def _phrases(words: Mapping[str, str], forms: Mapping[str, Iterable[str]]) -> Phrases:
    literal = {plain(word): value for value, word in words.items() if "{" not in value}
    others: dict[str, set[str]] = {}
    for name, value in literal.items():
        if len(name) == 1:
            others.setdefault(_TWINS.get(name, name), set()).add(value)
    for value, names in forms.items():
        for name in names if "{" not in value else ():
            others.setdefault(plain(name), set()).add(value)
    # A name shared by two values names neither. The words of the prompt precede all others.
    literal = {name: min(of) for name, of in others.items() if len(of) == 1} | literal
    gapped = {name: literal.pop(name) for name in [*literal] if _GAP in name}
    families = dict(_families(words, forms)) | dict(_gapped(gapped))
    names = "|".join(map(_name, sorted(literal, key=len, reverse=True)))
    literal |= {name.removesuffix("."): value for name, value in literal.items()}
    alternatives = [f"(?P<{key}>{pattern})" for key, (_, pattern) in families.items()]
    alternatives += [f"(?P<literal>{names})"] * bool(names)
    pattern = (
        rf"(?<!\w)(?<!\w['-])(?<!\d[.,])(?:{'|'.join(alternatives) or '(?!)'})"
        r"(?!\w)(?!['-]\w)(?![.,]\d)"
    )
    engine = {key: value for key, (value, _) in families.items()}
    letters = _articles([name for name in literal if len(name) == 1])
    return Phrases(literal, engine, re.compile(pattern), letters)


def _articles(names: list[str]) -> re.Pattern[str] | None:
    """Lower-case letters before a word that shows them to be articles."""
    if not any(name.isalpha() for name in names):
        return None
    letters = "".join(re.escape(name) for name in names)
    predicates = pattern_of(listed("stance", "predicates"))
    return re.compile(rf"(?<!\w)[{letters}](?= [^\W\d]{{2}})(?! {predicates})")


def _name(name: str) -> str:
    """Pattern of a name. A name that ends with a full stop matches only at the end of the text."""
    return re.escape(name) if name[-1] != "." else rf"{re.escape(name[:-1])}(?=\W*\Z)"


def _families(
    words: Mapping[str, str], forms: Mapping[str, Iterable[str]]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """A key for each wording of a family, with the engine's word and the pattern."""
    number = 0
    for value in words:
        for name in [words[value], *forms.get(value, ())] if "{" in value else ():
            number += 1
            yield f"f{number}", (value, _template(name, f"f{number}"))


def _gapped(names: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """A key for each name of two parts, with other words allowed between them unless they deny."""
    between = rf"(?: (?!{vocabulary().negations.pattern})\w+){{1,4}} "
    for number, (name, value) in enumerate(names.items()):
        yield f"g{number}", (value, between.join(map(re.escape, name.split(_GAP))))


def _template(name: str, key: str) -> str:
    """Pattern of a name with placeholders, in the spelling of plain text."""
    # Numbers replace the placeholders during conversion, since plain spelling depends on numbers.
    gaps = _PLACEHOLDER.findall(name)
    for at, gap in enumerate(gaps):
        name = name.replace(f"{{{gap}}}", f"990{at}")
    pattern = re.escape(plain(name))
    for at, gap in enumerate(gaps):
        pattern = pattern.replace(f"990{at}", rf"(?P<{key}_{gap}>[0-9]{{1,9}})")
    return pattern
