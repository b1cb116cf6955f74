"""`Courier`: takes one batch to its provider, waits for it, and brings the answers back."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from agents.core.batches.batch import UNANSWERED, Answer, Batch, Shelf, error
from agents.core.batches.service import BatchService, Progress, Refusal
from agents.core.models.model import Failure

T = TypeVar("T")


_GROWTH = 1.5
"""Ratio of each wait to the one before."""
_LOOKS = 4
"""Smallest number of looks for a batch of which nothing was heard."""
_READS = 3
"""Times that results are read in which answers are missing."""
_NOT_MADE = {*range(400, 500)} - {408, 409}
"""Statuses after which a batch has not been made: not a timeout, and no conflict with itself."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Times of batches, in seconds.

    Args:
        quiet: a wave is complete if no question has come for so long.
        patience: a wave waits no longer for models that are asked by themselves.
        poll: first wait before the provider is asked how a batch is getting on.
        longest: longest such wait.
        told: longest time without a word about a batch.
        doubt: time after which a batch that was sent is in the provider's list, if it arrived.
    """

    quiet: float = 1.0
    patience: float = 60.0
    poll: float = 2.0
    longest: float = 60.0
    told: float = 600.0
    doubt: float = 120.0


class Teller(Protocol):
    """Receiver of messages on batches."""

    def record(self, about: str) -> None:
        """Keep a line for good, and show it."""
        ...

    def show(self, about: str) -> None:
        """Show a line."""
        ...


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A batch whose answers are waited for.

    Args:
        model: name of the model in the design.
        name: the provider's name of the batch; None as long as it is not known to have arrived.
        status: in the provider's word.
        questions: number of its lines.
        done: number of lines that are answered or have failed.
        since: time at which it was written, in seconds since 1970.
        expires: time at which it ends unfinished, likewise; None if that is not known.
    """

    model: str
    name: str | None
    status: str
    questions: int
    done: int
    since: float
    expires: float | None

    def __str__(self) -> str:
        """One line on it."""
        expires = "" if self.expires is None else f", expires {_utc(self.expires)}"
        return (
            f"{self.name or 'a batch'} ({self.model}), {self.status}: {self.done:,} of "
            f"{self.questions:,} done, since {_utc(self.since)}{expires}"
        )


