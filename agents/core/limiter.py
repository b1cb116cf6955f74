"""`Limiter`: decides when a call may be made, for all calls of a run, wherever they are made from.

Per model: calls in flight (few at first, more while all goes well, fewer after the provider said
"too many"), requests and tokens per minute, a pause while too many calls fail. Over all models: a
cap on cost, reserved before a call and settled after it.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from agents.core.model import Completion, Failure

MINUTE = 60.0
"""Seconds over which requests and tokens are counted."""

_FIRST = 4
"""Calls in flight to begin with."""
_CUT = 0.7
"""What is left of the calls in flight after the provider asked for fewer."""
_WINDOW = 50
"""Calls looked back on to judge whether a model works."""
_ENOUGH = 20
"""Calls before anything is judged."""
_TOO_MANY = 429


class Halted(Exception):
    """No more calls, of one model or of all: the match stays open and can be gone on with."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How fast one model may be asked.

    Args:
        concurrency: calls in flight at the same time.
        requests: calls begun in any minute; None for no bound.
        tokens: tokens of prompts and completions in any minute; None for no bound.
        failing: share of failed calls from which the model is left alone.
    """

    concurrency: int = 4
    requests: int | None = None
    tokens: int | None = None
    failing: float = 0.5


@dataclass(frozen=True, slots=True)
class Ask:
    """What one call may take at the most.

    Args:
        model: its name.
        tokens: of prompt and completion.
        cost: US dollars.
        tries: calls that asked the same, itself included, if it is the last of them.
    """

    model: str
    tokens: int = 0
    cost: float = 0.0
    tries: int = 0


class Gate(Protocol):
    """Whoever lets calls through."""

    async def enter(self, ask: Ask) -> None:
        """Wait until the call may be made.

        Raises:
            Halted: it may not be made any more.
        """
        ...

    def leave(self, ask: Ask, outcome: Completion | Failure | None) -> None:
        """Say what came of it; None if nobody knows."""
        ...


@dataclass
class _Line:
    """The calls to one model: those that wait, those in flight, those of the last minute."""

    bounds: Bounds
    width: float = 0.0
    growing: bool = True
    flight: int = 0
    hold: float = 0.0
    """No call before this time, in seconds of the event loop."""
    cut: float = 0.0
    """When the provider last asked for fewer; calls that began before say nothing new."""
    halted: str | None = None
    waiting: deque[tuple[Ask, asyncio.Future[None]]] = field(default_factory=deque)
    begun: deque[tuple[float, list[int]]] = field(default_factory=deque)
    """Time and tokens of each call of the last minute; tokens are set right when known."""
    tokens: int = 0
    last: deque[bool] = field(default_factory=lambda: deque(maxlen=_WINDOW))
    entered: dict[int, tuple[float, list[int]]] = field(default_factory=dict)
    timer: asyncio.TimerHandle | None = None

    def __post_init__(self) -> None:
        self.width = float(min(_FIRST, self.bounds.concurrency))

    def fail(self, calls: int) -> None:
        """Count failures; too many of them halt the model."""
        self.last.extend([True] * calls)
        share = sum(self.last) / max(1, len(self.last))
        if len(self.last) >= _ENOUGH and share > self.bounds.failing:
            self.halted = self.halted or f"{share:.0%} of its last {len(self.last)} calls failed"


class Limiter:
    """The one owner of limits and budget.

    Args:
        bounds: per model; the usual ones for models that are not named.
        usual: bounds of all other models.
        cap: US dollars that may be spent; None for no cap.
        spent: US dollars that were spent before.
    """

    def __init__(
        self,
        bounds: Mapping[str, Bounds] | None = None,
        usual: Bounds | None = None,
        cap: float | None = None,
        spent: float = 0.0,
    ) -> None:
        self._bounds, self._usual = bounds or {}, usual or Bounds()
        self._lines: dict[str, _Line] = {}
        self.cap, self.spent, self.reserved = cap, spent, 0.0
        self.overbilled = 0.0
        """US dollars that calls cost beyond what was reserved for them."""
        self.halted: str | None = None
        self._idle: asyncio.Future[None] | None = None

    async def enter(self, ask: Ask) -> None:
        """Wait until the call may be made; the first to come goes first.

        Raises:
            Halted: the run stops, the model is paused, or the cap leaves no room for the call.
        """
        line = self._line(ask.model)
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.waiting.append((ask, place))
        self._pump(line)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.exception() is None:
                self._release(line, ask)  # let in and cancelled at once: no call was made
            raise

    def leave(self, ask: Ask, outcome: Completion | Failure | None) -> None:
        """Settle the call at what it cost; at its reservation if nobody knows."""
        line = self._line(ask.model)
        began, tokens = line.entered.pop(id(ask))
        if isinstance(outcome, Completion):
            used = _tokens(outcome, tokens[0])
            line.tokens += used - tokens[0]
            tokens[0] = used
        cost = ask.cost if outcome is None else outcome.cost
        self.spent += cost or 0.0
        self.overbilled += max(0.0, (cost or 0.0) - ask.cost) if self.cap is not None else 0.0
        self._learn(line, began, outcome, ask.tries)
        self._release(line, ask)

    def halt(self, why: str, model: str | None = None) -> None:
        """Let no more calls through, of one model or of all; those in flight go on."""
        if model is None:
            self.halted = self.halted or why
        else:
            line = self._line(model)
            line.halted = line.halted or why
        for line in list(self._lines.values()) if model is None else [self._line(model)]:
            self._pump(line)

    def stopped(self, model: str) -> str | None:
        """Why no call to a model is let through, if so."""
        line = self._lines.get(model)
        return self.halted or (line.halted if line else None)

    @property
    def paused(self) -> dict[str, str]:
        """Models that are left alone, and why."""
        return {model: line.halted for model, line in self._lines.items() if line.halted}

    @property
    def flight(self) -> dict[str, tuple[int, int]]:
        """Calls in flight by model, and how many there may be."""
        return {model: (line.flight, int(line.width)) for model, line in self._lines.items()}

    async def idle(self) -> None:
        """Wait until no call is in flight."""
        while any(line.flight for line in self._lines.values()):
            self._idle = asyncio.get_running_loop().create_future()
            await self._idle

    def _line(self, model: str) -> _Line:
        line = self._lines.get(model)
        if line is None:
            line = self._lines[model] = _Line(self._bounds.get(model, self._usual))
        return line

    def _pump(self, line: _Line) -> None:
        """Let in whoever may go now; look again when the rest may."""
        while line.waiting:
            ask, place = line.waiting[0]
            if place.done():
                line.waiting.popleft()
                continue
            if why := self.halted or line.halted:
                line.waiting.popleft()
                place.set_exception(Halted(why))
                continue
            now = asyncio.get_running_loop().time()
            if line.flight >= int(line.width):
                return
            if (when := self._when(line, ask, now)) > now:
                if line.timer is None or line.timer.cancelled() or line.timer.when() > when:
                    if line.timer is not None:
                        line.timer.cancel()
                    line.timer = asyncio.get_running_loop().call_at(when, self._wake, line)
                return
            if not self._afford(ask):
                return
            line.waiting.popleft()
            tokens = [ask.tokens]
            line.begun.append((now, tokens))
            line.tokens += ask.tokens
            line.entered[id(ask)] = (now, tokens)
            line.flight += 1
            place.set_result(None)

    def _wake(self, line: _Line) -> None:
        line.timer = None
        self._pump(line)

    def _when(self, line: _Line, ask: Ask, now: float) -> float:
        """When the rates allow a call: now, or the time at which to ask again."""
        while line.begun and line.begun[0][0] <= now - MINUTE:
            line.tokens -= line.begun.popleft()[1][0]
        requests, tokens = line.bounds.requests, line.bounds.tokens
        full = requests is not None and len(line.begun) >= requests
        # A call that is too large for any minute goes when it has a minute of its own.
        full |= tokens is not None and bool(line.begun) and line.tokens + ask.tokens > tokens
        return max(line.hold, line.begun[0][0] + MINUTE if full else now)

    def _afford(self, ask: Ask) -> bool:
        """Reserve the cost of a call, if the cap leaves room for it now."""
        if self.cap is None:
            return True
        if self.spent + self.reserved + ask.cost <= self.cap:
            self.reserved += ask.cost
            return True
        if self.spent + ask.cost > self.cap or not self.reserved:
            self.halt(
                f"the cap of ${self.cap:g} is reached: ${self.spent:.6f} spent, "
                f"the next call may cost ${ask.cost:.6f}"
            )
        return False

    def _release(self, line: _Line, ask: Ask) -> None:
        line.entered.pop(id(ask), None)
        line.flight -= 1
        if self.cap is not None:
            self.reserved = max(0.0, self.reserved - ask.cost)
            for other in self._lines.values():
                self._pump(other)  # what was reserved may do for somebody else
        self._pump(line)
        if self._idle and not self._idle.done() and not any(n.flight for n in self._lines.values()):
            self._idle.set_result(None)

    def _learn(
        self, line: _Line, began: float, outcome: Completion | Failure | None, tries: int
    ) -> None:
        """More calls in flight after a reply, fewer once per episode of "too many".

        Only a call that nobody asks for again has failed of "too many", and with it all before it.
        """
        if isinstance(outcome, Completion):
            line.last.append(False)
            step = 1.0 if line.growing else 1.0 / line.width
            line.width = min(float(line.bounds.concurrency), line.width + step)
            return
        if outcome is not None and outcome.hopeless:
            line.halted = line.halted or "it cannot be used"
            return
        if outcome is not None and outcome.unpaid:
            line.halted = line.halted or f"its credit is used up: {outcome.message}"
            return
        if outcome is None or outcome.status != _TOO_MANY:
            line.fail(1)
            return
        now = asyncio.get_running_loop().time()
        line.hold = max(line.hold, now + (outcome.retry_after or 0.0))
        if began >= line.cut:
            line.width, line.growing, line.cut = max(1.0, line.width * _CUT), False, now
        line.fail(tries)


def _tokens(done: Completion, reserved: int) -> int:
    """Tokens that a call used, as the provider says; what was reserved if that makes no sense."""
    used = done.usage.get("total_tokens")
    return used if isinstance(used, int) and used >= 0 else reserved
