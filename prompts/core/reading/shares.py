"""Shares in a reply: amounts that the player keeps are told from amounts that it gives.

Each number is assigned to the player or to the other by the words of its own part of a sentence. If
that part names nobody, the words before it decide, and then the words after it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from games.core.types import Amount
from prompts.core.reading.clauses import (
    Clause,
    clauses,
    is_denied,
    sentences,
    stance,
    without_idioms,
    words,
)
from prompts.core.reading.judgements import chooses, is_of_others
from prompts.core.reading.numbers import SHARES, TOKEN, Number, grouped, numbers
from prompts.core.reading.vocabulary import listed, number_words, pattern_of, plain, vocabulary

_PERCENT = 100
_NEAR = 20
"""Number of characters before a number in which a word may mark the number as a limit."""
_DIGITS = re.compile(r"\d+")
_MOST_PARTS = 80
"""Largest number of clauses and numbers of a sentence that is analysed."""
_LETTER = re.compile(r"[^\W\d]")

Who = Literal["self", "other"]
"""Recipient of an amount: the player that replies, or another one."""


@dataclass(frozen=True)
class Claim:
    """An amount and its recipient, from a part of a sentence.

    Args:
        amount: the amount; None if the words refer to the answer as "this".
        who: recipient of the amount.
        is_open: whether the claim is conditional, hypothetical, or judged to be wrong.
    """

    amount: int | None
    who: Who
    is_open: bool = field(default=False, compare=False)


def is_kept(said: str, amount: int, space: Amount, language: str) -> bool:
    """Whether a text gives the amount to the player, or its complement to the other.

    Half is given and kept.

    Args:
        said: the whole reply, including reasoning in a field.
        amount: the answer.
        space: bounds of the answer; the highest amount is the total.
        language: language of the prompt.
    """
    rest = space.high - amount
    if amount == rest:
        return False
    said = _readable(said.replace("_", " "), language)
    claims = list(_claims(said, amount, space.high))
    if any(
        (claim.who == "self" and claim.amount == amount)
        or (claim.who == "other" and claim.amount == rest)
        for claim in claims
    ):
        return True
    # The complement alone, without a named recipient, may be the amount given.
    named = [number.value for number in numbers(said, space.high)]
    return rest in named and named.count(amount) == 1 and Claim(rest, "self") not in claims


def names_another(rest: str, amount: int, space: Amount, language: str) -> bool:
    """Whether the text after an answer names another one, or calls the answer the player's own.

    Args:
        rest: text after the answer.
        amount: the answer.
        space: bounds of the answer.
        language: language of the prompt.
    """
    high = space.high
    rest = _readable(rest, language)
    right = {"other": {amount}, "self": {high - amount, high}}
    claims = list(_claims(rest, amount, high))
    if any(
        claim.amount not in right[claim.who] and not claim.is_open
        for claim in claims
        if claim.amount is not None or amount * 2 != high
    ):
        return True
    known = {amount, high, *(claim.amount for claim in claims if claim.who == "self")}
    for sentence in sentences(_uncounted().sub(" ", without_idioms(rest))):
        parts = clauses(sentence)
        for number in numbers(sentence, high):
            clause = next(part for part in parts if number.start < part.end)
            if _people(clause.text):
                continue
            if number.value == 0 and stance("conditions").search(sentence):
                continue  # what everybody gets if an offer is rejected
            if _limit().search(sentence, max(0, number.start - _NEAR), number.start):
                continue
            if number.value not in known and chooses(clause, number.start, number.end):
                return True
    return False


@cache
def _limit() -> re.Pattern[str]:
    return re.compile(rf"{words('split', 'limits').pattern}\W*\Z")


def gives_another(before: str, amount: int, space: Amount, language: str) -> bool:
    """Whether the text before an answer gives the other a different amount, and not this one."""
    claims = _claims(_readable(before, language), amount, space.high)
    given = {claim.amount for claim in claims if claim.who == "other" and not claim.is_open}
    return bool(given) and amount not in given


def _readable(text: str, language: str) -> str:
    """A text in plain spelling with its numbers in digits."""
    said = words("split", "nothing").sub(" 0 ", without_idioms(plain(text)))
    return number_words(grouped(said, language))


@cache
def _uncounted() -> re.Pattern[str]:
    """Numbers of players, rounds and list items, which are not amounts."""
    counted = words("split", "counted").pattern
    units = pattern_of(listed("units"))
    total = rf"(?: {vocabulary().parts} \d+)?"
    return re.compile(
        rf"{counted} \d(?!\d| ?{units}){total}|\d+ (?:other )?{counted}"
        r"|(?:^|\n)\W{0,4}\d{1,2}[.)] "
    )


@dataclass(frozen=True)
class _Piece:
    """A part of a sentence that holds at most one number.

    Args:
        text: words of the part.
        amount: the number, or the amount named by its words for a share.
        at: offset of the number.
        is_open: whether the part is conditional or hypothetical.
    """

    text: str
    amount: int | None
    at: int
    is_open: bool


def _claims(text: str, amount: int, high: int) -> Iterator[Claim]:
    """Claims about shares in a plain text."""
    for pair in _ratio().finditer(text):
        own, other = int(pair["own"]), int(pair["other"])
        if own != other and own + other in {_PERCENT, high}:
            yield Claim(own * high // (own + other), "self")
            yield Claim(other * high // (own + other), "other")
    text = re.sub(
        rf"(?<=\d) ?{vocabulary().parts}(?: \w+)? {high}(?!\d)", "", _ratio().sub(" ", text)
    )
    text = words("split", "spared").sub(" = ", _uncounted().sub(" ", text))
    for sentence in sentences(text):
        parts = clauses(sentence)
        if len(parts) + len(_DIGITS.findall(sentence)) > _MOST_PARTS:
            yield Claim(amount, "self")  # no sentence of a person: it may say anything
            return
        pieces = [piece for part in parts for piece in _pieces(part, amount, high)]
        for at, piece in enumerate(pieces):
            if piece.amount is None or is_denied(piece.text) or _people(piece.text):
                continue
            who = _who(piece, whole=piece.amount == high)
            for near in _near(pieces, at):
                who = _who(near) if who is None else who
            if who is not None:
                yield Claim(piece.amount, who, piece.is_open)
        if all(piece.amount is None for piece in pieces):
            yield from _again(sentence)


@cache
def _ratio() -> re.Pattern[str]:
    """A split such as 60/40, which states the share of the speaking player first."""
    between = vocabulary().between
    return re.compile(
        rf"(?<![\d.,])(?P<own>\d{{1,9}})%? ?(?:[-–—/:]|{between}) ?"
        r"(?P<other>\d{1,9})(?!\d|[.,]\d)"
    )


def _near(pieces: list[_Piece], at: int) -> Iterator[_Piece]:
    """Parts without a number beside one with a number, unless they are about another number."""
    before, following = pieces[max(0, at - 1) : at], pieces[at + 1 : at + 3]
    behind = [
        piece
        for piece in following[:1]
        if piece.amount is None and not stance("contrasts").match(piece.text.lstrip(" ,"))
    ]
    if behind and behind[0].text.startswith("("):  # "60 (me), 40 (you)"
        yield from behind
        return
    yield from (piece for piece in before if piece.amount is None)
    if len(following) == 1 or (following and _who(following[1]) is not None):
        yield from behind


def _people(text: str) -> bool:
    return words("split", "people").search(text) is not None


def _again(sentence: str) -> Iterator[Claim]:
    """A claim by which a sentence calls the answer the player's own: "that is my share"."""
    piece = _Piece(sentence, None, len(sentence), is_open=False)
    is_about_it = words("split", "it").search(sentence) is not None and not is_denied(sentence)
    if is_about_it and _who(piece) == "self":
        yield Claim(None, "self")


