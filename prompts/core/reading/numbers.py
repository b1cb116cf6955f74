"""Numbers in the plain text of a reply: digits, words, groups of three, shares."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from prompts.core.reading.vocabulary import number_words, vocabulary
from prompts.core.texts.catalogue import catalogue

TOKEN = re.compile(r"\w+(?:['-]\w+)*|[^\w\s]")
SHARES = {"all": Fraction(1), "half": Fraction(1, 2), "none": Fraction(0)}
_ROUND = re.compile(r"(?<=\d),0{1,2}(?!\d)")
_GROUPS = re.compile(
    r"(?<![\d.,])\d{1,3}(?:(?:[']\d{3})+|(?:_\d{3})+|(?:,\d{3}){2,}|(?:\.\d{3}){2,})(?![\d.,])"
)
_WHOLE = re.compile(r"(?<![\w.,/^-])(?P<number>\d{1,18})(?:\.0{1,2})?(?![\d/^]|[.,]\d|[-–—]\d)")


@dataclass(frozen=True)
class Number:
    """A whole number in a text.

    Args:
        start: where it begins.
        end: where it ends.
        value: the number; a percentage is a share of the whole.
    """

    start: int
    end: int
    value: int


def grouped(text: str, language: str) -> str:
    """Groups of three digits joined: in the language's own way, or where no other is possible."""
    text = _GROUPS.sub(lambda group: re.sub(r"\D", "", group[0]), text)
    mark = catalogue().find(language, "reply", "thousands")
    if not mark:
        return text
    if mark != ",":
        text = _ROUND.sub("", text)
    own = rf"(?<![\d.,])\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+(?![\d.,]\d|\d)"
    return re.sub(own, lambda group: group[0].replace(mark, ""), text)


def numbers(text: str, high: int) -> Iterator[Number]:
    """The whole numbers in a text whose numbers are in digits.

    Args:
        text: the text.
        high: what 100 % are.
    """
    percent = re.compile(rf" ?{vocabulary().percent.pattern}")
    for whole in _WHOLE.finditer(text):
        value, end = int(whole["number"]), whole.end()
        if share := percent.match(text, end):
            value, end = value * high // 100, share.end()
        yield Number(whole.start(), end, value)


def shares_named(text: str) -> set[Fraction]:
    """Every share of the whole in a plain text: percent, and words for all, half and none."""
    text = number_words(text)
    percent = re.finditer(rf"(?<![\d.,])(\d{{1,3}}) ?{vocabulary().percent.pattern}", text)
    words = {vocabulary().shares.get(token) for token in TOKEN.findall(text)}
    return {Fraction(int(share[1]), 100) for share in percent} | {
        SHARES[word] for word in words if word is not None
    }


def pair_named(text: str) -> int | None:
    """The number of a pair of equal ones, as in 50-50; None where no such pair stands.

    Args:
        text: a plain text with numbers in digits.
    """
    if vocabulary().even.search(text):
        return 50
    pair = _pair().search(text)
    return None if pair is None else int(pair["one"])


def without_pair(text: str, half: int) -> str:
    """A text with a number instead of the pair."""
    return _pair().sub(str(half), vocabulary().even.sub(str(half), text))


@cache
def _pair() -> re.Pattern[str]:
    joined = rf"(?: ?(?:[-–—]|{vocabulary().between}) ?| )"
    return re.compile(
        rf"(?<![\d.,/-])(?P<one>\d{{1,9}}){joined}(?P=one)(?![\d%]|[.,/]\d| ?[-–—=]\d)"
    )
