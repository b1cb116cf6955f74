"""`BatchService`: a provider's interface to its batches, and the account that uses it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from agents.core.batches.batch import Answer, Batch
from agents.core.models.model import Failure


class Refusal(Exception):
    """A provider's failure to carry out a request about a batch.

    Args:
        failure: as that of a call to a model.
    """

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Progress:
    """State of a batch at its provider.

    Args:
        status: in the provider's word.
        ended: whether it changes no more.
        done: number of lines that are answered or have failed.
        files: names of the files that hold answers.
        why: why no line was answered; None if that is not known.
    """

    status: str
    ended: bool
    done: int
    files: tuple[str, ...] = ()
    why: Answer | None = None


class BatchService(Protocol):
    """A provider's interface to its batches. Each method raises `Refusal` if it has no result."""

    async def check(self) -> None:
        """Find out whether the server has batches."""
        ...

    async def upload(self, lines: bytes) -> str:
        """Send a file; returns its name."""
        ...

    async def create(self, batch: Batch, file: str) -> str:
        """Begin a batch; returns the provider's name of it."""
        ...

    async def find(self, batch: Batch) -> str | None:
        """The provider's name of a batch that may have arrived; None if it has not."""
        ...

    async def progress(self, name: str) -> Progress:
        """State of a batch."""
        ...

    async def answers(self, progress: Progress) -> Mapping[str, Answer]:
        """The answers of a batch that has ended, by line."""
        ...


def line_of(name: str, path: str, body: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A line of OpenAI's batch file."""
    return {"custom_id": name, "method": "POST", "url": path, "body": body}
