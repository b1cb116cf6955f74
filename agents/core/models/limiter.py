"""`Limiter`: decides when a call may be made. One limiter serves all calls and workers of a run.

Per model: calls in flight (few at first, more while all goes well, fewer after the provider said
"too many"), requests and tokens per minute, the waits that the provider asks for, a pause while too
many calls fail or all are rejected. Over all models: a cap on cost, reserved before a call and
settled after it.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from agents.core.models.gate import Ask, Bounds, Halted, Place, ReservationLog
from agents.core.models.model import Completion, Failure
from agents.core.responses.failures import Kind
from agents.core.responses.waits import spelled
from games import BadInput

MINUTE = 60.0
"""Seconds over which requests and tokens are counted."""

_FIRST = 4
"""Calls in flight to begin with."""
_CUT = 0.7
"""Factor by which the bound on calls in flight shrinks after the provider asked for fewer."""
_WINDOW = 50
"""Number of latest calls over which the share of failures is taken."""
_ENOUGH = 20
"""Least number of calls from which that share is judged."""
_REJECTED = 3
"""Rejections in a row, of any questions, after which the model is paused."""
_UNTOLD = 60.0
"""Longest wait in seconds that is not reported."""


@dataclass
class _Line:
    """Calls to one model: waiting, in flight, and those of the last minute."""

    bounds: Bounds
    width: float = 0.0
    growing: bool = True
    flight: int = 0
    hold: float = 0.0
    """Time of the event loop, in seconds, before which no call is made."""
    cut: float = 0.0
    """Time of the provider's last request for fewer calls. Such replies to earlier calls are
    ignored."""
    busy: float | None = None
    """Time since which the provider has been busy; None after a reply."""
    told: float = 0.0
    """End of the longest wait that was reported, in seconds of the event loop."""
    rejected: int = 0
    """Rejections since the last reply."""
    halted: str | None = None
    waiting: deque[tuple[Ask, Place]] = field(default_factory=deque)
    begun: deque[tuple[float, list[int]]] = field(default_factory=deque)
    """Time and tokens of each call of the last minute. The reply replaces the tokens reserved."""
    tokens: int = 0
    last: deque[bool] = field(default_factory=lambda: deque(maxlen=_WINDOW))
    entered: dict[int, tuple[float, list[int], int | None]] = field(default_factory=dict)
    """Time, tokens and reservation number of each call in flight."""
    timer: asyncio.TimerHandle | None = None

    def __post_init__(self) -> None:
        first = self.bounds.concurrency if self.bounds.batched else _FIRST
        self.width = float(min(first, self.bounds.concurrency))

    def fail(self, calls: int) -> None:
        """Count failures; too many of them halt the model."""
        self.last.extend([True] * calls)
        share = sum(self.last) / max(1, len(self.last))
        if len(self.last) >= _ENOUGH and share > self.bounds.failing:
            self.halted = self.halted or f"{share:.0%} of its last {len(self.last)} calls failed"


class Limiter:
    """Single owner of limits and budget.

    Args:
        bounds: limits by model; other models have the usual limits.
        usual: limits of all other models.
        cap: US dollars that may be spent; None for no cap.
        spent: US dollars spent before.
        book: store of reservations while there is a cap; None keeps them in memory.
        tell: called with a model and a message if the model waits for more than a minute.
    """

    def __init__(
        self,
        bounds: Mapping[str, Bounds] | None = None,
        usual: Bounds | None = None,
        cap: float | None = None,
        spent: float = 0.0,
        book: ReservationLog | None = None,
        tell: Callable[[str, str], None] = lambda model, about: None,  # noqa: ARG005
    ) -> None:
        self._tell = tell
        self._bounds, self._usual = bounds or {}, usual or Bounds()
        self._lines: dict[str, _Line] = {}
        self.cap, self.spent, self.reserved = cap, spent, 0.0
        self._book = book
        self.overbilled = 0.0
        """Cost of calls in US dollars beyond their reservations."""
        self.halted: str | None = None
        self._gathers = False
        self.held = False
        """Whether no call is begun until it is let go."""
        self._idle: asyncio.Future[None] | None = None

    async def enter(self, ask: Ask) -> None:
        """Wait until the call may be made. Calls to a model are served in order of arrival.

        Raises:
            Halted: the run stops, the model is paused, or the cap leaves no room for the call.
        """
        line = self._line(ask.model)
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.line_up(ask, place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.exception() is None:
                self._release(line, ask)  # let in and cancelled at once: no call was made
            raise

    def line_up(self, ask: Ask, place: Place) -> None:
        """Have a call wait for permission, which its place is told, perhaps at once."""
        line = self._line(ask.model)
        line.waiting.append((ask, place))
        self._pump(line)

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Answer waiting calls once, after all changes of the block; not if the block fails."""
        self._gathers = True
        try:
            yield
        finally:
            self._gathers = False
        self._pump_all()

    def reservation(self, ask: Ask) -> int | None:
        """Number under which the book keeps the reservation of a call in flight, if it does."""
        return self._line(ask.model).entered[id(ask)][2]

    def resume(self, ask: Ask, number: int | None) -> None:
        """Have a call in flight that an earlier session began.

        Args:
            ask: the call, with the cost that was reserved.
            number: of its reservation, which counts as spent until now; None if there is none.
        """
        line = self._line(ask.model)
        now, tokens = asyncio.get_running_loop().time(), [ask.tokens]
        line.begun.append((now, tokens))
        line.tokens += ask.tokens
        line.entered[id(ask)] = (now, tokens, number)
        line.flight += 1
        if number is not None:
            self.spent -= ask.cost
        if self.cap is not None:
            self.reserved += ask.cost

    def leave(self, ask: Ask, outcome: Completion | Failure | None) -> None:
        """Settle a call at its cost; at its reservation if the cost is unknown."""
        line = self._line(ask.model)
        began, tokens, _ = line.entered[id(ask)]
        if isinstance(outcome, Completion):
            used = _tokens(outcome, tokens[0])
            line.tokens += used - tokens[0]
            tokens[0] = used
        cost = ask.cost if outcome is None else outcome.cost
        self.spent += cost or 0.0
        self.overbilled += max(0.0, (cost or 0.0) - ask.cost) if self.cap is not None else 0.0
        wait = self._learn(line, began, outcome, ask)
        self._release(line, ask, known=outcome is not None)
        if wait > _UNTOLD and not line.halted and line.hold > line.told + _UNTOLD:
            line.told = line.hold
            self._tell(ask.model, f"its provider asks for a wait of {spelled(wait)}")

    def halt(self, why: str, model: str | None = None) -> None:
        """Make no more calls to one model or to all. Calls in flight go on."""
        if model is None:
            self.halted = self.halted or why
        else:
            line = self._line(model)
            line.halted = line.halted or why
        self._pump_all()

    def hold(self, *, held: bool) -> None:
        """Begin no call, or begin calls again. Calls in flight go on."""
        self.held = held
        self._pump_all()

    def bound(self, model: str, **changes: int | None) -> Bounds:
        """Change limits of a model, by the fields of `Bounds`; returns the new ones.

        More calls in flight are reached step by step, as at the beginning.
        """
        line = self._line(model)
        line.bounds = replace(line.bounds, **changes)  # type: ignore[arg-type] # fields of numbers
        line.width = min(line.width, float(line.bounds.concurrency))
        self._pump(line)
        return line.bounds

    def limit_cost(self, cap: float) -> None:
        """Set the US dollars that may be spent. Later calls must state what they can cost."""
        self.cap = cap
        self._pump_all()

    def stopped(self, model: str) -> str | None:
        """Reason that no call to a model is made; None if calls are made."""
        line = self._lines.get(model)
        return self.halted or (line.halted if line else None)

    @property
    def paused(self) -> dict[str, str]:
        """Paused models, and the reason for each pause."""
        return {model: line.halted for model, line in self._lines.items() if line.halted}

    @property
    def flight(self) -> dict[str, tuple[int, int]]:
        """Number of calls in flight by model, and its current bound."""
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

    def _pump_all(self) -> None:
        for line in list(self._lines.values()):
            self._pump(line)

    def _pump(self, line: _Line) -> None:
        """Start the waiting calls that are allowed now, and set a timer for the next."""
        while line.waiting and not self._gathers:
            ask, place = line.waiting[0]
            if place.done():
                line.waiting.popleft()
                continue
            if why := self.halted or line.halted:
                line.waiting.popleft()
                place.set_exception(Halted(why))
                continue
            if self.held or line.flight >= int(line.width):
                return
            now = asyncio.get_running_loop().time()
            if (when := self._when(line, ask, now)) > now:
                if line.timer is None or line.timer.cancelled() or line.timer.when() > when:
                    if line.timer is not None:
                        line.timer.cancel()
                    line.timer = asyncio.get_running_loop().call_at(when, self._wake, line)
                return
            if not self._affordable(ask):
                return
            line.waiting.popleft()
            try:
                number = self._reserve(ask)
            except BadInput as error:  # nothing can be kept: for whoever asks, whoever pumps
                place.set_exception(error)
                continue
            tokens = [ask.tokens]
            line.begun.append((now, tokens))
            line.tokens += ask.tokens
            line.entered[id(ask)] = (now, tokens, number)
            line.flight += 1
            place.set_result(None)

    def _wake(self, line: _Line) -> None:
        line.timer = None
        self._pump(line)

    def _when(self, line: _Line, ask: Ask, now: float) -> float:
        """The earliest time at which the rates may allow a call; `now` if they allow it."""
        while line.begun and line.begun[0][0] <= now - MINUTE:
            line.tokens -= line.begun.popleft()[1][0]
        requests, tokens = line.bounds.requests, line.bounds.tokens
        full = requests is not None and len(line.begun) >= requests
        # A call that is too large for any minute goes when it has a minute of its own.
        full |= tokens is not None and bool(line.begun) and line.tokens + ask.tokens > tokens
        return max(line.hold, line.begun[0][0] + MINUTE if full else now)

    def _affordable(self, ask: Ask) -> bool:
        """Whether the cap leaves room for a call now."""
        if self.cap is None or self.spent + self.reserved + ask.cost <= self.cap:
            return True
        if self.spent + ask.cost > self.cap or not self.reserved:
            self.halt(
                f"the cap of ${self.cap:g} is reached: ${self.spent:.6f} spent, "
                f"the next call may cost ${ask.cost:.6f}"
            )
        return False

    def _reserve(self, ask: Ask) -> int | None:
        """Reserve the cost of a call; the number under which the book keeps it."""
        if self.cap is None:
            return None
        model = batched(ask.model) if ask.batched else ask.model
        number = self._book.reserve(model, ask.cost) if self._book and ask.cost else None
        self.reserved += ask.cost
        return number

    def _release(self, line: _Line, ask: Ask, *, known: bool = True) -> None:
        """Free the place of a call, and its reservation in the book if its outcome is known."""
        *_, number = line.entered.pop(id(ask))
        if self._book is not None and number is not None and known:
            self._book.settle(number)
        line.flight -= 1
        if self.cap is not None:
            self.reserved = max(0.0, self.reserved - ask.cost)
            self._pump_all()  # what was reserved may do for somebody else
        self._pump(line)
        if self._idle and not self._idle.done() and not any(n.flight for n in self._lines.values()):
            self._idle.set_result(None)

    def _learn(
        self, line: _Line, began: float, outcome: Completion | Failure | None, ask: Ask
    ) -> float:
        """Adjust the bound on calls in flight: raise it after a reply, lower it after a failure.

        A limit counts as a failure only when the retries are used up; then all of them count.

        Returns:
            Seconds that no call is made, as the provider asks.
        """
        if isinstance(outcome, Completion):
            line.last.append(False)
            line.busy, line.rejected = None, 0
            step = 1.0 if line.growing else 1.0 / line.width
            line.width = min(float(line.bounds.concurrency), line.width + step)
            return 0.0
        if outcome is None:
            line.fail(1)
            return 0.0
        if why := _useless(outcome):
            line.halted = line.halted or why
            return 0.0
        line.fail(ask.tries if outcome.limited else 1)
        line.rejected += outcome.rejected and not ask.trial
        if line.rejected >= _REJECTED:
            line.halted = line.halted or f"it rejects every call: {outcome.message}"
        return self._hold(line, began, outcome)

    def _hold(self, line: _Line, began: float, failed: Failure) -> float:
        """Make no call for as long as the provider asks. Returns that wait in seconds."""
        now, longest = asyncio.get_running_loop().time(), line.bounds.longest_wait
        wait = failed.retry_after
        if failed.kind is Kind.ALLOWANCE and wait is None:
            wait = math.inf
        wait = wait or 0.0
        if failed.limited:
            line.busy = now if line.busy is None else line.busy
            if began >= line.cut:
                line.width, line.growing, line.cut = max(1.0, line.width * _CUT), False, now
            if now - line.busy > longest:
                line.halted = line.halted or f"it has been busy for {now - line.busy:.0f} s"
        if wait > longest:
            asked = "" if math.isinf(wait) else f", to be waited for {spelled(wait)}"
            line.halted = line.halted or f"its limit is reached{asked}: {failed.message}"
            return 0.0
        line.hold = max(line.hold, now + wait)
        return wait


def batched(model: str) -> str:
    """Name under which reservations of a model's batched calls are kept."""
    return f"{model} (batch)"


def _useless(failed: Failure) -> str | None:
    """Why every call to the model must fail until the user acts; None if one may succeed."""
    if failed.hopeless:
        return f"it cannot be used: {failed.message} ({failed.label}; check its name and its key)"
    return f"its credit is used up: {failed.message}" if failed.unpaid else None


def _tokens(done: Completion, reserved: int) -> int:
    """Tokens that a call used by the provider's figures; those reserved if there are none."""
    used = done.usage.get("total_tokens")
    return used if isinstance(used, int) and used >= 0 else reserved
