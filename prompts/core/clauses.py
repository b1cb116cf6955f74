"""Clauses: what the words around an option or a number make of it.

A clause that denies an option, judges against it, gives it to another player or sets a condition
does not choose it. All other clauses that name an option are taken to choose it: asking again beats
guessing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from prompts.core.vocabulary import listed, pattern_of, plain, vocabulary

_SENTENCE = re.compile(r"[.!?…]+(?=[^\w]|\Z)|\n")
_PAUSE = r"[,;:—–()\[\]\"](?!\d)| - "
_ENDS_REASON = re.compile(r"[;—–()]| - ")
_DESCRIBES = re.compile(r"\s?[:—–-]\s")
_CLOSEST = 24
"""Characters between "instead of" and the option that it is about."""
_SHORT = 2
"""Words of a sentence that denies what was said before it: "I won't." """
_LONGEST_CLAUSE = 600
"""Characters; a longer clause is taken to choose all it names."""
LONGEST_LEAD = 300
"""Characters of the sentence before an answer that are looked at."""
_LISTED = re.compile(r"\s*(?:[-*•]|\d+[.)])\s")
_LABELLED = re.compile(r"[^\n]{1,40}:(?!\s*\Z)")
_EXAMPLE = "example"
_FENCE = re.compile(r"```\w*")


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
    def is_long(self) -> bool:
        """Whether it is too long to be a clause, and is not analysed."""
        return self.end - self.start > _LONGEST_CLAUSE

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
    """The sentences of a plain text; each line ends one."""
    return (sentence for sentence in _SENTENCE.split(text) if sentence.strip())


def clauses(sentence: str) -> list[Clause]:
    """The clauses of a sentence, in order."""
    starts = [0, *(found.start() for found in _joints().finditer(sentence) if found.start())]
    found: list[Clause] = []
    is_reason = False
    for start, end in zip(starts, [*starts[1:], len(sentence)], strict=True):
        # A sentence that begins with a reason goes on with what follows from it.
        begins = start > 0 and vocabulary().because.match(sentence, start) is not None
        is_over = _concludes().match(sentence, start) or _ENDS_REASON.match(sentence, start)
        is_reason = begins or (is_reason and not is_over)
        found.append(Clause(sentence, start, end, is_reason))
    return found


@cache
def _joints() -> re.Pattern[str]:
    return re.compile(rf"{_PAUSE}|{stance('joints').pattern}")


@cache
def _concludes() -> re.Pattern[str]:
    return re.compile(rf"\W{{0,3}}{pattern_of([*listed('stance', 'contrasts'), *listed('stance', 'conclusions')])}")


def is_taken_back(text: str) -> bool:
    """Whether a plain text takes back what was said before it."""
    return (
        vocabulary().corrections.search(text) is not None
        or _begins_anew().search(text) is not None
        or any(
            len(said.split()) <= _SHORT
            and denies(said)
            and (stance("self").search(said) or stance("preferences").search(said))
            for said in sentences(text)
        )
    )


@cache
def _begins_anew() -> re.Pattern[str]:
    """An interjection at the beginning of a clause; a denial that is all a sentence says."""
    alone = rf"(?:^|[.!?…\n])\W{{0,3}}{vocabulary().negations.pattern}(?=\W{{0,3}}(?:[.!…\n]|\Z))"
    begin = rf"(?:^|[.!?;:,…(\n]|[—–-] |{stance('contrasts').pattern}|\band) {{0,2}}\"?"
    return re.compile(rf"{alone}|{begin}{stance('interjections').pattern}")


def chooses(clause: Clause, start: int, end: int) -> bool:
    """Whether a clause may choose what it names.

    Args:
        clause: the clause.
        start: where the name begins in the sentence.
        end: where the name ends in the sentence.
    """
    if clause.is_long:
        return True
    before, around = clause.before(start), clause.around(start, end)
    against = [*_judgements(clause, start, around)]
    judged = any(against)
    unjudged = stance("against").sub(" ", around)
    denied = is_denied(unjudged) or stance("nothing").search(unjudged) is not None
    if _is_passed_over(before):  # "no better move than checking" speaks for checking
        return denied
    if _is_conceded(clause, around) or stance("weighed").search(around):
        return False
    if against and not judged:
        return True
    if judged:
        return denied or stance("mitigated").search(unjudged) is not None
    if denied:
        return False
    if stance("preferences").search(around):
        return True
    return not (
        _is_of_others(before)
        or clause.is_reason
        or (stance("possible").search(around) and not stance("self").search(before))
        or is_conditional(clause, around)
    )


def _judgements(clause: Clause, start: int, around: str) -> Iterator[bool]:
    """For each word against something, whether it is against what a clause names.

    "I risk a bet" does not speak against a bet.

    Args:
        clause: the clause.
        start: where the name begins in the sentence.
        around: the clause without the name.
    """
    place = start - clause.start
    own = stance("self").search(around[:place])
    for found in stance("against").finditer(_described(clause, around)):
        yield own is None or found.start() < own.start() or found.start() > place


def _described(clause: Clause, around: str) -> str:
    """The words around a name, with those behind a colon or a dash: "Bet: a chip at risk"."""
    behind = clause.sentence[clause.end : clause.end + _LONGEST_CLAUSE]
    return f"{around}{behind}" if _DESCRIBES.match(behind) else around


def rules_out(clause: Clause, start: int, end: int) -> bool:
    """Whether a clause says that what it names is wrong to choose."""
    before, around = clause.before(start), clause.around(start, end)
    if clause.is_reason or is_conditional(clause, around) or stance("moods").search(around):
        return False
    following = clause.sentence[clause.end : clause.end + _CLOSEST].lstrip(", -—–")
    if stance("contrasts").match(following) or _is_of_others(before) or _is_passed_over(before):
        return False
    ruled, around = stance("ruled_out"), _described(clause, around)
    return ruled.search(around) is not None and not is_denied(ruled.sub(" ", around))


def _is_passed_over(before: str) -> bool:
    """Whether the words before a name say that it is not done: "instead of", "better than"."""
    return any(len(before) - word.end() <= _CLOSEST for word in stance("instead").finditer(before))


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


def _is_of_others(before: str) -> bool:
    """Whether the closest person before a name is another player, as the subject."""
    own = max((found.start() for found in stance("self").finditer(before)), default=-1)
    return any(
        found.start() > own
        and not _ends_in_preposition().search(before[max(0, found.start() - _CLOSEST) : found.start()])
        for found in stance("others").finditer(before)
    )


@cache
def _ends_in_preposition() -> re.Pattern[str]:
    return re.compile(rf"{stance('prepositions').pattern}(?: \w+)?\s*\Z")


def _is_conceded(clause: Clause, around: str) -> bool:
    """Whether a clause says what would be, and the next one sets something against it."""
    following = clause.sentence[clause.end : clause.end + _CLOSEST].lstrip(", -—–")
    return bool(stance("moods").search(around) and stance("contrasts").match(following))


def is_conditional(clause: Clause, around: str) -> bool:
    """Whether a clause is a condition, or would come true under one."""
    if stance("conditions").search(around):
        return True
    so_far = clause.sentence[: clause.end]
    return bool(
        stance("moods").search(around)
        and stance("conditions").search(so_far)
        and not stance("pondering").search(so_far)
    )


def is_of_another(key: str) -> bool:
    """Whether the key of an object says that it holds no answer."""
    said = plain(key)
    return any(stance(words).search(said) for words in ("elsewhere", "conditions", "examples"))


def lead(before: str) -> str:
    """The words of a sentence that goes on with the answer; empty if none does.

    Args:
        before: what a reply says before the answer.
    """
    said = _FENCE.sub("", before[-LONGEST_LEAD:]).rstrip(" \t*_`>#-|\"")
    line = said.rstrip()
    if not line.endswith((":", ",")) and "\n\n" in said[len(line) :]:
        return ""
    line = stance("abbreviations").sub(_EXAMPLE, line.rpartition("\n")[2].casefold())
    if _LISTED.match(line) or _LABELLED.match(line):
        return ""
    *_, earlier, last = ["", *re.split(r"[.!?…](?=\s|\Z)", line)]
    if len(last.split()) != 1:
        return last
    return f"{earlier}, {last}".strip(", ")  # "Suppose I bluff. Then:"


def is_example(lead_in: str) -> bool:
    """Whether a sentence leads in an example, a hypothesis or the answer of another player."""
    said = without_idioms(plain(lead_in))
    if not said:
        return False
    if stance("examples").search(said):
        return True
    *_, last = re.split(r",\s", said)
    if not stance("commitments").search(said):
        if stance("possible").search(last):
            return True
        if stance("suppositions").search(said):
            return True
        if stance("conditions").search(said) and (stance("moods").search(last) or last == said):
            return True
    if _is_of_others(f"{last} "):
        return True
    return denies(last) and (len(last.split()) <= _SHORT or bool(stance("self").search(last)))


def conclusion(before: str) -> str:
    """What the last sentence before an answer announces or concludes; empty if nothing.

    Args:
        before: what the reply says before the answer, as plain text.
    """
    *_, last = ["", *sentences(without_idioms(before[-LONGEST_LEAD:]))]
    if _announces().match(last):
        return last
    *_, end = [0, *(found.start() for found in stance("conclusions").finditer(last))]
    return last[end:] if end else ""


def is_foreign(key: str) -> bool:
    """Whether the key of an object says that it is about others, or about all options."""
    return stance("foreign").search(plain(key)) is not None


@cache
def _announces() -> re.Pattern[str]:
    return re.compile(rf"\W{{0,4}}(?:{pattern_of(listed('stance', 'conclusions'))},? )?{stance('announcements').pattern}")


def goes_on(rest: str) -> bool:
    """Whether the sentence of an answer goes on behind it with a condition or a choice.

    Args:
        rest: what follows the answer, with its capitals.
    """
    said = rest.lstrip(" \t\n\"'*_`)}].,")
    if not said[:1].islower():
        return False
    first = next(sentences(without_idioms(plain(said[:LONGEST_LEAD]))), "")
    return any(
        pattern.search(first)
        for pattern in (vocabulary().hedges, stance("conditions"), stance("examples"))
    )


def begins_as_player(text: str) -> bool:
    """Whether a text begins with a word of the player itself: "I would pick B"."""
    return stance("self").search(" ".join(plain(text[:LONGEST_LEAD]).split()[:3])) is not None
