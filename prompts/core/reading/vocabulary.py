"""Words by which replies are read, from the texts of all languages together.

A model asked in one language may answer in another. Words that change the meaning of an answer
therefore count in every language.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from prompts.core.texts.catalogue import catalogue

_SUPERSCRIPTS = dict.fromkeys(map(ord, "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"), "^")
"""Normalisation would turn them into digits, and 5² into fifty-two."""
_CHARACTERS = {
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f\u20e3"), None),
    **dict.fromkeys(map(ord, "’‘`´"), "'"),
    **dict.fromkeys(map(ord, "“”„«»‹›"), '"'),
    **dict.fromkeys(map(ord, "‐‑−"), "-"),
    ord("ё"): "е",
    ord("⁄"): "/",  # one half, normalised
}
_TIMES = re.compile(r"(?<=\d) ?(?:[x×х*✕✖]|\\times) ?(?=\d)")
_MARKUP = re.compile(
    r"\\(?:boxed|text|textbf|mathbf|mathrm) ?\{([^{}]*)\}"
    r"|</?(?:answer|action|final|strong|em|code|br) ?/?>"
)
_PAIRED = re.compile(r"<([biup])>(.{0,200}?)</\1>")
"""A closed tag of one letter. An unclosed one may be a label in brackets."""
_NESTED = 3
"""Largest depth of nested markup that is removed."""
_EMPHASIS = re.compile(r"[*]|(?<!\w)_+|_+(?!\w)|(?<!\w)'|'(?!\w)")
_WORD = re.compile(r"([^\W\d_]+)")
_SPACE = re.compile(r"[ \t\r\f\v\u00a0\u2000-\u200a\u202f\u205f\u3000]+")


def plain(text: str) -> str:
    """A text in one spelling: one case, one kind of digits, quotes and dashes, no emphasis.

    Options and replies are converted in the same way, so that equal texts stay equal.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_SUPERSCRIPTS))
        text = "".join(_digit(c) if c.isdecimal() else c for c in text)
    text = text.casefold()
    if not text.isascii():
        text = text.translate(_CHARACTERS)
    elif "`" in text:
        text = text.replace("`", "'")
    for _ in range(_NESTED if "\\" in text or "<" in text else 0):
        text = _PAIRED.sub(r" \2 ", _MARKUP.sub(r" \1 ", text))
    text = _SPACE.sub(" ", _TIMES.sub("x", _SPACE.sub(" ", text)))
    return _EMPHASIS.sub("", text).strip()


def _digit(character: str) -> str:
    return str(unicodedata.decimal(character))


def pattern_of(phrases: Iterable[str]) -> str:
    """A regular expression for any of these phrases as whole words, longest first.

    A phrase that ends with a hyphen stands for all words with this beginning.
    """
    distinct = sorted({plain(phrase) for phrase in phrases} - {""}, key=len, reverse=True)
    words = [_spaced(phrase) for phrase in distinct if phrase[0].isalnum()]
    signs = [_spaced(phrase) for phrase in distinct if not phrase[0].isalnum()]
    # One look-behind for all phrases: no phrase is tried inside a word.
    parts = [rf"(?<!\w)(?:{'|'.join(words)})"] * bool(words) + signs
    return f"(?:{'|'.join(parts)})" if parts else r"(?!)"


def _spaced(phrase: str) -> str:
    body = re.escape(phrase.removesuffix("-")).replace(r"\ ", r"\s+")
    if phrase[-1] == "-":
        return rf"{body}\w*"
    return rf"{body}(?!\w)" if phrase[-1].isalnum() else body


@dataclass(frozen=True)
class Vocabulary:
    """Searchable words of all languages that change the meaning of an answer.

    Args:
        negations: words that deny an action.
        hedges: words that leave the action open.
        corrections: words that retract an earlier statement.
        refusals: words that decline to answer.
        percent: words that make a number a share.
        because: words that begin a reason.
        parts: words between a number and its total.
        between: words between the two numbers of a split.
        even: words for a split into halves.
        before: words that may precede an answer without changing it.
        before_number: the same before a number: also currency signs and recipients, but not units
            in words. In "my points: 30" the number need not be the amount given.
        after: words that may follow an answer without changing it, including units.
        numbers: words of numbers, each with its value.
        plurals: words of counted faces, each with the face.
        shares: words for all, half and none.
    """

    negations: re.Pattern[str]
    hedges: re.Pattern[str]
    corrections: re.Pattern[str]
    refusals: re.Pattern[str]
    percent: re.Pattern[str]
    because: re.Pattern[str]
    parts: str
    between: str
    even: re.Pattern[str]
    before: re.Pattern[str]
    before_number: re.Pattern[str]
    after: re.Pattern[str]
    numbers: dict[str, int]
    plurals: dict[str, int]
    shares: dict[str, str]


