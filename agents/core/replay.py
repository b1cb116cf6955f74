"""`Ledger`: the attempts of one seat in one match, filed as they happen and replayed on resuming.

A match that was cut short is played again from its start. Agents depend on what they are given
alone, so they ask the same questions again; those that were answered are answered from the ledger,
and nothing is paid for twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from agents.core.types import Attempt
from prompts import Message

CHECK: Final = -2
"""The turn of the manipulation check, which comes after all turns and belongs to none."""


@dataclass(frozen=True)
class Ledger:
    """Attempts by (turn, number): the seat's turn in the match, and the attempt within that turn.

    Args:
        file: keeps an attempt for good before it returns.
        recorded: what is on record from before.
    """

    file: Callable[[int, int, Attempt], None] = lambda turn, number, attempt: None  # noqa: ARG005
    recorded: Mapping[tuple[int, int], Attempt] = field(default_factory=dict)

    def recall(self, turn: int, number: int, messages: tuple[Message, ...]) -> Attempt | None:
        """The attempt on record, if there is one.

        Raises:
            ValueError: another question is on record: the rules or texts have changed since.
        """
        attempt = self.recorded.get((turn, number))
        if attempt is not None and attempt.messages != messages:
            raise ValueError(f"attempt {number} of turn {turn} on record asked another question")
        return attempt
