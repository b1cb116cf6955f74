"""From the value of one field to an option or a number, or to what is wrong with it.

An answer is the one option or number that a value names. What stands beside it must be words that
change nothing ("I", "my move is", "points"); after an option, also a reason. A remark of another
kind may be a condition, and after an amount it may say that this is what the player keeps: it is
not understood here, so the answer is asked for again. A report of an emotion has no conditions, and
may be remarked on.
"""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Literal
from unicodedata import category

from games.core.types import Amount
from prompts.core.catalogue import catalogue
from prompts.core.phrases import Phrases
from prompts.core.vocabulary import number_words, plain, vocabulary

Problem = Literal["illegal", "negated", "number", "percent", "bounds", "ambiguous", "refused"]
"""What is wrong with a value: a key of the texts that ask again."""


class Unclear(Exception):
    """A value that cannot be read.

    Args:
        problem: what is wrong.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem: Problem = problem


_DECORATION = " \t\r\n\"'“”«»*_`#|•.,;:!()[]{}…\\"
_TOKEN = re.compile(r"\w+(?:['-]\w+)*|[^\w\s]")
_PUNCTUATION = frozenset("\"'|•.,;:!()[]{}…-–—→=#/\\^")
_BREAKS = frozenset("|.,;:!()[]{}…-–—→\n")
_WHOLE = re.compile(r"\+?(\d{1,18})")
_BLOB = re.compile(r"(?<![\w.,])[-+–—]?\d[\w.,/:^'+÷=-]*")
_POINT_FIRST = re.compile(r"(?<!\d)[.,]\d")
_WEIGHT = re.compile(r"\s*[:=]\s*\d|.*\b0?[.,]\d", re.DOTALL)
"""After an option: a number that says how much it is meant."""
_EXACT = re.compile(r"([-+–—]?)(\d{1,18})(?:\.0{1,2})?([^\W\d_]*)")
_TRAILING = ".,:'-+=/"
_SHARES = {"all": Fraction(1), "half": Fraction(1, 2), "none": Fraction(0)}
_RANGE = re.compile(r"\d+[-–—]\d+")
_SUM = re.compile(r"\d\s*[+÷x=/]\s*\d")
_ROUND = re.compile(r"(?<=\d),0{1,2}(?!\d)")
_GROUPS = re.compile(
    r"(?<![\d.,])\d{1,3}(?:(?:[']\d{3})+|(?:_\d{3})+|(?:,\d{3}){2,}|(?:\.\d{3}){2,})(?![\d.,])"
)


def bare(text: str) -> str:
    """A plain text without the quotes, brackets and stops around it."""
    text = text.strip(_DECORATION)
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1].strip(_DECORATION)
    return text.removeprefix("> ").strip(_DECORATION)


def read_option(
    value: object,
    phrases: Phrases,
    is_open: Callable[[str], bool] = lambda _: True,
    *,
    is_report: bool = False,
) -> str:
    """The option that a value names.

    Args:
        value: what a field holds.
        phrases: the names of options.
        is_open: whether an option may be chosen now.
        is_report: whether it is no action, so that a remark may follow.

    Raises:
        Unclear: it names none, one that is not open, or more than one, or takes it back.
    """
    if not isinstance(value, str):
        raise Unclear("illegal")
    text = bare(plain(value))
    option = phrases.literal.get(text)
    if option is None:
        text = phrases.spelled(text)
        option = _the_only_option(text, phrases, is_report=is_report)
    if not is_open(option):
        raise Unclear("illegal")
    return option


def _the_only_option(text: str, phrases: Phrases, *, is_report: bool) -> str:
    found = list(phrases.mentions(text))
    if not found:
        raise Unclear(_nothing_named(text, "illegal"))
    if len({mention.value for mention in found}) > 1:
        raise Unclear("ambiguous")
    ends = [0, *(mention.end for mention in found)]
    starts = [*(mention.start for mention in found), len(text)]
    before, *after = [text[a:b] for a, b in zip(ends, starts, strict=True)]
    if vocabulary().percent.search(text) or _WEIGHT.match(after[-1]):
        raise Unclear("ambiguous")
    digits = not phrases.families
    _check(before, " ".join(after), "illegal", digits=digits, remarks=is_report)
    return found[0].value


def read_number(value: object, space: Amount, language: str, *, is_scale: bool = False) -> int:
    """The whole number that a value names.

    Args:
        value: what a field holds.
        space: its bounds.
        language: whose way of writing thousands counts.
        is_scale: whether the number is a place on a scale, so that 70/100 and 70 are the same
            place, and 70 % is where the scale ends at 100. A share of points is never points.

    Raises:
        Unclear: it names none, more than one, one outside the bounds, or a share.
    """
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int and not isinstance(value, str):
        raise Unclear("number")
    number = (
        value
        if isinstance(value, int)
        else _the_only_number(value, space, language, is_scale=is_scale)
    )
    if number not in space:
        raise Unclear("bounds")
    return number


def _the_only_number(value: str, space: Amount, language: str, *, is_scale: bool) -> int:
    text = plain(value)
    if _POINT_FIRST.search(text):
        raise Unclear("number")
    text = bare(text)
    if whole := _WHOLE.fullmatch(text):
        return int(whole[1])
    text = number_words(_grouped(text, language))
    text = _of_all(text, space.high, is_scale=is_scale)
    if vocabulary().percent.search(text):
        raise Unclear("percent")
    blobs = list(_BLOB.finditer(text))
    if not blobs:
        raise Unclear(_nothing_named(text, "number"))
    numbers = {_number(blob[0].rstrip(_TRAILING), alone=len(blobs) == 1) for blob in blobs}
    if _SUM.search(text):
        raise Unclear("number")
    if len(numbers) > 1:
        raise Unclear("ambiguous")
    ends = [0, *(blob.start() + len(blob[0].rstrip(_TRAILING)) for blob in blobs)]
    starts = [*(blob.start() for blob in blobs), len(text)]
    before, *after = [text[a:b] for a, b in zip(ends, starts, strict=True)]
    _check(before, " ".join(after), "number", digits=False, remarks=is_scale)
    if any(word in vocabulary().shares for word in _TOKEN.findall(" ".join(after))):
        raise Unclear("ambiguous")
    return numbers.pop()


def amounts_named(text: str, language: str) -> set[int]:
    """Every whole number in a plain text, in digits or in words."""
    text = number_words(_grouped(text, language))
    exact = (_EXACT.fullmatch(blob[0].rstrip(_TRAILING)) for blob in _BLOB.finditer(text))
    return {_signed(found) for found in exact if found is not None}


def shares_named(text: str) -> set[Fraction]:
    """Every share of the whole in a plain text: percent, and words for all, half and none."""
    text = number_words(text)
    percent = re.finditer(rf"(?<![\d.,])(\d{{1,3}}) ?{vocabulary().percent.pattern}", text)
    words = {vocabulary().shares.get(token) for token in _TOKEN.findall(text)}
    return {Fraction(int(found[1]), 100) for found in percent} | {
        _SHARES[word] for word in words if word is not None
    }


def _signed(found: re.Match[str]) -> int:
    return int(found[2]) if found[1] in {"", "+"} else -int(found[2])


def _number(blob: str, *, alone: bool) -> int:
    """A number from what is written without a space, its unit perhaps included."""
    found = _EXACT.fullmatch(blob)
    if found is None or (found[3] and not vocabulary().after.fullmatch(found[3])):
        raise Unclear("ambiguous" if _RANGE.fullmatch(blob) or not alone else "number")
    return _signed(found)


def _grouped(text: str, language: str) -> str:
    """Groups of three digits joined: in the language's own way, or where no other is possible."""
    text = _GROUPS.sub(lambda found: re.sub(r"\D", "", found[0]), text)
    mark = catalogue().find(language, "reply", "thousands")
    if not mark:
        return text
    if mark != ",":
        text = _ROUND.sub("", text)
    own = rf"(?<![\d.,])\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+(?![\d.,]\d|\d)"
    return re.sub(own, lambda found: found[0].replace(mark, ""), text)


