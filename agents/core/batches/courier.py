"""`Courier`: takes one batch to its provider, waits for it, and brings the answers back."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from agents.core.batches.batch import UNANSWERED, Answer, Batch, Shelf, error
from agents.core.batches.service import BatchService, Progress, Refusal
from agents.core.models.model import Failure

T = TypeVar("T")


_GROWTH = 1.5
"""Ratio of each wait to the one before."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Times of batches, in seconds.

    Args:
        quiet: a wave is complete if no question has come for so long.
        patience: a wave waits no longer for models that are asked by themselves.
        poll: first wait before the provider is asked how a batch is getting on.
        longest: longest such wait.
        told: longest time without a word about a batch.
    """

    quiet: float = 1.0
    patience: float = 60.0
    poll: float = 2.0
    longest: float = 60.0
    told: float = 600.0


class Teller(Protocol):
    """Receiver of messages on batches."""

    def record(self, about: str) -> None:
        """Keep a line for good, and show it."""
        ...

    def show(self, about: str) -> None:
        """Show a line."""
        ...


class Courier:
    """Takes one batch to its provider, and brings the answers back.

    Args:
        service: the provider's interface.
        shelf: keeps the batch.
        pace: how often the provider is asked.
        teller: is told how it is getting on.
    """

    def __init__(self, service: BatchService, shelf: Shelf, pace: Pace, teller: Teller) -> None:
        self._service, self._shelf, self._pace, self._teller = service, shelf, pace, teller

    async def deliver(self, batch: Batch, *, sent: bool) -> tuple[str, dict[str, Answer]]:
        """The provider's name of a batch, and its answers by line.

        Args:
            batch: kept on the shelf with its lines.
            sent: whether it may have arrived already.

        Raises:
            Refusal: the provider does not say how the batch is getting on.
        """
        if batch.id is None:
            refused = await self._send(batch, sent=sent)
            if isinstance(refused, Failure):
                self._shelf.drop(batch.key)
                self._teller.record(f"{_about(batch)} was refused: {refused.message}")
                answer = error(refused.status or 400, refused.message)
                return "", dict.fromkeys(batch.lines, answer)
            batch = refused
        assert batch.id is not None
        ended = await self._wait(batch, batch.id)
        found = await self._patiently(partial(self._service.answers, ended))
        answers = _complete(batch, ended, found)
        self._shelf.keep_answers(batch.key, answers)
        good = sum(answer.status < 400 for answer in answers.values())  # noqa: PLR2004 - of HTTP
        self._teller.record(
            f"{batch.id} {ended.status}: {good} answers, {len(answers) - good} without one"
        )
        return batch.id, answers

    async def _send(self, batch: Batch, *, sent: bool) -> Batch | Failure:
        """The batch with its provider's name; or why the provider takes no such batch."""
        file, pause, name = None, self._pace.poll, None
        while True:
            if sent:
                name = await self._patiently(partial(self._service.find, batch))
            try:
                if name is None:
                    file = file or await self._service.upload(self._shelf.lines(batch.key))
                    sent = True  # if nothing is heard of it, it may have arrived
                    name = await self._service.create(batch, file)
            except Refusal as refusal:
                if not refusal.failure.transient:
                    return refusal.failure
                pause = await self._pause(pause, refusal.failure, f"{_about(batch)} is not sent")
                continue
            batch = batch.model_copy(update={"id": name})
            self._shelf.keep(batch)
            self._teller.record(f"{name} is {_about(batch)}")
            return batch

    async def _wait(self, batch: Batch, name: str) -> Progress:
        """The state of a batch once it has ended."""
        pause, told, known = self._pace.poll, 0.0, -1
        while True:
            progress = await self._patiently(partial(self._service.progress, name))
            if progress.ended:
                return progress
            if progress.done != known or time.time() - told > self._pace.told:
                told, known = time.time(), progress.done
                since = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(batch.written))
                self._teller.show(
                    f"waiting for {name} ({batch.model}), {progress.status}: {known} of "
                    f"{len(batch.lines)} done, since {since}"
                )
            await asyncio.sleep(pause)
            pause = self._longer(pause)

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """The result of a request that is repeated until it succeeds.

        Raises:
            Refusal: it fails for good.
        """
        pause = self._pace.poll
        while True:
            try:
                return await ask()
            except Refusal as refusal:
                if not refusal.failure.transient:
                    raise
                pause = await self._pause(pause, refusal.failure, "nothing is heard of a batch")

    async def _pause(self, pause: float, failure: Failure, what: str) -> float:
        """Wait before the provider is asked again; returns how long to wait the next time."""
        if pause == self._pace.poll:
            self._teller.show(f"{what}: {failure.message}; it is tried again until it succeeds")
        await asyncio.sleep(max(pause, min(failure.retry_after or 0.0, self._pace.longest)))
        return self._longer(pause)

    def _longer(self, pause: float) -> float:
        """The pause after a pause, in seconds."""
        return min(self._pace.longest, _GROWTH * pause)


def _complete(batch: Batch, ended: Progress, found: Mapping[str, Answer]) -> dict[str, Answer]:
    """An answer to each line: an error if the batch holds none."""
    message = f"batch {batch.id} {ended.status} without an answer to this question"
    missing = ended.why or error(UNANSWERED, message)
    return {name: found.get(name, missing) for name in batch.lines}


def _about(batch: Batch) -> str:
    return f"a batch of {len(batch.lines)} questions to {batch.model}"
