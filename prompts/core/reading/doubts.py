"""Checks whether the words beside a chosen option choose another option, or retract the choice."""

from collections.abc import Callable, Iterator

from prompts.core.reading.clauses import (
    Clause,
    clauses,
    is_denied,
    sentences,
    stance,
    without_idioms,
)
from prompts.core.reading.judgements import chooses, is_conditional, rules_out
from prompts.core.reading.phrases import Mention, Phrases

_FEW = 2
"""Number of words before an option in a sentence that only denies the option."""


def is_another(
    rest: str, option: str, phrases: Phrases, is_open: Callable[[str], bool] = lambda _: True
) -> bool:
    """Whether a plain text names another option as the choice, or denies the option.

    Args:
        rest: the text beside or behind the answer.
        option: the answer.
        phrases: the names of options.
        is_open: whether an option may be chosen now.
    """
    for sentence in sentences(phrases.spelled(without_idioms(rest))):
        is_endorsed = stance("endorsed").search(sentence) is not None
        mentions = [*phrases.mentions(sentence), *_unnamed(sentence)]
        parts = clauses(sentence) if mentions else []
        for mention in mentions:
            clause = next(part for part in parts if mention.start < part.end)
            if mention.value == option:
                if _takes_back(clause, mention):
                    return True
            elif (not mention.value or is_open(mention.value)) and (
                is_endorsed or chooses(clause, mention.start, mention.end)
            ):
                return True
    return False


def _unnamed(sentence: str) -> Iterator[Mention]:
    """Mentions of the other option without its name."""
    for alternative in stance("alternatives").finditer(sentence):
        yield Mention(alternative.start(), alternative.end(), "")


def _takes_back(clause: Clause, mention: Mention) -> bool:
    """Whether the player denies the chosen action."""
    if rules_out(clause, mention.start, mention.end):
        return True
    before, around = clause.before(mention.start), clause.around(mention.start, mention.end)
    if not is_denied(around) or clause.is_reason or is_conditional(clause, around):
        return False
    is_own = stance("self").search(around) is not None
    return is_own or not before.strip() or (is_denied(before) and len(before.split()) <= _FEW)