@cache
def vocabulary() -> Vocabulary:
    """The words of every language with texts."""
    patterns = {
        key: re.compile(pattern_of(listed(key)))
        for key in ("negations", "hedges", "corrections", "refusals", "percent", "even")
    }
    before, trailing, units = ([*listed(key)] for key in ("fillers", "trailing", "units"))
    before += [unit for unit in units if not unit[0].isalnum()]
    return Vocabulary(
        **patterns,
        because=re.compile(rf"[\s,;:.(—–-]{{0,6}}{pattern_of(listed('because'))}"),
        parts=pattern_of(listed("of")),
        between=pattern_of(listed("between")),
        before=re.compile(pattern_of(before)),
        before_number=re.compile(pattern_of([*before, *trailing])),
        after=re.compile(pattern_of([*units, *trailing])),
        numbers=dict(_numbers()),
        plurals={plain(word): int(n) for n, words in _tables("plurals") for word in words},
        shares={plain(word): share for share, words in _tables("shares") for word in words},
    )


def number_words(text: str) -> str:
    """A plain text with numbers in words written in digits; "5s" for counted faces."""
    known = vocabulary()
    pieces = _WORD.split(text)  # words at odd places, what is between them at even ones
    at, written = 1, [pieces[0]]
    while at < len(pieces):
        word, end = pieces[at], at
        if word in known.plurals:
            written.append(f"{known.plurals[word]}s")
        elif word in known.numbers:
            end = _run_end(pieces, at)
            run = [known.numbers[w] for w in pieces[at : end + 1 : 2] if w in known.numbers]
            written.append(" ".join(map(str, _summed(run))))
        else:
            written.append(word)
        written.append(pieces[end + 1])
        at = end + 2
    return "".join(written)


def _run_end(pieces: list[str], at: int) -> int:
    """Index of the last word of a number that begins here: "two hundred and five"."""
    numbers = vocabulary().numbers
    while at + 2 < len(pieces):
        skip = 4 if pieces[at + 1 : at + 4] == [" ", "and", " "] else 2
        if pieces[at + 1] not in {" ", "-"} or pieces[at + skip] not in numbers:
            break
        at += skip
    return at


def _summed(run: list[int]) -> list[int]:
    """Consecutive number words as the fewest possible numbers: 2, 100, 5 is 205; 5, 10 stay two."""
    numbers: list[int] = []
    for value in run:
        last = numbers[-1] if numbers else 0
        room = 10 ** len(str(value))
        if value in {100, 1000} and 0 < last < value:
            numbers[-1] = last * value
        elif last and value and last % room == 0 and (value > 9 or last % 100 != 10):  # noqa: PLR2004
            numbers[-1] = last + value
        else:
            numbers.append(value)
    return numbers


def _numbers() -> Iterator[tuple[str, int]]:
    """Words of numbers; all below a thousand in languages that join units and tens in one word."""
    for language in catalogue().languages:
        table = catalogue().find(language, "reply", "numbers") or {}
        words = {int(n): [plain(word) for word in words] for n, words in table.items()}
        joined = catalogue().find(language, "reply", "joined") or ()
        below = {n: words[n] for n in words if n < 100}  # noqa: PLR2004
        for unit, before in enumerate(joined, start=1):
            for ten in range(20, 100, 10):
                words[ten + unit] = below[ten + unit] = [before + word for word in words[ten]]
        for hundred in range(100, 1000, 100) if joined else ():
            for rest in range(1, 100):
                words[hundred + rest] = [h + r for h in words[hundred] for r in below[rest]]
        for n, spelled in words.items():
            yield from ((word, n) for word in spelled)


def listed(*path: str) -> tuple[str, ...]:
    """The words that the texts list under a path of keys, in all languages."""
    texts = catalogue()
    lists = (texts.find(spoken, "reply", *path) or () for spoken in texts.languages)
    return tuple(word for some in lists for word in some)


def _tables(key: str) -> Iterator[tuple[str, list[str]]]:
    for language in catalogue().languages:
        yield from (catalogue().find(language, "reply", key) or {}).items()
