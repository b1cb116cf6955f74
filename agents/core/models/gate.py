"""`Gate`: the interface between a call and the limiter, and what they tell each other."""

from dataclasses import dataclass
from typing import Protocol

from agents.core.models.model import Completion, Failure


class Halted(Exception):
    """Calls to one model, or to all models, have ended. The match can be resumed."""


class Rejected(Halted):
    """A question was rejected, perhaps as all questions are. The match is played later."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits on the calls to one model.

    Args:
        concurrency: calls in flight at the same time.
        requests: calls begun in any minute; None for no bound.
        tokens: tokens of prompts and completions in any minute; None for no bound.
        failing: share of failed calls at which calls to the model stop.
        longest_wait: seconds. Calls to the model stop if a provider asks for a longer wait, or is
            busy for longer without a reply.
        batched: whether calls wait for a batch: all of them may be in flight from the beginning.
    """

    concurrency: int = 4
    requests: int | None = None
    tokens: int | None = None
    failing: float = 0.5
    longest_wait: float = 900.0
    batched: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Upper bounds on the resources of one call.

    Args:
        model: its name.
        tokens: of prompt and completion.
        cost: US dollars.
        tries: number of calls counted as failed if this one meets a limit.
        trial: whether the rejection of this call leaves the questions of a match unaffected.
        batched: whether the question waits for a batch.
    """

    model: str
    tokens: int = 0
    cost: float = 0.0
    tries: int = 0
    trial: bool = False
    batched: bool = False


class Gate(Protocol):
    """Decides when a call may be made."""

    async def enter(self, ask: Ask) -> None:
        """Wait until the call may be made.

        Raises:
            Halted: no more calls are made.
        """
        ...

    def leave(self, ask: Ask, outcome: Completion | Failure | None) -> None:
        """Report the outcome of a call; None if it is unknown."""
        ...


class Place(Protocol):
    """A call that waits for permission. A future is one."""

    def done(self) -> bool:
        """Whether it has been answered or has left."""
        ...

    def set_result(self, result: None, /) -> None:
        """Permit the call."""
        ...

    def set_exception(self, exception: Exception, /) -> None:
        """Refuse the call."""
        ...


class ReservationLog(Protocol):
    """Keeps reservations of calls in flight. A reservation counts as spent if the run dies."""

    def reserve(self, model: str, cost: float) -> int:
        """Keep a reservation, in US dollars; returns its number."""
        ...

    def settle(self, number: int) -> None:
        """Delete a reservation, once the outcome of its call is kept."""
        ...