class Courier:
    """Takes one batch to its provider, and brings the answers back.

    Args:
        service: the provider's interface.
        shelf: keeps the batch.
        pace: how often the provider is asked.
        teller: is told how it is getting on.
        batch: kept on the shelf with its lines.
    """

    def __init__(
        self, service: BatchService, shelf: Shelf, pace: Pace, teller: Teller, batch: Batch
    ) -> None:
        self._service, self._shelf, self._pace, self._teller = service, shelf, pace, teller
        self._batch = batch
        self._progress: Progress | None = None

    @property
    def under_way(self) -> UnderWay:
        """How the batch is getting on."""
        batch = self._batch
        status = "not sent" if batch.sent is None else "sent"
        now = self._progress or Progress(status, ended=False, done=0)
        return UnderWay(
            model=batch.model,
            name=batch.id,
            status=now.status,
            questions=len(batch.lines),
            done=now.done,
            since=batch.written,
            expires=now.expires,
        )

    async def deliver(self) -> tuple[str, dict[str, Answer]]:
        """The provider's name of the batch, and its answers by line.

        Raises:
            Refusal: the provider does not say how the batch is getting on.
        """
        if self._batch.id is None and (refused := await self._send()) is not None:
            self._shelf.drop(self._batch.key)
            self._teller.record(f"{self._about()} was refused: {refused.message}")
            answer = error(refused.status or 400, refused.message)
            return "", dict.fromkeys(self._batch.lines, answer)
        ended = await self._wait(name := str(self._batch.id))
        found = await self._answers(ended)
        answers = _complete(self._batch, ended, found)
        self._shelf.keep_answers(self._batch.key, answers)
        good = sum(answer.status < 400 for answer in answers.values())  # noqa: PLR2004 - of HTTP
        self._teller.record(
            f"{name} {ended.status}: {good} answers, {len(answers) - good} without one"
        )
        return name, answers

    async def _send(self) -> Failure | None:
        """Send the batch, unless it has arrived already; why the provider takes no such batch."""
        file, pause = None, self._pace.poll
        while True:
            name = None
            if self._batch.sent is not None:  # if nothing was heard of it, it may have arrived
                name = await self._search(self._batch.sent)
            try:
                if name is None:
                    file = file or await self._service.prepare(self._shelf.lines(self._batch.key))
                    self._keep(sent=time.time())
                    name = await self._service.create(self._batch, file)
            except Refusal as refusal:
                if not refusal.failure.transient:
                    return refusal.failure
                if refusal.failure.status in _NOT_MADE:
                    self._keep(sent=None)
                pause = await self._pause(pause, f"{self._about()} is not sent", refusal.failure)
                continue
            self._keep(id=name)
            self._teller.record(f"{name} is {self._about()}")
            return None

    async def _search(self, sent: float) -> str | None:
        """The provider's name of a batch of which nothing was heard; None if it has not arrived.

        The provider may list a batch some time after it has made it. So the list is looked at
        until that time is over, and for as long as a batch in it may be this one.

        Args:
            sent: time at which it was sent, in seconds since 1970.
        """
        pause, looks = self._pace.poll, 0
        while True:
            looks += 1
            last = looks >= _LOOKS and time.time() - sent > self._pace.doubt
            found = await self._patiently(partial(self._service.find, self._batch))
            perhaps = found.perhaps - {batch.id for batch in self._shelf.load()}
            if found.name is not None or (last and not perhaps):
                return found.name
            why = f"{self._about()} may have arrived: it is looked for before it is sent again"
            if perhaps:
                why += f"; it may be {', '.join(sorted(perhaps))}, which is known once that ends"
            pause = await self._pause(pause, why)

    async def _wait(self, name: str) -> Progress:
        """The state of the batch once it has ended."""
        pause, told, known = self._pace.poll, 0.0, -1
        while True:
            now = await self._patiently(partial(self._service.progress, name))
            self._progress = now
            if now.ended:
                return now
            if now.done != known or time.time() - told > self._pace.told:
                told, known = time.time(), now.done
                self._teller.show(f"waiting for {self.under_way}")
            await asyncio.sleep(pause)
            pause = self._longer(pause)

    async def _answers(self, ended: Progress) -> Mapping[str, Answer]:
        """The answers of the batch. Results in which some are missing are read again."""
        pause = self._pace.poll
        for _ in range(_READS):
            ask = partial(self._service.answers, self._batch, ended)
            found = await self._patiently(ask)
            if not ended.files or found.keys() >= self._batch.lines.keys():
                break
            await asyncio.sleep(pause)
            pause = self._longer(pause)
        return found

    def _keep(self, **changes: Any) -> None:  # noqa: ANN401 - fields of a batch
        self._batch = self._batch.model_copy(update=changes)
        self._shelf.keep(self._batch)

    def _about(self) -> str:
        return f"a batch of {len(self._batch.lines)} questions to {self._batch.model}"

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
                pause = await self._pause(pause, "nothing is heard of a batch", refusal.failure)

    async def _pause(self, pause: float, told: str, failure: Failure | None = None) -> float:
        """Wait before the provider is asked again; returns how long to wait the next time."""
        if pause == self._pace.poll:
            why = "" if failure is None else f": {failure.message}; it is tried until it succeeds"
            self._teller.show(told + why)
        asked = 0.0 if failure is None else failure.retry_after or 0.0
        await asyncio.sleep(max(pause, min(asked, self._pace.longest)))
        return self._longer(pause)

    def _longer(self, pause: float) -> float:
        """The pause after a pause, in seconds."""
        return min(self._pace.longest, _GROWTH * pause)


def _complete(batch: Batch, ended: Progress, found: Mapping[str, Answer]) -> dict[str, Answer]:
    """An answer to each line: an error if the batch holds none."""
    message = f"batch {batch.id} {ended.status} without an answer to this question"
    missing = ended.why or error(UNANSWERED, message)
    return {name: found.get(name, missing) for name in batch.lines}


def _utc(moment: float) -> str:
    """A time in seconds since 1970, to the minute."""
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(moment))
