"""`Desk`: gathers the questions of all matches into batches, and hands out the answers.

Each question waits here until its answer has come. When all matches wait, what has gathered is one
wave: one file to each account, or several if it is large.
"""

import asyncio
import json
import time
from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Coroutine,
    Iterable,
    Mapping,
)
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from agents.core.batches.batch import (
    Answer,
    Batch,
    Line,
    NotSent,
    Reserved,
    Shelf,
)
from agents.core.batches.courier import Courier, Pace, Teller, UnderWay
from agents.core.batches.posted import read, written
from agents.core.batches.service import BETAS, BatchService, Refusal
from agents.core.batches.waiting import Waiting, files, line_bytes, line_name
from agents.core.models.gate import Ask, Halted
from agents.core.models.limiter import Limiter
from agents.core.models.model import Completion, Failure, Request
from games import BadInput

if TYPE_CHECKING:  # it takes a while
    from agents.core.models.lite import LiteModel

_AT_ONCE = 16
"""Requests that are written, and answers that are read, at the same time."""
_LOOKS = 4
"""Looks without a change after which a wave is complete."""
_NEXT_TIME = "the batch that holds the question is asked for at the next start"

Reckon = Callable[[Completion | Failure, Ask], Completion | Failure]
"""The outcome of a call at its price."""
Service = Callable[["LiteModel"], BatchService]


@dataclass(frozen=True, slots=True)
class _Account:
    """An account whose questions go into one file.

    Args:
        name: without the key; of models in one account that have the same name.
        model: name of the model in the design.
        service: the provider's interface.
    """

    name: str
    model: str
    service: BatchService