def _pieces(clause: Clause, amount: int, high: int) -> Iterator[_Piece]:
    """Parts of a clause, each with at most one number."""
    text = clause.text
    conditions = stance("conditions").search(clause.sentence, 0, clause.end)
    is_judged = any(stance(key).search(text) for key in ("moods", "against"))
    is_open = conditions is not None or is_judged
    figures = list(numbers(text, high))
    if not figures and _LETTER.search(text):
        yield _Piece(text, _share(text, amount, high), len(text), is_open)
    start = 0
    for at, number in enumerate(figures):
        is_last = at + 1 == len(figures)
        end = len(text) if is_last else _cut(text, start, number, figures[at + 1])
        yield _Piece(text[start:end], number.value, number.start - start, is_open)
        start = end


def _cut(text: str, start: int, number: Number, following: Number) -> int:
    """Boundary between the parts of two consecutive numbers."""
    verb = next((place for place in _verbs(text) if number.end <= place[0] < following.start), None)
    if verb is not None:
        return verb[0]
    part = _Piece(text[start : number.end], number.value, number.start - start, is_open=False)
    return following.start if _who(part) is None else number.end


def _verbs(text: str) -> list[tuple[int, str]]:
    """Offsets and keys of verbs of having and giving; of two at one offset, the longer one."""
    keys = ("keeps", "gains", "leaves", "gives")
    spans = [(v.start(), -v.end(), key) for key in keys for v in words("split", key).finditer(text)]
    verbs: list[tuple[int, str]] = []
    covered = 0
    for start, end, key in sorted(spans):
        if start >= covered:
            verbs.append((start, key))
            covered = -end
    return verbs


