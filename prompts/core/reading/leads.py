"""Text before and after an answer: tests whether the answer is an example or continues."""

import re
from functools import cache

from prompts.core.reading.clauses import SHORT, denies, sentences, stance, without_idioms, words
from prompts.core.reading.judgements import is_of_others
from prompts.core.reading.vocabulary import listed, pattern_of, plain, vocabulary

LONGEST_LEAD = 300
"""Number of characters examined in the sentence before an answer."""
_LISTED = re.compile(r"\s*(?:[-*•]|\d+[.)])\s")
_LABELLED = re.compile(r"[^\n]{1,40}:(?!\s*\Z)")
_LABEL = re.compile(r"\A\w+(?: \w+)?: ")
_EXAMPLE = "example"
_FENCE = re.compile(r"```\w*")
_FIRST_WORDS = 3


def lead(before: str) -> str:
    """Words of a sentence that the answer continues; empty if there is none.

    Args:
        before: text of a reply before the answer.
    """
    said = _FENCE.sub("", before[-LONGEST_LEAD:]).rstrip(' \t*_`>#-|"')
    line = said.rstrip()
    if not line.endswith((":", ",")) and "\n\n" in said[len(line) :]:
        return ""
    line = stance("abbreviations").sub(_EXAMPLE, line.rpartition("\n")[2].casefold())
    if _LISTED.match(line) or _LABELLED.match(line):
        return ""
    *_, earlier, last = ["", *re.split(r"[.!?…](?=\s|\Z)", line)]
    if line.endswith("?") and stance("moods").search(earlier):
        return earlier  # "What would a saint do?"
    if len(last.split()) != 1:
        return last
    return f"{earlier}, {last}".strip(", ")  # "Suppose I bluff. Then:"


def is_example(lead_in: str) -> bool:
    """Whether a sentence introduces an example, a hypothesis or another player's answer."""
    said = without_idioms(plain(lead_in))
    *_, last = re.split(r",\s", said)
    own = stance("self").search(last)
    is_denied = denies(last) and (len(last.split()) <= SHORT or own)
    is_imagined = stance("moods").search(last) and not own
    is_said = stance("says").search(last) and not own
    is_unsure = vocabulary().hedges.search(last.strip("<>")) and len(last.split()) <= SHORT
    return bool(
        is_said
        or is_unsure
        or stance("examples").search(said)
        or stance("weighed").search(said)
        or (is_imagined and not stance("preferences").search(last))
        or is_of_others(f"{last} ")
        or is_denied
        or (_is_supposed(said, last) and not stance("commitments").search(said))
    )


def _is_supposed(said: str, last: str) -> bool:
    """Whether a sentence supposes something, or its last clause is hypothetical."""
    is_open = stance("moods").search(last) or last == said
    return bool(
        stance("suppositions").search(said)
        or stance("possible").search(last)
        or (stance("conditions").search(said) and is_open)
    )


def conclusion(before: str) -> str:
    """Announcement or conclusion in the last sentence before an answer; empty if there is none.

    Args:
        before: text of the reply before the answer, as plain text.
    """
    *_, last = ["", *sentences(without_idioms(before[-LONGEST_LEAD:]))]
    last = _LABEL.sub("", last)
    is_open = stance("contrasts").search(last) is not None
    is_told = _announces().match(last) or _speaks_for().search(last)
    if len(last.split()) <= SHORT or (is_told and not is_open):
        return last
    ends = [word.start() for word in stance("conclusions").finditer(last)]
    return last[ends[-1] :] if ends else ""


@cache
def _announces() -> re.Pattern[str]:
    first = rf"\W{{0,4}}(?:{pattern_of(listed('stance', 'conclusions'))},? )?"
    return re.compile(first + stance("announcements").pattern)


@cache
def _speaks_for() -> re.Pattern[str]:
    return re.compile(pattern_of([*listed("stance", "preferences"), *listed("stance", "intents")]))


def goes_on(rest: str) -> bool:
    """Whether a condition or a choice continues the sentence of an answer.

    Args:
        rest: text after the answer, in its original case.
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
    """Whether a text begins with the player as its subject: "I would pick B"."""
    return (
        stance("self").search(" ".join(plain(text[:LONGEST_LEAD]).split()[:_FIRST_WORDS]))
        is not None
    )


def is_of_another(key: str) -> bool:
    """Whether the key of an object marks a value that is not an answer."""
    said = plain(key)
    return any(stance(words).search(said) for words in ("elsewhere", "conditions", "examples"))


def is_verdict(key: str) -> bool:
    """Whether the key of an object marks the chosen option or the amount given."""
    said = plain(key)
    return any(pattern.search(said) for pattern in (stance("preferences"), words("split", "gives")))


def is_foreign(key: str) -> bool:
    """Whether the key of an object marks a value about others, or about all options."""
    return stance("foreign").search(plain(key)) is not None
