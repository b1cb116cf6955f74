"""Sentences and clauses of a plain text, and the words in them that deny or take back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from prompts.core.reading.vocabulary import listed, pattern_of, plain, vocabulary

_SENTENCE = re.compile(r"[.!?…]+(?=[^\w]|\Z)|\n")
_PAUSE = r"[,;:—–()\[\]\"](?!\d)| - "
_ENDS_REASON = re.compile(r"[;—–()]| - ")
SHORT = 2
"""Words of a sentence that does nothing but deny: "I won't." """
_LONGEST_SENTENCE = 400
"""Characters; a longer text is not treated as a sentence."""


@cache
def words(section: str, key: str) -> re.Pattern[str]:
    """Any of the words that the texts list under a key, in all languages."""
    return re.compile(pattern_of(listed(section, key)))


def stance(key: str) -> re.Pattern[str]:
    """Any of the words that say what a clause makes of an option."""
    return words("stance", key)


@dataclass(frozen=True)
class Clause:
    """A part of a sentence with one verb, as a rule.

    Args:
        sentence: the plain text of the sentence.
        start: where the clause begins in it.
        end: where the clause ends in it.
        is_reason: whether it stands behind "because" or its like.
    """

    sentence: str
    start: int
    end: int
    is_reason: bool = False

    @property
    def text(self) -> str:
        """Its words."""
        return self.sentence[self.start : self.end]

    def before(self, at: int) -> str:
        """Its words before a place in the sentence."""
        return self.sentence[self.start : at]

    def around(self, start: int, end: int) -> str:
        """Its words without what is named between two places in the sentence."""
        return f"{self.sentence[self.start : start]} {self.sentence[end : max(end, self.end)]}"


def without_idioms(text: str) -> str:
    """A plain text without phrases that look like a denial or a condition and are none."""
    return stance("idioms").sub(" ", text)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a plain text; each line ends one, and so does a great length."""
    for sentence in _SENTENCE.split(text):
        for start in range(0, len(sentence), _LONGEST_SENTENCE):
            if part := sentence[start : start + _LONGEST_SENTENCE].strip():
                yield part


def clauses(sentence: str) -> list[Clause]:
    """The clauses of a sentence, in order."""
    starts = [0, *(joint.start() for joint in _joints().finditer(sentence) if joint.start())]
    parts: list[Clause] = []
    is_reason = False
    for start, end in zip(starts, [*starts[1:], len(sentence)], strict=True):
        # A sentence that begins with a reason goes on with what follows from it.
        begins = start > 0 and vocabulary().because.match(sentence, start) is not None
        is_over = _concludes().match(sentence, start) or _ENDS_REASON.match(sentence, start)
        is_reason = begins or (is_reason and not is_over)
        parts.append(Clause(sentence, start, end, is_reason))
    return parts


@cache
def _joints() -> re.Pattern[str]:
    return re.compile(rf"{_PAUSE}|{stance('joints').pattern}")


@cache
def _concludes() -> re.Pattern[str]:
    ends = pattern_of([*listed("stance", "contrasts"), *listed("stance", "conclusions")])
    return re.compile(rf"\W{{0,3}}{ends}")


def is_contrasted(text: str) -> bool:
    """Whether a clause behind the first one sets something against it."""
    said = plain(text)
    return any(
        stance("contrasts").match(clause.text.lstrip(" ,;-—–"))
        for sentence in sentences(said)
        for clause in clauses(sentence)[1:]
    )


def is_taken_back(text: str) -> bool:
    """Whether a plain text retracts an earlier statement."""
    return (
        vocabulary().corrections.search(text) is not None
        or _begins_anew().search(text) is not None
        or any(_is_withdrawal(said) for said in sentences(text))
    )


def _is_withdrawal(sentence: str) -> bool:
    """Whether a sentence does nothing but deny, or calls the answer no answer."""
    if len(sentence.split()) <= SHORT and denies(sentence):
        return any(stance(key).search(sentence) for key in ("self", "preferences"))
    if is_denied(sentence):
        return stance("acts").search(sentence) is not None
    about = _about_the_answer().match(sentence)
    return about is not None and stance("voids").search(sentence) is not None


@cache
def _about_the_answer() -> re.Pattern[str]:
    """A sentence that begins with the answer itself, perhaps behind one word."""
    return re.compile(rf"\W*(?:\w+,? )?{stance('answers').pattern}")


@cache
def _begins_anew() -> re.Pattern[str]:
    """An interjection at the beginning of a clause; a denial that is all a sentence says."""
    alone = rf"(?:^|[.!?…\n])\W{{0,3}}{vocabulary().negations.pattern}(?=\W{{0,3}}(?:[.!…\n]|\Z))"
    begin = rf"(?:^|[.!?;:,…(\n]|[—–-] |{stance('contrasts').pattern}|\band) {{0,2}}\"?"
    return re.compile(rf"{alone}|{begin}{stance('interjections').pattern}")


def denies(text: str) -> bool:
    """Whether a text holds a denial at all."""
    return _denials().search(text) is not None


def is_denied(text: str) -> bool:
    """Whether the words of a clause deny it: an odd number of times."""
    return len(_denials().findall(text)) % 2 == 1


@cache
def _denials() -> re.Pattern[str]:
    """Words that deny their whole clause."""
    bound = {plain(word) for word in listed("stance", "instead")}
    words_of = pattern_of(word for word in listed("negations") if plain(word) not in bound)
    return re.compile(rf"{words_of}(?: {words_of})*")  # "никогда не" is one denial
