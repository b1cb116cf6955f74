"""Reading of one field's value: an option, a number, or the problem with the value.

An answer is the one option or number that a value names. Only words without effect may stand right
beside it ("I", "my move is", "points"). A remark may follow a sign or "because", unless the remark
names another answer, sets a condition, denies the answer, or says that the player keeps the amount.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Literal
from unicodedata import category

from games.core.types import Amount
from prompts.core.reading.clauses import (
    SHORT,
    clauses,
    denies,
    is_taken_back,
    sentences,
    stance,
    without_idioms,
    words,
)
from prompts.core.reading.doubts import is_another
from prompts.core.reading.judgements import is_of_others
from prompts.core.reading.numbers import TOKEN, grouped, pair_named, without_pair
from prompts.core.reading.phrases import Phrases
from prompts.core.reading.shares import names_another
from prompts.core.reading.vocabulary import number_words, plain, vocabulary

Problem = Literal[
    "illegal", "negated", "number", "percent", "bounds", "ambiguous", "refused", "long"
]
"""Problem of a value: a key of the texts that ask again."""


class Unclear(Exception):
    """A value that cannot be read.

    Args:
        problem: the problem of the value.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem: Problem = problem


_DECORATION = " \t\r\n\"'“”«»*_`#|•.,;:!()[]{}…\\"
_PUNCTUATION = frozenset("\"'|•.,;:!()[]{}…-–—→=#/\\^~")
_BREAK = re.compile(r"[,;.!:](?=\s)|[(\[{|\n…]| [-–—→]+(?= )|—(?!\d)|[\U0001f300-\U0001faff☀-➿]")
"""Beginning of a possible remark after an answer."""
_WHOLE = re.compile(r"\+?(\d{1,18})")
_BLOB = re.compile(r"(?<![\w.,])[-+–—]?\d[\w.,/:^'+÷=-]*")
_POINT_FIRST = re.compile(r"(?<!\d)[.,]\d")
_WEIGHT = re.compile(r"\s*[:=]\s*\d|.*\b0?[.,]\d", re.DOTALL)
"""After an option: a number that weighs the option."""
_BARE_NUMBER = re.compile(r"\W*\d+\W*")
_EXACT = re.compile(r"([-+–—]?)(\d{1,18})(?:\.0{1,2})?([^\W\d_]*)")
_DIGIT = re.compile(r"\d")
_TRAILING = ".,:'-+=/"
_RANGE = re.compile(r"\d+[-–—]\d+")
_SUM = re.compile(r"\d\s*[+÷x=/]\s*\d")
_WORD = re.compile(r"\w+")
_NAME = "_"
_IT = "it"
"""Placeholder of the answer before its remark, so that a reason follows a word."""
_SHORT_REMARK = 4
"""Number of words of a remark that adds nothing to the answer: "for example"."""
_HALVES = 50
"""Per cent for each in an even split."""


def bare(text: str) -> str:
    """A plain text without enclosing quotes, brackets and full stops."""
    text = text.strip(_DECORATION)
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1].strip(_DECORATION)
    return text.removeprefix("> ").strip(_DECORATION)


def read_option(
    value: object,
    phrases: Phrases,
    is_open: Callable[[str], bool] = lambda _: True,
    *,
    remarks: bool = True,
) -> str:
    """The option that a value names.

    Args:
        value: value of a field.
        phrases: the names of options.
        is_open: whether an option may be chosen now.
        remarks: whether a remark may follow.

    Raises:
        Unclear: the value names no open option or several options, or retracts its option.
    """
    if not isinstance(value, str):
        raise Unclear("illegal")
    text = bare(plain(value))
    option = phrases.literal.get(text)
    if option is None:
        text = phrases.without_articles(value).replace('"', "")
        text = phrases.spelled(without_idioms(plain(text)))
        option = _the_only_option(bare(text), phrases, is_open, remarks=remarks)
    if not is_open(option):
        raise Unclear("illegal")
    return option


def _the_only_option(
    text: str, phrases: Phrases, is_open: Callable[[str], bool], *, remarks: bool
) -> str:
    mentions = list(phrases.mentions(text))
    if not mentions:
        raise Unclear(_nothing_named(text, "illegal"))
    option, first = mentions[0].value, mentions[0].end
    end = _end_of_answer(text, first)
    if len({mention.value for mention in mentions if mention.start < end}) > 1:
        raise Unclear("ambiguous")
    after = phrases.pattern.sub(" ", text[first:])
    if vocabulary().percent.search(text) or _WEIGHT.match(after):
        raise Unclear("ambiguous")
    if not is_open(option) and any(is_open(mention.value) for mention in mentions):
        raise Unclear("ambiguous")
    remark = text[end:]
    if _BARE_NUMBER.fullmatch(remark) or is_another(f"{_IT}{remark}", option, phrases, is_open):
        raise Unclear("ambiguous")
    _check_before(text[: mentions[0].start], "illegal")
    head = phrases.pattern.sub(" ", text[first:end])
    if phrases.names_no_numbers and not stance("moods").search(text[: mentions[0].start]):
        head = _amount().sub("", head)  # "bet 1 chip", "the offer of 30 points"
    _check_after(head, "illegal")
    _check_remark(remark, phrases.pattern, remarks=remarks)
    return option


