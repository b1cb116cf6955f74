"""`RunControl`: obeys the commands to a run while it is played."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Protocol, Self

from agents.core.models.gate import Bounds
from agents.core.models.limiter import Limiter
from agents.core.models.pool import ModelPool
from arena.engine.batching import Batching
from arena.record.control import Action, Command, Commands
from arena.record.store import Store
from games import BadInput
from games.core.errors import unknown

_POLL = 0.2
"""Seconds between two looks at the folder of commands."""


class Driver(Protocol):
    """The part of a run's driver that commands act on."""

    limiter: Limiter
    bounds: dict[str, Bounds]
    store: Store
    batching: Batching

    @property
    def elsewhere(self) -> object:
        """Plays matches outside this process; None if none are."""
        ...

    def hold(self, *, held: bool) -> None:
        """Begin no match and no call, or begin them again."""
        ...

    def bound(self, model: str, **changes: int | None) -> None:
        """Change limits of a model."""
        ...

    def note(self, kind: str, about: str) -> None:
        """Record a note."""
        ...


class RunControl:
    """Obeys commands, and notes on record what it obeyed.

    Args:
        driver: of the run.
        pool: the models that are called from this process.
    """

    def __init__(self, driver: Driver, pool: ModelPool) -> None:
        self._driver, self._pool = driver, pool
        self._commands = Commands(driver.store.folder)
        self._actions: Mapping[Action, Callable[[Command], str]] = {
            "pause": self._pause,
            "resume": self._resume,
            "concurrency": self._concurrency,
            "limit": self._limit,
            "cap": self._cap,
            "status": lambda _: "",
        }

    async def __aenter__(self) -> Self:
        """Begin to obey."""
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Obey no more."""
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)

    async def _listen(self) -> None:
        """Obey commands until cancelled."""
        try:
            while True:
                await asyncio.sleep(_POLL)
                for asked, command in self._commands.waiting():
                    self._commands.answer(asked, self._answer(command))
        except (BadInput, OSError) as error:
            self._driver.note("control", f"commands are read no more: {error}")
        finally:
            self._commands.drop()

    def _answer(self, command: Command | str) -> dict[str, Any]:
        if isinstance(command, str):
            return {"refused": command}
        try:
            if command.model is not None and command.model not in self._driver.bounds:
                raise unknown("model of this run", command.model, self._driver.bounds)
            done = self._actions[command.action](command)
        except BadInput as error:
            return {"refused": str(error)}
        if done:
            self._driver.note("control", done)
        return {"done": done, **self._state()}

    def _state(self) -> dict[str, Any]:
        limiter = self._driver.limiter
        models = {}
        for name, bound in self._driver.bounds.items():
            calls, width = limiter.flight.get(name, (0, 0))
            models[name] = {
                "calls_in_flight": calls,
                "calls_allowed_now": width,
                "concurrency": bound.concurrency,
                "requests_per_minute": bound.requests,
                "tokens_per_minute": bound.tokens,
                "stopped": limiter.stopped(name),
            }
        return {
            "paused": limiter.held,
            "closed": self._driver.store.count(),
            "spent": limiter.spent,
            "reserved": limiter.reserved,
            "cap": limiter.cap,
            "models": models,
            "batches": self._driver.batching.state(),
        }

    def _pause(self, _: Command) -> str:
        if self._driver.limiter.held:
            return ""
        self._driver.hold(held=True)
        return "paused: calls in flight are finished, and none is begun"

    def _resume(self, _: Command) -> str:
        if not self._driver.limiter.held:
            return ""
        self._driver.hold(held=False)
        return "resumed"

    def _concurrency(self, command: Command) -> str:
        if command.concurrency is None:
            raise BadInput("concurrency needs a number of calls in flight from 1")
        return self._bound(command, concurrency=command.concurrency)

    def _limit(self, command: Command) -> str:
        stated = {"requests": command.requests_per_minute, "tokens": command.tokens_per_minute}
        changes = {key: number or None for key, number in stated.items() if number is not None}
        if not changes:
            raise BadInput("limit needs requests or tokens per minute")
        if changes.get("tokens") is not None:
            self._reckon()
        return self._bound(command, **changes)

    def _bound(self, command: Command, **changes: int | None) -> str:
        told = ", ".join(
            f"{key}{'' if key == 'concurrency' else ' per minute'} {number or 'without bound'}"
            for key, number in changes.items()
        )
        models = [command.model] if command.model is not None else [*self._driver.bounds]
        if not models:
            raise BadInput("this run asks no models: there is nothing to limit")
        for model in models:
            self._driver.bound(model, **changes)
        return f"{', '.join(models)}: {told}"

    def _cap(self, command: Command) -> str:
        if command.cap is None:
            raise BadInput("cap needs a number of US dollars from 0")
        before = self._driver.limiter.cap
        if before is None:
            self._reckon()
        self._driver.limiter.limit_cost(command.cap)
        return f"cap ${command.cap:g}" + (
            ", before none" if before is None else f", before ${before:g}"
        )

    def _reckon(self) -> None:
        """Have every call state what it can cost before it is made.

        Raises:
            BadInput: a price is unknown, or calls are made in other processes.
        """
        limited = all(bound.tokens is not None for bound in self._driver.bounds.values())
        if self._driver.limiter.cap is not None or limited:
            return
        if self._driver.elsewhere is not None:
            raise BadInput(
                "the workers of this run were begun without a cap, so that calls do not state what "
                "they can cost: stop the run, and go on with --max-cost or with limits in its file"
            )
        self._pool.reckon()
