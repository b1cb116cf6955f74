"""Sentence slots: several wordings of one text without repeated sentences.

A text is a list of slots. A slot is a list of wordings of one sentence. Three slots of three
wordings give 27 texts. Two kinds of entries stand for several slots:

- a list of slots is a group. It has one slot for each option of a player, in the order of the
  rules. The slots are rendered in the order of the options on display;
- a table `{ case = "fact" }` stands for the slots under `cases.<fact>.<value of the fact>`.
"""

from collections.abc import Callable, Sequence
from itertools import chain
from math import prod
from typing import Any

from prompts.core.texts.catalogue import TextError, placeholders
from prompts.core.texts.order import in_order

Slot = Sequence[str]
Group = Sequence[Slot]


def flatten(texts: Any, case: Callable[[str], Any]) -> list[Group]:  # noqa: ANN401 - as TOML has it
    """The slots of a text in order, in groups; a slot outside of groups is a group of one.

    Args:
        texts: list of slots from the file.
        case: looks up the slots of a case.

    Raises:
        TextError: the entry is not a list of slots, or wordings of a slot differ in their
            placeholders.
    """
    groups: list[Group] = []
    for entry in texts if isinstance(texts, list) else [None]:
        if isinstance(entry, dict) and set(entry) == {"case"}:
            groups += flatten(case(entry["case"]), case)
        else:
            groups.append(list(map(_slot, _group(entry))))
    return groups


def _group(entry: Any) -> list[Any]:  # noqa: ANN401 - as TOML has it
    """The slots of an entry: those of a group, or the entry itself."""
    several = isinstance(entry, list) and entry and all(isinstance(part, list) for part in entry)
    return entry if several else [entry]


def _slot(entry: Any) -> Slot:  # noqa: ANN401 - as TOML has it
    if not (isinstance(entry, list) and entry and all(isinstance(said, str) for said in entry)):
        raise TextError(f"no list of slots, each a list of wordings: {entry!r}")
    if any(placeholders(said) != placeholders(entry[0]) for said in entry):
        raise TextError(f"wordings of one sentence differ in their placeholders: {entry!r}")
    return entry


def wordings(groups: Sequence[Group]) -> int:
    """Number of texts that the slots give, in one order of the options."""
    return prod(map(len, chain.from_iterable(groups)))


def say(groups: Sequence[Group], number: int, order: int = 0) -> str:
    """One of the texts. The number selects a wording of each slot, in mixed radix.

    Args:
        groups: slots of the text.
        number: from 0; numbers that are equal modulo `wordings` give the same text.
        order: order of the slots of a group, see `in_order`. It does not change wordings.
    """
    said: list[str] = []
    for group in groups:
        chosen = []
        for slot in group:
            number, at = divmod(number, len(slot))
            chosen.append(slot[at])
        said += in_order(chosen, order)
    return " ".join(said).replace(" \n", "\n")  # a wording may begin a line of its own
