"""`ModelPool`: opens each model once, bounds the calls in flight, and closes what it opened."""

import asyncio
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from agents.core import embedded
from agents.core.lite import LiteModel
from agents.core.model import Completion, Failure, Model, ModelSpec, Request
from prompts import Form


class ModelPool:
    """The models of one run.

    Args:
        concurrency: calls in flight at the same time, per model and address.
    """

    def __init__(self, concurrency: int = 4) -> None:
        self._concurrency = concurrency
        self._models: dict[str, Model] = {}
        self._gates: dict[tuple[str, str | None], asyncio.Semaphore] = {}
        self._servers: dict[str, embedded.Server] = {}
        self._opening = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Nothing is opened before it is needed."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the embedded models, whatever happened."""
        for server in self._servers.values():
            await server.stop()

    async def open(self, specs: Iterable[ModelSpec]) -> None:
        """Open models ahead of play, so that what cannot be reached is known before anything is.

        Raises:
            BadInput: a model cannot be reached with what is installed and configured here.
        """
        for spec in specs:
            await self.reach(spec)

    async def reach(self, spec: ModelSpec) -> Model:
        """The model of a specification, opened on first use."""
        key = spec.model_dump_json()
        async with self._opening:
            if key not in self._models:
                gate = self._gates.setdefault(
                    (spec.model, spec.api_base), asyncio.Semaphore(self._concurrency)
                )
                self._models[key] = _Gated(await self._connect(spec), gate)
            return self._models[key]

    async def _connect(self, spec: ModelSpec) -> LiteModel:
        if not spec.model.startswith(embedded.PREFIX):
            return LiteModel(spec)
        name = spec.model.removeprefix(embedded.PREFIX)
        if name not in self._servers:
            weights = embedded.weights(name)
            self._servers[name] = await embedded.Server.start(weights, slots=self._concurrency)
        return LiteModel(spec, self._servers[name].url)


class _Gated:
    """A model with a bound on the calls in flight."""

    def __init__(self, model: Model, gate: asyncio.Semaphore) -> None:
        self._model = model
        self._gate = gate
        self.form: Form = model.form

    async def complete(self, request: Request) -> Completion | Failure:
        """Wait for a place, then ask."""
        async with self._gate:
            return await self._model.complete(request)