def _of_all(text: str, high: int, *, is_scale: bool) -> str:
    """Without "out of 100" after a number, where 100 is all there is."""
    parts = vocabulary().parts
    text = re.sub(rf"(?<=\d) ?{parts} ?{high}(?![\w%]|[.,]\d)", "", text)
    if is_scale:
        text = re.sub(rf"(?<=\d) ?/ ?{high}(?![\w%]|[.,]\d)", "", text)
    if is_scale and high == 100:  # noqa: PLR2004
        text = re.sub(rf"(?<=\d) ?{vocabulary().percent.pattern}", "", text)
    return text


def _check(before: str, after: str, otherwise: Problem, *, digits: bool, remarks: bool) -> None:
    """Refuse what changes the answer that it stands beside."""
    known = vocabulary()
    if known.hedges.search(before):  # "not less than 30" leaves it open, rather than denying it
        raise Unclear("ambiguous")
    if known.negations.search(before):
        raise Unclear("negated")
    harmless = known.before if otherwise == "illegal" else known.before_number
    if _remark(before, harmless) is not None:
        raise Unclear(otherwise)
    if after.strip(_DECORATION):
        _check_after(after, otherwise, digits=digits, remarks=remarks)


def _check_after(after: str, otherwise: Problem, *, digits: bool, remarks: bool) -> None:
    known = vocabulary()
    is_reason = known.because.match(after) and not known.hedges.match(after.lstrip(_DECORATION))
    if is_reason and otherwise == "illegal":
        if known.second_thoughts.search(after):
            raise Unclear("ambiguous")
        return
    if (
        known.corrections.search(after)
        or known.negations.search(after)
        or known.hedges.search(after)
    ):
        raise Unclear("ambiguous")
    if digits:  # "bet 1 chip", "the offer of 30 points"
        after = re.sub(rf"(?:^|[(]|{known.parts}) ?\d+", "", after)
    led = _remark(after, known.after)
    if led is None:
        return
    if _BREAKS.isdisjoint(led) and not is_reason:
        raise Unclear(otherwise)
    if not remarks:
        raise Unclear("ambiguous")


def _remark(text: str, harmless: re.Pattern[str]) -> str | None:
    """What leads up to the first word that is not harmless; None if all are."""
    text = harmless.sub("", text)
    for found in _TOKEN.finditer(text):
        if found[0] not in _PUNCTUATION and category(found[0][0]) != "So":
            return text[: found.start()]
    return None


def _nothing_named(text: str, otherwise: Problem) -> Problem:
    if vocabulary().refusals.search(text):
        return "refused"
    return (
        "negated" if otherwise == "illegal" and vocabulary().negations.search(text) else otherwise
    )