@cache
def _amount() -> re.Pattern[str]:
    return re.compile(rf"(?:^|{vocabulary().parts}) ?\d+")


def _end_of_answer(text: str, end: int) -> int:
    """Start of a remark after an answer: a sign, a reason, or a rejected alternative."""
    begins = (pattern.search(text, end) for pattern in (_BREAK, _begins_remark()))
    return min((begin.start() for begin in begins if begin), default=len(text))


@cache
def _begins_remark() -> re.Pattern[str]:
    keeps = rf"{stance('joints').pattern} (?:\w+ )?{words('split', 'keeps').pattern}"
    return re.compile(rf" (?:{vocabulary().because.pattern}|{stance('instead').pattern}|{keeps})")


def read_number(
    value: object, space: Amount, language: str, *, is_scale: bool = False, remarks: bool = True
) -> int:
    """The whole number that a value names.

    Args:
        value: value of a field.
        space: bounds of the number.
        language: language whose thousands separators apply.
        is_scale: whether the number is a position on a scale, so that 70/100 and 70 are the same
            position, and 70 % too if the scale ends at 100. A share of points is never read as
            points.
        remarks: whether a remark may follow.

    Raises:
        Unclear: the value names no number, several, one outside the bounds, or a share.
    """
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int and not isinstance(value, str):
        raise Unclear("number")
    number = (
        value
        if isinstance(value, int)
        else _the_only_number(value, space, language, is_scale=is_scale, remarks=remarks)
    )
    if number not in space:
        raise Unclear("bounds")
    return number


def _the_only_number(
    value: str, space: Amount, language: str, *, is_scale: bool, remarks: bool
) -> int:
    text = plain(value)
    if _POINT_FIRST.search(text):
        raise Unclear("number")
    text = bare(text)
    if whole := _WHOLE.fullmatch(text):
        return int(whole[1])
    text = number_words(grouped(_players().sub(" ", text), language))
    text = _of_all(text, space.high, is_scale=is_scale)
    if not is_scale and (pair := pair_named(text)) is not None:
        text = _halved(text, pair, space)
    first = _BLOB.search(text)
    end = (
        _end_of_answer(text, first.start() + len(first[0].rstrip(_TRAILING)))
        if first
        else len(text)
    )
    head, remark = text[:end], text[end:]
    if vocabulary().percent.search(head):
        raise Unclear("percent")
    if first is None:
        raise Unclear(_nothing_named(text, "number"))
    if _SUM.search(text):
        raise Unclear("number")
    number = _number_of(head)
    _check_remark(remark, None if is_scale else _DIGIT, remarks=remarks)
    if (is_scale and _is_scaled(remark, number, space)) or (
        not is_scale and names_another(f"{_IT}{remark}", number, space, language)
    ):
        raise Unclear("ambiguous")
    return number


@cache
def _players() -> re.Pattern[str]:
    """Players, rounds and similar items that are numbered by a digit."""
    return re.compile(rf"{words('split', 'counted').pattern} \d(?!\d)")


def _number_of(head: str) -> int:
    """The number of an answer without the remark after it."""
    blobs = list(_BLOB.finditer(head))
    numbers = {_number(blob[0].rstrip(_TRAILING), alone=len(blobs) == 1) for blob in blobs}
    if len(numbers) > 1:
        raise Unclear("ambiguous")
    ends = [0, *(blob.start() + len(blob[0].rstrip(_TRAILING)) for blob in blobs)]
    starts = [*(blob.start() for blob in blobs), len(head)]
    before, *after = [head[a:b] for a, b in zip(ends, starts, strict=True)]
    _check_before(before, "number")
    _check_after(" ".join(after), "number")
    return numbers.pop()