class Desk:
    """Gathers questions into batches.

    Args:
        gate: permits calls.
        shelf: keeps batches.
        service: the interface to the batches of a model's provider.
        teller: is told what becomes of batches.
        closed: ids of the matches that are closed: nobody will ask for their questions.
        pace: times.
    """

    def __init__(
        self,
        gate: Limiter,
        shelf: Shelf,
        service: Service,
        teller: Teller,
        closed: Callable[[], Collection[str]],
        pace: Pace,
    ) -> None:
        self._gate, self._shelf, self._service, self._teller = gate, shelf, service, teller
        self._closed, self._pace = closed, pace
        self._accounts: dict[str, _Account] = {}
        self._waiting: dict[str, Waiting] = {}
        self._queue: list[Waiting] = []
        self._first = 0.0
        """Time at which the first question in the queue came."""
        self._moved = False
        """Whether a question was added, or its writing began or ended, since the last look."""
        self._working = 0
        self._place = asyncio.Semaphore(_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._couriers: dict[str, Courier] = {}
        self._stopped: str | None = None

    @property
    def gathered(self) -> int:
        """Number of questions that wait for the next batches."""
        return len(self._queue)

    @property
    def under_way(self) -> list[UnderWay]:
        """The batches whose answers are waited for, in the order in which they were written."""
        found = [courier.under_way for courier in self._couriers.values()]
        return sorted(found, key=lambda each: each.since)

    def begin(self) -> None:
        """Begin to gather."""
        self._begin(self._gather(), [])

    async def close(self) -> None:
        """End all waiting, and delete batches whose matches are closed."""
        self.stop("the run ends")
        tasks = list(self._tasks)
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tidy()

    def know(self, model: "LiteModel") -> None:
        """Open an account for a model."""
        name = _account(model)
        if name not in self._accounts:
            self._accounts[name] = _Account(name, model.name, self._service(model))

    async def check(self) -> None:
        """Find out whether the servers of all accounts have batches.

        Raises:
            BadInput: names one that has none.
        """
        for account in self._accounts.values():
            try:
                await account.service.check()
            except Refusal as refusal:
                failure = refusal.failure
                if failure.transient:
                    continue  # it may be there later
                raise BadInput(
                    f"the batches of {account.model} cannot be listed: {failure.message} "
                    f"({failure.label}); a server of your own without batches is asked by itself "
                    "as hosted_vllm/…, or run without --batch"
                ) from None

    def resume(self) -> set[int]:
        """Go on with the batches of earlier sessions.

        Returns:
            Numbers of the reservations of their lines.

        Raises:
            BadInput: a batch is charged to an account that no model of the design has.
        """
        numbers = set[int | None]()
        for batch in self._tidy():
            account = self._accounts.get(batch.account)
            if account is None:
                raise BadInput(
                    f"a batch of questions to {batch.model} is under way in another account "
                    f"({batch.account}): go on with the address and the key it was sent with"
                )
            numbers |= {each.number for each in batch.lines.values()}
            waiting = [
                Waiting(Line(name, "", None, "", each.cost, each.number), batch.account)
                for name, each in batch.lines.items()
                if name not in batch.moot
            ]
            self._waiting |= {each.line.name: each for each in waiting}
            if (answers := self._shelf.answers(batch.key)) is None:
                self._deliver(batch, account, waiting)
            else:
                self._hand_out(batch.id or "", answers, waiting)
        return {number for number in numbers if number is not None}

    def stop(self, why: str) -> None:
        """End all waiting with an exception."""
        if self._stopped is not None:
            return
        self._stopped = why
        for each in self._queue:
            each.fail(NotSent(why))
        self._queue.clear()
        for each in self._waiting.values():
            each.fail(Halted(f"{why}: {_NEXT_TIME}"))
        for task in self._tasks:
            task.cancel()

    async def ask(
        self, model: "LiteModel", request: Request, ask: Ask, reckon: Reckon
    ) -> Completion | Failure:
        """The outcome of a question, once its batch has ended.

        Args:
            model: is asked.
            request: the question, with the name of its attempt.
            ask: upper bounds of its tokens and its cost.
            reckon: puts the price on the outcome.

        Raises:
            BadInput: the model refuses a setting.
            Halted: it will not be answered in this session.
        """
        name = line_name(request)
        waiting = self._waiting.get(name)
        if waiting is None:
            async with self._work():
                sent = await written(model, request)
            await self._gate.enter(ask)
            body, betas = json.loads(sent.body), sent.headers.get(BETAS, "")
            line = Line(name, sent.path, body, betas, ask.cost, self._gate.reservation(ask))
            waiting = self._add(Waiting(line, _account(model)))
        else:
            ask = replace(ask, cost=waiting.line.cost)
            self._gate.resume(ask, waiting.line.reservation)
        outcome: Completion | Failure | None = None
        try:
            batch, answer = await waiting.answer
            async with self._work():
                outcome = reckon(await read(model, request, answer, batch), ask)
        except NotSent as error:
            outcome = Failure(str(error))
            raise
        finally:
            self._waiting.pop(name, None)
            self._gate.leave(ask, outcome)
        return outcome

    def _add(self, waiting: Waiting) -> Waiting:
        if self._stopped is not None:
            waiting.fail(NotSent(self._stopped))
            return waiting
        self._moved = True
        if not self._queue:
            self._first = time.monotonic()
        self._queue.append(waiting)
        self._waiting[waiting.line.name] = waiting
        return waiting

    @asynccontextmanager
    async def _work(self) -> AsyncIterator[None]:
        """A place to write a request or read a reply. Matches that go on may add questions."""
        self._working += 1
        try:
            async with self._place:
                yield
        finally:
            self._working -= 1
            self._moved = True

    async def _gather(self) -> None:
        """Send each wave once it is complete.

        Looks are counted, not seconds: between two looks everybody who can go on does so, however
        long the loop was held up.
        """
        still = 0
        while True:
            await asyncio.sleep(self._pace.quiet / _LOOKS)
            still, self._moved = 0 if self._moved or self._working else still + 1, False
            if not self._queue or still < _LOOKS:
                continue
            if self._others_busy() and time.monotonic() - self._first < self._pace.patience:
                continue
            queue, self._queue = self._queue, []
            for file in files(queue):
                self._send(file)

    def _others_busy(self) -> bool:
        """Whether models that are asked by themselves are to answer."""
        batched = {account.model for account in self._accounts.values()}
        return any(calls for name, (calls, _) in self._gate.flight.items() if name not in batched)

    def _send(self, waiting: list[Waiting]) -> None:
        """Write a batch, and have it taken to its provider."""
        account = self._accounts[waiting[0].account]
        lines = [each.line for each in waiting]
        batch = Batch(
            key=uuid4().hex,
            model=account.model,
            account=account.name,
            endpoint=lines[0].path,
            betas=lines[0].betas,
            written=time.time(),
            lines={line.name: Reserved(cost=line.cost, number=line.reservation) for line in lines},
        )
        self._shelf.keep_lines(batch.key, b"".join(map(line_bytes, lines)))
        self._shelf.keep(batch)
        self._deliver(batch, account, waiting)

    def _deliver(self, batch: Batch, account: _Account, waiting: list[Waiting]) -> None:
        """Begin to take a batch to its provider."""
        courier = Courier(account.service, self._shelf, self._pace, self._teller, batch)
        self._couriers[batch.key] = courier
        self._begin(self._delivered(courier, batch.key, account, waiting), waiting)

    async def _delivered(
        self, courier: Courier, key: str, account: _Account, waiting: list[Waiting]
    ) -> None:
        try:
            name, answers = await courier.deliver()
        except Refusal as refusal:
            why = f"its batch cannot be read: {refusal.failure.message}"
            self._gate.halt(why, account.model)
            for each in waiting:
                each.fail(Halted(f"{why}; {_NEXT_TIME}"))
        else:
            for each in waiting:
                each.succeed(name, answers[each.line.name])
        finally:
            self._couriers.pop(key)

    def _hand_out(
        self, name: str, answers: Mapping[str, Answer], waiting: Iterable[Waiting]
    ) -> None:
        """Hand out the answers of an earlier session.

        What failed cost nothing, and is asked anew.
        """
        for each in waiting:
            answer = answers[each.line.name]
            if answer.status < 400:  # noqa: PLR2004 - of HTTP
                each.succeed(name, answer)
            else:
                self._waiting.pop(each.line.name, None)

    def _begin(self, work: Coroutine[Any, Any, None], waiting: list[Waiting]) -> None:
        """Start a background task. If it fails, its questions fail with the same error."""
        task = asyncio.create_task(work)
        self._tasks.add(task)

        def done(task: "asyncio.Task[None]") -> None:
            self._tasks.discard(task)
            if not task.cancelled() and (error := task.exception()) is not None:
                for each in waiting or [*self._waiting.values()]:
                    each.fail(error)

        task.add_done_callback(done)

    def _tidy(self) -> list[Batch]:
        """The batches with open matches. Batches of closed matches are deleted."""
        kept, closed = [], self._closed()
        for batch in self._shelf.load():
            now = batch.without(closed)
            if not now.asked:
                self._shelf.drop(batch.key)
                continue
            if now != batch:  # a closed match may be played again, and asks new questions then
                self._shelf.keep(now)
            kept.append(now)
        return kept


def _account(model: "LiteModel") -> str:
    """Name of a model's account: model, address, and the variable of the key."""
    spec = model.spec
    return (
        f"{spec.model} at {spec.api_base or 'the usual address'}, {spec.api_key_env or 'usual key'}"
    )
