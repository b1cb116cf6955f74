"""Whether a clause chooses the option or the number that it names.

A clause that denies an option, judges against it, gives it to another player or sets a condition
does not choose it. All other clauses that name an option are taken to choose it: asking again beats
guessing.
"""

import re
from collections.abc import Iterator
from functools import cache

from prompts.core.reading.clauses import Clause, denies, is_denied, stance, words

_DESCRIBES = re.compile(r"\s?[:—–-]\s")
_CLOSEST = 24
"""Characters between "instead of" and the option that it is about."""


def chooses(clause: Clause, start: int, end: int) -> bool:
    """Whether a clause may choose the option it names.

    Args:
        clause: the clause.
        start: where the name begins in the sentence.
        end: where the name ends in the sentence.
    """
    before, around = clause.before(start), clause.around(start, end)
    if _is_passed_over(before):  # "no better move than checking" speaks for checking
        return _is_denied(around)
    if _is_conceded(clause, around) or _is_aside(around):
        return False
    judgements = [*_judgements(clause, start, around)]
    if judgements and not _is_own_denial(before):
        is_mitigated = stance("mitigated").search(stance("against").sub(" ", around)) is not None
        return not any(judgements) or _is_denied(around) or is_mitigated
    if _is_denied(around) or _is_up_to_others(around):
        return False
    if stance("preferences").search(around):
        return True
    is_possible = stance("possible").search(around) and not stance("self").search(before)
    return not (
        is_of_others(before)
        or clause.is_reason
        or is_possible
        or is_conditional(clause, around)
        or _is_imagined(around)
    )


def _is_up_to_others(around: str) -> bool:
    """Whether a clause holds a condition on what another player does."""
    condition = stance("conditions").search(around)
    return condition is not None and is_of_others(around[condition.start() :])


def _is_aside(around: str) -> bool:
    """Whether a clause is about an abandoned thought, or about another move."""
    is_told = stance("elsewhen").search(around) and stance("self").search(around)
    return is_told is not None or stance("weighed").search(around) is not None


def _is_imagined(around: str) -> bool:
    """Whether a clause is hypothetical about an option, without the player and without approval."""
    speaks = stance("self").search(around) or stance("approvals").search(around)
    return speaks is None and stance("moods").search(around) is not None


def _is_denied(around: str) -> bool:
    """Whether a clause denies, apart from judgements such as "gives nothing"."""
    said = stance("against").sub(" ", around)
    return is_denied(said) or stance("nothing").search(said) is not None


def _is_own_denial(before: str) -> bool:
    """Whether the player denies doing the action that follows, without an earlier judgement."""
    is_own = stance("self").search(before) is not None
    return is_own and is_denied(before) and stance("against").search(before) is None


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
    for word in stance("against").finditer(_described(clause, around)):
        yield own is None or word.start() < own.start() or word.start() > place


def _described(clause: Clause, around: str) -> str:
    """The words around a name, with those behind a colon or a dash: "Bet: a chip at risk"."""
    behind = clause.sentence[clause.end :]
    return f"{around}{behind}" if _DESCRIBES.match(behind) else around


def rules_out(clause: Clause, start: int, end: int) -> bool:
    """Whether a clause says that its option is wrong to choose."""
    before, around = clause.before(start), clause.around(start, end)
    if clause.is_reason or is_conditional(clause, around):
        return False
    if _is_contrasted(clause) or is_of_others(before) or _is_passed_over(before):
        return False
    ruled, around = stance("ruled_out"), _described(clause, around)
    return ruled.search(around) is not None and not is_denied(ruled.sub(" ", around))


def _is_passed_over(before: str) -> bool:
    """Whether the words before a name reject it: "instead of", "better than"."""
    return any(len(before) - word.end() <= _CLOSEST for word in stance("instead").finditer(before))


def _is_conceded(clause: Clause, around: str) -> bool:
    """Whether a clause states a wish or a liking to which an alternative is opposed."""
    is_wished = any(stance(key).search(around) for key in ("moods", "tastes"))
    is_outdone = stance("self").search(around) is None and denies(_following(clause))
    return ((is_wished or is_outdone) and _is_contrasted(clause)) or _is_granted(clause)


def _is_granted(clause: Clause) -> bool:
    """Whether a clause begins with an "although" and concedes the option it names.

    At the beginning of a sentence it does if the sentence goes on about another thing, and behind
    something else if it names nothing as better.
    """
    said = clause.text.lstrip(" ,;(—–-")
    if stance("concessions").match(said) is None:
        return False
    if clause.start:
        return not any(stance(key).search(said) for key in ("preferences", "self"))
    following = clause.sentence[clause.end :]
    return following.startswith(",") and words("split", "it").search(following) is None


def _is_contrasted(clause: Clause) -> bool:
    """Whether the next clause begins with "but" or its like."""
    following = _following(clause)
    contrast = stance("contrasts").match(following)
    return contrast is not None and contrast.end() < len(following)


def _following(clause: Clause) -> str:
    """The sentence behind a clause."""
    return clause.sentence[clause.end :].lstrip(", -—–")


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


def is_of_others(before: str) -> bool:
    """Whether the closest person before a name is another player, as the subject."""
    own = max((word.start() for word in stance("self").finditer(before)), default=-1)
    others = [word.start() for word in stance("others").finditer(before) if word.start() > own]
    return any(not _ends_in_preposition().search(before[:start]) for start in others)


@cache
def _ends_in_preposition() -> re.Pattern[str]:
    return re.compile(rf"{stance('prepositions').pattern}(?: \w+)?\s*\Z")
