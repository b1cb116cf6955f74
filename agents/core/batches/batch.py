"""`Batch`: one batch as it is kept in the folder of a run, and its lines and answers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field

from agents.core.models.gate import Halted

LINES, BYTES = 50_000, 100_000_000
"""Largest number of lines of one batch, and of bytes. OpenAI accepts 50,000 lines and 200 MB,
Anthropic 100,000 and 256 MB."""

UNANSWERED = 503
"""Status of a line that has no answer when its batch has ended. It can be asked again."""


class NotSent(Halted):
    """A question was not sent, and costs nothing."""


class Answer(NamedTuple):
    """Answer to one line.

    Args:
        status: HTTP status.
        body: JSON body, of a completion or of an error.
    """

    status: int
    body: Any


def error(status: int, message: str, code: str | None = None) -> Answer:
    """An answer that is an error, in the form in which providers write errors."""
    return Answer(status, {"error": {"message": message, "type": "batch", "code": code}})


@dataclass(frozen=True, slots=True)
class Line:
    """One question of a batch.

    Args:
        name: name of the attempt; the provider's `custom_id`.
        path: path of the address to which the question would be sent by itself.
        body: JSON body of that request.
        betas: the header of that request that names trial features of Anthropic's; or empty.
        cost: upper bound on its cost in US dollars; 0 if costs are not bounded.
        reservation: number of the reservation of that cost; None if there is none.
    """

    name: str
    path: str
    body: Any
    betas: str
    cost: float
    reservation: int | None


class Reserved(BaseModel):
    """Reservation of the cost of one line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cost: float = Field(ge=0)
    """US dollars."""
    number: int | None = None
    """Number of the reservation on record; None if there is none."""


class Batch(BaseModel):
    """A batch, from the moment at which its file is written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(pattern="^[0-9a-f]{32}$")
    """Name of the batch, which the provider keeps as metadata. Listed batches are found by it."""
    model: str
    """Name of the model in the design."""
    account: str
    """Account that the batch is charged to, without its key."""
    endpoint: str
    """Path of the address of its questions."""
    betas: str = ""
    """Header that names trial features of Anthropic's which its questions use; or empty."""
    written: float
    """Time at which it was written, in seconds since 1970."""
    lines: dict[str, Reserved]
    """Reservations of its lines, by name, in their order in the file."""
    moot: frozenset[str] = frozenset()
    """Names of lines that nobody will ask for: their matches were closed, perhaps to be played
    again."""
    sent: float | None = None
    """Time at which it was last sent, in seconds since 1970; None if it never was."""
    id: str | None = None
    """The provider's name of the batch; None as long as it is not known to have arrived."""

    def without(self, closed: Collection[str]) -> "Batch":
        """The same batch, in which nobody asks for lines of closed matches any more."""
        over = self.moot.union(name for name in self.lines if match_of(name) in closed)
        return self.model_copy(update={"moot": over})

    @property
    def asked(self) -> set[str]:
        """Names of the lines that somebody may ask for."""
        return self.lines.keys() - self.moot


def match_of(line: str) -> str:
    """Id of the match to which a line belongs."""
    return line.partition("-")[0]


class Shelf(Protocol):
    """Storage of batches. Each method returns once the disk holds its data."""

    def load(self) -> list[Batch]:
        """All batches, in the order in which they were written."""
        ...

    def keep(self, batch: Batch) -> None:
        """Keep a batch, in place of an earlier state of it."""
        ...

    def keep_lines(self, key: str, lines: bytes) -> None:
        """Keep the file of a batch."""
        ...

    def lines(self, key: str) -> bytes:
        """The file of a batch."""
        ...

    def keep_answers(self, key: str, answers: Mapping[str, Answer]) -> None:
        """Keep all answers of a batch."""
        ...

    def answers(self, key: str) -> dict[str, Answer] | None:
        """All answers of a batch; None if they have not come."""
        ...

    def drop(self, key: str) -> None:
        """Delete a batch, its file and its answers."""
        ...
