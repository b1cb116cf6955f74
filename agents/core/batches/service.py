"""`BatchService`: a provider's interface to its batches, and what all interfaces share."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

from agents.core.batches.batch import UNANSWERED, Answer, Batch, error
from agents.core.models.failed import one_line_of
from agents.core.models.model import Failure
from agents.core.responses.failures import Kind
from agents.core.responses.storable import storable

T = TypeVar("T")

EARLIER = 86_400.0
"""Seconds by which the clocks of a provider and of this machine may differ."""
PAGE = 100
"""Batches listed at a time."""
TIMEOUT = 600.0
"""Seconds of one call."""
BETAS = "anthropic-beta"
"""Header that names trial features of Anthropic's, for all questions of a batch."""
_GRACE = 10.0
"""Seconds in which a call may finish after an interruption."""
_GOOD = 400
"""Statuses of answers are below, of errors from here."""


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
        expires: time at which it ends unfinished, in seconds since 1970; None if that is not known.
    """

    status: str
    ended: bool
    done: int
    files: tuple[str, ...] = ()
    why: Answer | None = None
    expires: float | None = None


class Found(NamedTuple):
    """Result of a search for a batch that may have arrived.

    Args:
        name: the provider's name of it; None if it was not found.
        perhaps: batches that may be it, which cannot be told before they have ended.
    """

    name: str | None = None
    perhaps: frozenset[str] = frozenset()


class BatchService(Protocol):
    """A provider's interface to its batches. Each method raises `Refusal` if it has no result."""

    async def check(self) -> None:
        """Find out whether the server has batches."""
        ...

    async def prepare(self, lines: bytes) -> str:
        """Send the file of a batch ahead; returns its name, or the file where none is sent."""
        ...

    async def create(self, batch: Batch, file: str) -> str:
        """Begin a batch; returns the provider's name of it.

        Args:
            batch: names its lines.
            file: result of `prepare`.
        """
        ...

    async def find(self, batch: Batch) -> Found:
        """Look for a batch that may have arrived."""
        ...

    async def progress(self, name: str) -> Progress:
        """State of a batch."""
        ...

    async def answers(self, batch: Batch, progress: Progress) -> Mapping[str, Answer]:
        """The answers of a batch that has ended, by line."""
        ...


def line_of(name: str, path: str, body: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A line of OpenAI's batch file."""
    return {"custom_id": name, "method": "POST", "url": path, "body": body}


def results(content: bytes, read: Callable[[Mapping[str, Any]], Answer]) -> dict[str, Answer]:
    """The answers in a file of results, by `custom_id`.

    A line that is broken off or names nothing has no answer. Of several lines of one name the first
    counts, but an answer counts before an error.

    Args:
        content: the file, one JSON object a line.
        read: the answer that such an object holds.
    """
    found: dict[str, Answer] = {}
    for text in content.splitlines():
        try:
            line = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if not isinstance(line, dict) or not isinstance(name := line.get("custom_id"), str):
            continue
        answer = read(storable(line))
        if name not in found or (found[name].status >= _GOOD > answer.status):
            found[name] = answer
    return found


def unanswered(told: object) -> Answer:
    """The answer to a line that failed without a response.

    Args:
        told: what the provider says of it: a message and a code, as far as they exist.
    """
    about = told if isinstance(told, dict) else {}
    message = str(about.get("message") or "the batch holds no answer to this question")
    return error(UNANSWERED, message, about.get("code"))


def unreadable(odd: object, secret: str) -> Refusal:
    """A provider's response that cannot be read; it may be readable later.

    Args:
        odd: what is wrong with it.
        secret: key that was sent.
    """
    line = one_line_of(f"what was said of a batch cannot be read: {odd}", secret)
    return Refusal(Failure(line, kind=Kind.SERVER))


async def finished(call: Awaitable[T]) -> T:
    """The result of a call. A cancelled call has `_GRACE` seconds to finish."""
    doing = asyncio.ensure_future(call)
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait([doing], timeout=_GRACE)
        doing.cancel()
        await asyncio.gather(doing, return_exceptions=True)
        raise
