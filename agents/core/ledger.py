"""`Ledger`: the attempts of one seat in one match, filed as they happen and replayed on resuming.

An interrupted match is played again from its start. Agents are functions of their arguments, so
they ask the same questions again. The ledger answers those on record, and no call is paid twice.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from agents.core.models.model import Failure
from agents.core.models.person import Nobody, Person
from agents.core.responses.failures import GIVEN_UP
from agents.core.types import Attempt
from prompts import Message

CHECK: Final = -2
"""The turn of the manipulation check, which comes after all turns and belongs to none."""


@dataclass(frozen=True)
class Ledger:
    """Attempts by (turn, number): the seat's turn in the match, and the attempt within that turn.

    Args:
        file: keeps an attempt for good before it returns.
        recorded: attempts already on record.
        left: seconds that the calls of the match may still take; one number, shared by its seats.
        person: who answers in this seat, where a person does.
        name: name of the seat in the run; empty where attempts need no names.
    """

    file: Callable[[int, int, Attempt], None] = lambda turn, number, attempt: None  # noqa: ARG005
    recorded: Mapping[tuple[int, int], Attempt] = field(default_factory=dict)
    left: list[float] = field(default_factory=lambda: [math.inf])
    person: Person = field(default_factory=Nobody)
    name: str = ""

    def attempt(self, turn: int, number: int) -> str:
        """Name of an attempt in the run, of letters, digits and dashes; empty without one."""
        return f"{self.name}-{turn}-{number}" if self.name else ""

    def given_up(self) -> Failure | None:
        """A failure if the match has used up its time, so that no call is made; None otherwise."""
        if self.left[0] > 0:
            return None
        return Failure("not asked: the calls of this match have passed its deadline", GIVEN_UP)

    def count(self, attempt: Attempt, timeout: float) -> None:
        """Deduct the duration of a call from the match's time. Time spent queueing is free."""
        if attempt.completion is not None:
            self.left[0] -= attempt.completion.seconds
        elif attempt.failure is not None and attempt.failure.unsure:
            self.left[0] -= timeout

    def recall(self, turn: int, number: int, messages: tuple[Message, ...]) -> Attempt | None:
        """The attempt on record, if there is one.

        Raises:
            ValueError: another question is on record: the rules or texts have changed since.
        """
        attempt = self.recorded.get((turn, number))
        if attempt is not None and attempt.messages != messages:
            raise ValueError(f"attempt {number} of turn {turn} on record asked another question")
        return attempt
