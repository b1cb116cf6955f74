"""Workers that play nothing: they ask, wait, and report what a worker of the engine reports.

All of them are in this one process. Each plays matches by a pattern: it asks the driver for each
call, waits as long as a model takes, and reports the attempt of the pattern, with a prompt that no
other call has. Frames on a socket stand for Ray: a length, and a pickled call or reply.
"""

import asyncio
import os
import pickle
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agents.core.models.gate import Ask
from arena.core.types import Match, Transcript, TurnRecord
from arena.engine.beginning import Beginning
from arena.engine.ray_worker import Messenger
from arena.engine.seating import Recorded
from arena.record.filing import Row, closed_match, filed_attempt, text_hash

SIZE = 8
"""Bytes of the length of a frame."""


@dataclass(frozen=True)
class Pattern:
    """A match that workers repeat.

    Args:
        transcript: of the match, with one attempt per decision.
        model: the model that is asked.
        seconds: time that it takes for a reply.
    """

    transcript: Transcript
    model: str
    seconds: float


class FakeWorker(Messenger):
    """A worker that repeats a match."""

    def __init__(self, pattern: Pattern) -> None:
        super().__init__()
        self._pattern = pattern
        made = pattern.transcript.decisions
        self._turns = [
            [self._filed(each) for each in made if each.turn == turn]
            for turn in range(1 + made[-1].turn)
        ]
        *_, self._rows = closed_match(pattern.transcript, "full")

    def _filed(self, made: TurnRecord) -> tuple[Any, ...]:
        (attempt,) = made.decision.attempts
        model = self._pattern.model
        filed = filed_attempt("", made.player, made.turn, 0, attempt, model)
        asked = attempt.messages[-1].content
        return attempt.completion, filed, asked, text_hash(asked)

    async def play(self, match: Match, _r: Recorded, _b: Beginning | None) -> None:
        """Ask for each decision, turn by turn."""
        for turn in self._turns:
            await asyncio.gather(*(self._decide(match, *decision) for decision in turn))
        ending, made = self._pattern.transcript.ending, self._pattern.transcript.decisions
        rows = {table: [*self._renamed(match, filed)] for table, filed in self._rows.items()}
        self.say("finish", match.id, ending, len(made), rows)

    def _renamed(self, match: Match, rows: list[Row]) -> Iterator[Row]:
        for row in rows:
            yield (match.id, *row[1:])

    async def _decide(self, match: Match, done: Any, filed: Any, asked: str, old: str) -> None:
        ask = Ask(self._pattern.model, tries=5)
        await self.enter(ask)
        await asyncio.sleep(self._pattern.seconds)
        self.leave(ask, done)
        row, texts, *rest = filed
        new = text_hash(text := f"{asked} {match.id}")
        own = {key: each for key, each in texts.items() if key != old} | {new: text}
        messages = row[4].replace(old, new)
        self.say("file", (match.id, *row[1:4], messages, *row[5:]), own, *rest)


async def serve(file: int) -> None:
    """Carry out the calls that come through a socket, until it is closed or one fails."""
    reader, writer = await asyncio.open_connection(sock=socket.socket(fileno=file))
    pattern: Pattern = await receive(reader)
    workers: dict[int, FakeWorker] = {}

    async def call(number: int, worker: int, method: str, arguments: tuple[Any, ...]) -> None:
        if worker not in workers:
            workers[worker] = FakeWorker(pattern)
        send(writer, (number, await getattr(workers[worker], method)(*arguments)))

    async with asyncio.TaskGroup() as tasks:
        while (frame := await receive(reader)) is not None:
            tasks.create_task(call(*frame))
        os._exit(0)  # workers wait for ever


async def receive(reader: asyncio.StreamReader) -> Any:
    """The content of the next frame; None if the other side has ended."""
    try:
        size = int.from_bytes(await reader.readexactly(SIZE), "big")
        return pickle.loads(await reader.readexactly(size))  # noqa: S301 - from our own process
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def send(writer: asyncio.StreamWriter, content: object) -> None:
    """Send a frame."""
    body = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    writer.write(len(body).to_bytes(SIZE, "big") + body)


if __name__ == "__main__":
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    asyncio.run(serve(int(sys.argv[1])))