def _halved(text: str, pair: int, space: Amount) -> str:
    """A text in which an even split, such as 50-50 or 100-100 of 200, is replaced by the half.

    Raises:
        Unclear: the pair names no half.
    """
    if space.high % 2 or pair not in {_HALVES, space.high // 2}:
        raise Unclear("ambiguous")
    return without_pair(text, space.high // 2)


def _is_scaled(rest: str, number: int, space: Amount) -> bool:
    """Whether a remark on a scale position names another number or another scale."""
    others = {int(digits) for digits in re.findall(r"\d{1,18}", rest)} - {number}
    return bool(others - {space.low, space.high}) or (bool(others) and space.high not in others)


def amounts_named(text: str, language: str) -> set[int]:
    """Every whole number in a plain text, in digits or in words."""
    text = number_words(grouped(text, language))
    exact = (_EXACT.fullmatch(blob[0].rstrip(_TRAILING)) for blob in _BLOB.finditer(text))
    return {_signed(number) for number in exact if number is not None}


def _signed(number: re.Match[str]) -> int:
    return int(number[2]) if number[1] in {"", "+"} else -int(number[2])


def _number(blob: str, *, alone: bool) -> int:
    """A number from a string without spaces, which may include the unit."""
    number = _EXACT.fullmatch(blob)
    if number is None or (number[3] and not vocabulary().after.fullmatch(number[3])):
        raise Unclear("ambiguous" if _RANGE.fullmatch(blob) or not alone else "number")
    return _signed(number)


def _of_all(text: str, high: int, *, is_scale: bool) -> str:
    """A text without "out of 100" after a number, if 100 is the total."""
    parts = vocabulary().parts
    text = re.sub(rf"(?<=\d) ?{parts}(?: [^\W\d]+)? ?{high}(?![\w%]|[.,]\d)", "", text)
    if is_scale:
        text = re.sub(rf"(?<=\d) ?/ ?{high}(?![\w%]|[.,]\d)", "", text)
    if is_scale and high == 100:  # noqa: PLR2004
        text = re.sub(rf"(?<=\d) ?{vocabulary().percent.pattern}", "", text)
    return text


def _check_before(before: str, otherwise: Problem) -> None:
    """Refuse words before an answer that change it."""
    known = vocabulary()
    if known.hedges.search(before):  # "not less than 30" leaves it open, rather than denying it
        raise Unclear("ambiguous")
    if known.negations.search(before):
        raise Unclear("negated")
    if is_remark(before, known.before if otherwise == "illegal" else known.before_number):
        raise Unclear(otherwise)


def _check_after(after: str, otherwise: Problem) -> None:
    """Refuse words right after an answer that change it."""
    known = vocabulary()
    if known.hedges.search(after) or known.negations.search(after) or is_taken_back(after):
        raise Unclear("ambiguous")
    if is_remark(after, known.after):
        raise Unclear(otherwise)
    if otherwise == "number" and any(word in known.shares for word in TOKEN.findall(after)):
        raise Unclear("ambiguous")


def _check_remark(remark: str, named: re.Pattern[str] | None, *, remarks: bool) -> None:
    """Refuse a remark that sets a condition, denies the answer or retracts it.

    Args:
        remark: text after the answer and a sign, or the beginning of a reason.
        named: pattern of the possible objects of a denial; None if a denial may be about anything.
        remarks: whether remarks are allowed.
    """
    known = vocabulary()
    if not remark.strip(_DECORATION):
        return
    is_reason = known.because.match(remark) and not known.hedges.match(remark.lstrip(_DECORATION))
    is_open = _leaves_open(remark)
    is_short = len(remark.split()) <= _SHORT_REMARK
    # An option may be called "Don't". The name of an option retracts nothing.
    unnamed = remark if named is None else named.sub(_NAME, remark)
    if (
        is_taken_back(unnamed)
        or (is_open and not is_reason)
        or (is_short and stance("examples").search(remark) is not None)
        or (not remarks and is_remark(unnamed.replace(_NAME, " "), known.after))
        or (named is not None and not is_reason and _denies_at_large(remark, named))
    ):
        raise Unclear("ambiguous")


def _leaves_open(remark: str) -> bool:
    """Whether a remark sets a condition for the answer, or doubts it.

    A sentence of its own does so only if it is short, or consists of a condition only.
    """
    own = remark[:1] in {".", "!"}
    for said in sentences(remark) if own else [remark]:
        begins = stance("conditions").match(said) and len(clauses(said)) == 1
        is_about_it = begins or not own or len(said.split()) <= SHORT
        if is_about_it and (vocabulary().hedges.search(said) or stance("conditions").search(said)):
            return True
    return False


def _denies_at_large(remark: str, named: re.Pattern[str]) -> bool:
    """Whether a clause of a remark denies something without naming it: possibly the answer."""
    return any(
        denies(said)
        and (len(_WORD.findall(said)) <= SHORT or stance("self").search(said))
        and not (named.search(said) or stance("against").search(said) or is_of_others(said))
        for sentence in sentences(remark)
        for said in (clause.text for clause in clauses(sentence))
    )


def is_remark(text: str, harmless: re.Pattern[str]) -> bool:
    """Whether a text holds more than harmless words, punctuation and pictures."""
    return any(
        token[0] not in _PUNCTUATION and category(token[0][0]) != "So"
        for token in TOKEN.finditer(harmless.sub("", text))
    )


def _nothing_named(text: str, otherwise: Problem) -> Problem:
    if vocabulary().refusals.search(text):
        return "refused"
    return (
        "negated" if otherwise == "illegal" and vocabulary().negations.search(text) else otherwise
    )