def _share(text: str, amount: int, high: int) -> int | None:
    """The amount named by words for a share: all, half, the rest, the larger part."""
    larger, smaller = max(amount, high - amount), min(amount, high - amount)
    named = {"rest": high - amount, "larger": larger, "smaller": smaller}
    for key, value in named.items():
        if words("split", key).search(text):
            return value
    shares = {vocabulary().shares.get(token) for token in TOKEN.findall(text)} - {None}
    return int(SHARES[str(shares.pop())] * high) if len(shares) == 1 else None


def _who(piece: _Piece, *, whole: bool = False) -> Who | None:
    """Recipient of the number in a part of a sentence.

    Args:
        piece: the part.
        whole: whether the number is the total, which the player has before it decides.
    """
    text = piece.text
    mine, others = words("split", "mine").search(text), words("split", "others").search(text)
    verbs = _verbs(text)
    at, verb = max(
        ((at, key) for at, key in verbs if at < piece.at), default=verbs[0] if verbs else (0, "")
    )
    if verb in {"keeps", "gains"} and _is_of_another(text, at, piece.at):
        return "other"
    if verb == "gains" and not mine and (whole or _is_bound(text)):
        return None
    if verb in {"keeps", "gains"} or mine or (verb == "leaves" and not others):
        return "self"
    if others or verb == "gives":
        return "other"
    return "self" if not verb and _elliptic().search(text) else None


def _is_bound(text: str) -> bool:
    """Whether a part of a sentence is about the player's own acceptance, not about others."""
    bound = words("split", "bounds").search(text)
    return bound is not None and not is_of_others(text[: bound.start()])


@cache
def _elliptic() -> re.Pattern[str]:
    """A player right before a number, or alone: "and I 70", "I: 70"."""
    return re.compile(rf"{stance('self').pattern}(?: \d|\W*\Z)")


def _is_of_another(text: str, verb: int, number: int) -> bool:
    """Whether the subject of a verb is another player: the closest person before or after it."""
    own, other = stance("self"), words("split", "others")
    before = {who: [word.start() for word in who.finditer(text, 0, verb)] for who in (own, other)}
    if any(before.values()):
        return max(before[other], default=-1) > max(before[own], default=-1)
    behind = other.search(text, verb, number if number > verb else len(text))
    return behind is not None and own.search(text, verb, behind.start()) is None
