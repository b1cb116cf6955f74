"""Sentence slots: how one text has many wordings without any sentence being written twice.

A text is a list of slots, and a slot a list of wordings of one sentence, or a case: a table
`{ case = "fact" }` stands for the slots under `cases.<fact>.<value of the fact>`. A slot is said in
its place whatever the others say, so that three slots of three wordings give 27 texts.
"""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from prompts.core.texts.catalogue import TextError, placeholders

Slot = Sequence[str]


def flatten(texts: Any, case: Callable[[str], Any]) -> list[Slot]:  # noqa: ANN401 - as TOML has it
    """The slots of a text, in order.

    Args:
        texts: a list of slots as the file has it.
        case: gives the slots that stand for a case.

    Raises:
        TextError: it is no list of slots, or wordings of a slot differ in their placeholders.
    """
    found: list[Slot] = []
    for slot in texts if isinstance(texts, list) else [None]:
        if isinstance(slot, dict) and set(slot) == {"case"}:
            found += flatten(case(slot["case"]), case)
            continue
        if not (isinstance(slot, list) and slot and all(isinstance(said, str) for said in slot)):
            raise TextError(f"no list of slots, each a list of wordings: {texts!r}")
        if any(placeholders(said) != placeholders(slot[0]) for said in slot):
            raise TextError(f"wordings of one sentence differ in their placeholders: {slot!r}")
        found.append(slot)
    return found


def wordings(slots: Sequence[Slot]) -> int:
    """How many texts the slots give."""
    return prod(map(len, slots))


def say(slots: Sequence[Slot], number: int) -> str:
    """One of the texts: the number picks a wording of each slot, in mixed radix.

    Args:
        slots: what is said.
        number: from 0; numbers that are equal modulo `wordings` give the same text.
    """
    chosen = []
    for slot in slots:
        number, at = divmod(number, len(slot))
        chosen.append(slot[at])
    return " ".join(chosen).replace(" \n", "\n")  # a wording may begin a line of its own
