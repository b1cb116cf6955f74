"""The players of a lab's matches: people asked by pages, and models awaited for a bounded time."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from agents.core.models.gate import Halted
from agents.core.models.model import Completion, Failure, Model, Models, ModelSpec, Request
from agents.core.models.person import FormRequest
from agents.core.responses.failures import Kind
from games.core.types import Action

_LONGEST = 1.25
"""How much longer than planned a pause before another call can be."""

Late = Callable[[str, Completion | Failure], None]
"""Keeps what came of a call for which nobody waits any more."""


@dataclass(frozen=True)
class LabPerson:
    """A participant in a seat, asked through the desk.

    Args:
        ask: opens the question, and gives what comes of it.
        hear: is told that it is on record.
    """

    ask: Callable[[FormRequest], Awaitable[Completion | Failure]]
    hear: Callable[[FormRequest], None]

    async def complete(self, request: FormRequest) -> Completion | Failure:
        """What the participant answers in time, or that there is no answer."""
        return await self.ask(request)

    def kept(self, request: FormRequest) -> None:
        """Hear that what came of a request is on record."""
        self.hear(request)


@dataclass(frozen=True)
class PatientModels:
    """Models that are awaited for a bounded time for each decision.

    Args:
        models: reaches them.
        seconds: for one decision, all its calls together.
        backoff: seconds before a failed call is made again, doubled each time.
        late: keeps what comes later.
        running: holds calls for which nobody waits any more.
        stopping: whether the lab is being left, so that a match without an answer stays open.
    """

    models: Models
    seconds: float
    backoff: float
    late: Late
    running: set["asyncio.Future[Any]"]
    stopping: Callable[[], bool]

    async def reach(self, spec: ModelSpec) -> Model:
        """The model, for one decision."""
        model = await self.models.reach(spec)
        until = asyncio.get_running_loop().time() + self.seconds
        return _PatientModel(model, spec.model, until, self)


class _PatientModel:
    """A model for one decision."""

    def __init__(self, model: Model, name: str, until: float, about: PatientModels) -> None:
        self.form, self.continues = model.form, model.continues
        self._model, self._name, self._until, self._about = model, name, until, about
        self._failed = 0

    async def complete(self, request: Request) -> Completion | Failure:
        """The model's answer, if it comes in time."""
        return await self._bounded(self._model.complete(request))

    async def weigh(self, request: Request, replies: Mapping[Action, str]) -> Completion | Failure:
        """The weights of all options, if they come in time."""
        return await self._bounded(self._model.weigh(request, replies))

    def _left(self) -> float:
        return self._until - asyncio.get_running_loop().time()

    async def _bounded(self, call: Awaitable[Completion | Failure]) -> Completion | Failure:
        task = asyncio.ensure_future(call)
        await asyncio.wait({task}, timeout=max(0.0, self._left()))
        if not task.done():
            self._about.running.add(task)
            task.add_done_callback(self._came_late)
            if self._about.stopping():
                raise Halted("the lab is being left")
            return Failure(
                f"no answer within {self._about.seconds:g} s: nobody waits for it any more",
                kind=Kind.GIVEN_UP,
            )
        try:
            outcome = task.result()
        except Halted as error:
            if self._about.stopping():
                raise
            return Failure(str(error), kind=Kind.GIVEN_UP)
        return self._final(outcome) if isinstance(outcome, Failure) else outcome

    def _final(self, failure: Failure) -> Failure:
        """A failure; one after which nothing is tried, if there is no time or no hope left."""
        pause = failure.retry_after
        if pause is None:
            pause = self._about.backoff * 2**self._failed * _LONGEST
        self._failed += 1
        if failure.hopeless or failure.unpaid or (failure.transient and pause >= self._left()):
            return replace(failure, kind=Kind.GIVEN_UP)
        return failure

    def _came_late(self, task: "asyncio.Future[Completion | Failure]") -> None:
        self._about.running.discard(task)
        if not task.cancelled() and task.exception() is None:
            self._about.late(self._name, task.result())
