"""`Waiting`: a question that waits for its answer, and the files into which questions go."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from agents.core.batches.batch import BYTES, LINES, Answer, Line
from agents.core.batches.service import line_of
from agents.core.models.model import Request


@dataclass(slots=True)
class Waiting:
    """A question that waits for its answer, and for the name of the batch that held it."""

    line: Line
    account: str
    answer: "asyncio.Future[tuple[str, Answer]]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def succeed(self, batch: str, answer: Answer) -> None:
        """Hand out the answer, unless the question has one."""
        if not self.answer.done():
            self.answer.set_result((batch, answer))

    def fail(self, error: BaseException) -> None:
        """End the waiting with an exception, unless it has ended."""
        if not self.answer.done():
            self.answer.set_exception(error)
            self.answer.exception()  # perhaps nobody asks any more


def line_name(request: Request) -> str:
    """Name of the line of a request: of its attempt, and of the prefix that is to be continued."""
    if request.prefix is None:
        return request.attempt
    return f"{request.attempt}-{sha256(request.prefix.encode()).hexdigest()[:8]}"


def line_bytes(line: Line) -> bytes:
    """A line of a batch's file."""
    return json.dumps(line_of(line.name, line.path, line.body)).encode() + b"\n"


def files(queue: list[Waiting]) -> Iterator[list[Waiting]]:
    """Questions divided into files: of one account and one kind each, none too large."""
    groups: dict[tuple[str, ...], list[Waiting]] = {}
    for each in queue:
        groups.setdefault((each.account, each.line.path, each.line.betas), []).append(each)
    for group in groups.values():
        file: list[Waiting] = []
        size = 0
        for each in group:
            more = len(line_bytes(each.line))
            if file and (len(file) == LINES or size + more > BYTES):
                yield file
                file, size = [], 0
            file.append(each)
            size += more
        yield file
