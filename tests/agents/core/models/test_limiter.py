"""Limits and budget, one owner for all calls."""

import asyncio
from typing import Any

import pytest

from agents.core.models import limiter
from agents.core.models.gate import Ask, Bounds, Halted
from agents.core.models.limiter import Limiter
from agents.core.models.model import Completion, Failure
from games import BadInput

BUSY = Failure("busy", 429)
DOWN = Failure("down", 503)


def done(tokens: int = 10, cost: float | None = None) -> Completion:
    return Completion("yes", "stop", {"total_tokens": tokens}, cost, "m", 0.1)


async def settle() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def enter(gate: Limiter, count: int, model: str = "m", **ask: Any) -> list[Ask]:
    """So many calls ask at once; those that are let in."""
    asks = [Ask(model, **ask) for _ in range(count)]
    tasks = [asyncio.create_task(gate.enter(a)) for a in asks]
    await settle()
    return [a for a, task in zip(asks, tasks, strict=True) if task.done() and not task.exception()]


def test_calls_in_flight_start_low_and_grow_to_the_bound() -> None:
    async def play() -> None:
        gate, most = Limiter(usual=Bounds(10)), []

        async def call() -> None:
            ask = Ask("m")
            await gate.enter(ask)
            most.append(gate.flight["m"][0])
            await asyncio.sleep(0.001)
            gate.leave(ask, done())

        await asyncio.gather(*(call() for _ in range(60)))
        assert max(most[:4]) == 4
        assert max(most) == 10
        assert gate.flight["m"] == (0, 10)

    asyncio.run(play())


def test_too_many_requests_cut_once_an_episode() -> None:
    async def play() -> None:
        gate = Limiter(usual=Bounds(100))
        for _ in range(16):
            (ask,) = await enter(gate, 1)
            gate.leave(ask, done())
        assert gate.flight["m"][1] == 20
        inside = await enter(gate, 10)
        for ask in inside:
            gate.leave(ask, BUSY)
        assert gate.flight["m"][1] == 14
        (ask,) = await enter(gate, 1)
        gate.leave(ask, BUSY)
        assert gate.flight["m"][1] == 9

    asyncio.run(play())


def test_a_wait_that_is_asked_for_holds_all_calls_of_the_model() -> None:
    async def play() -> None:
        gate, loop = Limiter(), asyncio.get_running_loop()
        (ask,) = await enter(gate, 1)
        gate.leave(ask, Failure("busy", 429, 0.1))
        began = loop.time()
        assert await enter(gate, 1, "other")
        await gate.enter(Ask("m"))
        assert loop.time() - began >= 0.1

    asyncio.run(play())


async def fail(gate: Limiter, failed: Failure) -> None:
    """One call, and what comes of it."""
    (ask,) = await enter(gate, 1)
    gate.leave(ask, failed)


def test_a_wait_of_more_than_a_minute_is_told_once_and_a_short_one_never() -> None:
    told: list[tuple[str, str]] = []

    async def play() -> None:
        gate = Limiter(usual=Bounds(10), tell=lambda *what: told.append(what))
        inside = await enter(gate, 4)
        for ask, wait in zip(inside, (59.0, 90.0, 91.0, 300.0), strict=True):
            gate.leave(ask, Failure("busy", 429, wait))
        assert gate.paused == {}

    asyncio.run(play())
    starts = ["asks for a wait of 1 min 30 s, until ", "asks for a wait of 5 min, until "]
    assert [model for model, _ in told] == ["m", "m"]
    for start, (_, about) in zip(starts, told, strict=True):
        assert start in about


@pytest.mark.parametrize(
    ("failed", "why"),
    [
        (Failure("x", 429, 960), "its limit is reached, to be waited for 16 min, until .*: x"),
        (Failure("x", 503, 901), "its limit is reached"),
        (Failure("tokens per day", 429), "its limit is reached: tokens per day"),
        (Failure("tokens per day", 429, 901), "its limit is reached, to be waited for"),
        (Failure("no", 401), r"it cannot be used: no \(denied 401; check its name and its key\)"),
        (Failure("no", 402), "its credit is used up: no"),
    ],
)
def test_a_model_is_left_alone_where_waiting_takes_too_long(failed: Failure, why: str) -> None:
    async def play() -> None:
        gate = Limiter()
        await fail(gate, failed)
        with pytest.raises(Halted, match=why):
            await gate.enter(Ask("m"))
        assert await enter(gate, 1, "other")

    asyncio.run(play())


@pytest.mark.parametrize("failed", [Failure("x", 429, 899), Failure("tokens per day", 429, 899)])
def test_a_wait_within_the_bound_is_waited_for(failed: Failure) -> None:
    async def play() -> None:
        gate = Limiter()
        await fail(gate, failed)
        assert await enter(gate, 1) == [], "it is held"
        assert gate.paused == {}

    asyncio.run(play())


def test_a_model_that_stays_busy_for_too_long_is_left_alone() -> None:
    async def play() -> None:
        gate = Limiter(usual=Bounds(10, longest_wait=0.05))
        await fail(gate, BUSY)
        (ask,) = await enter(gate, 1)
        gate.leave(ask, done())
        await asyncio.sleep(0.06)
        await fail(gate, BUSY)
        assert gate.paused == {}, "it has answered since"
        await asyncio.sleep(0.06)
        await fail(gate, BUSY)
        assert "it has been busy for" in gate.paused["m"]

    asyncio.run(play())


def test_a_model_that_rejects_three_questions_in_a_row_is_left_alone() -> None:
    async def play() -> None:
        gate = Limiter(usual=Bounds(10))
        no = Failure("no", 400)
        outcomes: list[Completion | Failure] = [no, Failure("no", 422), done(), no, no]
        for outcome in outcomes:
            (ask,) = await enter(gate, 1)
            gate.leave(ask, outcome)
        assert gate.paused == {}
        await fail(gate, Failure("no response_format", 400))
        assert gate.paused == {"m": "it rejects every call: no response_format"}

    asyncio.run(play())


def test_requests_per_minute_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "MINUTE", 0.2)

    async def play() -> list[float]:
        gate, loop, times = Limiter(usual=Bounds(requests=3)), asyncio.get_running_loop(), []
        for _ in range(8):
            ask = Ask("m")
            await gate.enter(ask)
            times.append(loop.time())
            gate.leave(ask, done())
        return times

    times = asyncio.run(play())
    assert all(later - first >= 0.2 for first, later in zip(times, times[3:], strict=False))
    assert times[-1] - times[0] < 0.6


def test_tokens_per_minute_count_what_was_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "MINUTE", 0.2)

    async def play() -> None:
        gate, loop = Limiter(usual=Bounds(tokens=100)), asyncio.get_running_loop()
        began = loop.time()
        inside = await enter(gate, 1, tokens=90)
        gate.leave(inside[0], done(tokens=20))
        assert len(await enter(gate, 2, tokens=40)) == 2
        assert loop.time() - began < 0.2
        await gate.enter(Ask("m", tokens=150))  # too large for any minute: gets one of its own
        assert loop.time() - began >= 0.2

    asyncio.run(play())


def test_reservations_hold_the_cap_and_are_given_back() -> None:
    async def play() -> None:
        gate = Limiter(usual=Bounds(100), cap=10.0, spent=1.0)
        inside = await enter(gate, 4, cost=4.0)
        assert len(inside) == 2
        gate.leave(inside[0], done(cost=1.0))
        await settle()
        assert gate.spent == 2.0
        assert gate.reserved == 8.0
        gate.leave(inside[1], None)  # nobody knows: it counts as reserved
        await settle()
        assert gate.spent == 6.0
        with pytest.raises(Halted, match=r"the cap of \$10 is reached"):
            await gate.enter(Ask("other", cost=4.5))

    asyncio.run(play())


class Book:
    """A book in memory that can be full."""

    def __init__(self) -> None:
        self.open: dict[int, float] = {}
        self.full = False

    def reserve(self, _model: str, cost: float) -> int:
        if self.full:
            raise BadInput("the disk is full")
        number = max(self.open, default=0) + 1
        self.open[number] = cost
        return number

    def settle(self, number: int) -> None:
        del self.open[number]


def test_reservations_are_on_record_until_it_is_known_what_a_call_cost() -> None:
    async def play() -> None:
        book = Book()
        gate = Limiter(usual=Bounds(2), cap=10.0, book=book)
        answered, lost, waiting = [Ask("m", cost=cost) for cost in (1.0, 2.0, 3.0)]
        for ask in (answered, lost):
            await gate.enter(ask)
        given_up = asyncio.create_task(gate.enter(waiting))
        await settle()
        assert sorted(book.open.values()) == [1.0, 2.0]
        gate.leave(answered, done(cost=0.5))
        assert sorted(book.open.values()) == [2.0, 3.0]
        given_up.cancel()  # let in, and cancelled before it knew
        await settle()
        gate.leave(lost, None)
        assert list(book.open.values()) == [2.0]
        assert gate.spent == 2.5

    asyncio.run(play())


def test_a_call_that_cannot_be_kept_is_not_made() -> None:
    async def play() -> None:
        book = Book()
        gate = Limiter(cap=10.0, book=book)
        book.full = True
        with pytest.raises(BadInput, match="full"):
            await gate.enter(Ask("m", cost=1.0))
        book.full = False
        await gate.enter(Ask("m", cost=10.0))

    asyncio.run(play())


def test_a_model_that_fails_is_paused_and_busy_is_no_failure() -> None:
    async def play() -> None:
        gate = Limiter(usual=Bounds(failing=0.5))
        for outcome in [BUSY] * 30 + [done()] * 9 + [DOWN] * 10:
            (ask,) = await enter(gate, 1)
            gate.leave(ask, outcome)
        assert gate.paused == {}
        (ask,) = await enter(gate, 1)
        gate.leave(ask, DOWN)
        assert gate.paused == {"m": "55% of its last 20 calls failed"}
        with pytest.raises(Halted):
            await gate.enter(Ask("m"))
        assert await enter(gate, 1, "other")

    asyncio.run(play())


def test_busy_is_a_failure_of_all_tries_once_nobody_asks_again() -> None:
    async def play() -> None:
        gate = Limiter(usual=Bounds(failing=0.5))
        for last in [0, 0, 0, 0, 5] * 4:
            assert gate.paused == {}
            (ask,) = await enter(gate, 1, tries=last)
            gate.leave(ask, BUSY)
        assert gate.paused == {"m": "100% of its last 20 calls failed"}

    asyncio.run(play())


def test_a_model_without_credit_is_paused_at_once() -> None:
    async def play() -> None:
        gate = Limiter()
        (ask,) = await enter(gate, 1)
        gate.leave(ask, Failure("You exceeded your current quota", 429))
        assert gate.paused == {"m": "its credit is used up: You exceeded your current quota"}

    asyncio.run(play())


def test_the_first_to_come_is_the_first_to_go() -> None:
    async def play() -> list[int]:
        gate, order = Limiter(usual=Bounds(1)), []

        async def call(number: int) -> None:
            ask = Ask("m")
            await gate.enter(ask)
            order.append(number)
            await asyncio.sleep(0)
            gate.leave(ask, done())

        await asyncio.gather(*(call(n) for n in range(20)))
        return order

    assert asyncio.run(play()) == list(range(20))


def test_a_call_that_is_given_up_while_it_waits_takes_no_place() -> None:
    async def play() -> None:
        gate = Limiter(usual=Bounds(1))
        (inside,) = await enter(gate, 1)
        waiting = [asyncio.create_task(gate.enter(Ask("m"))) for _ in range(3)]
        await settle()
        waiting[0].cancel()
        gate.leave(inside, done())
        waiting[1].cancel()  # let in, and cancelled before it knew
        await settle()
        assert waiting[2].done()
        assert gate.flight["m"][0] == 1

    asyncio.run(play())


def test_calls_gathered_are_answered_after_the_block_and_not_if_it_fails() -> None:
    async def play() -> None:
        gate = Limiter(usual=Bounds(2))
        inside = await enter(gate, 2)
        asks = [Ask("m"), Ask("m")]
        waiting = [asyncio.create_task(gate.enter(ask)) for ask in asks]
        await settle()
        with gate.gathering():
            for ask in inside:
                gate.leave(ask, done())
            last = asyncio.create_task(gate.enter(Ask("m")))
            await settle()
            assert gate.flight["m"][0] == 0
        await settle()
        assert [task.done() for task in (*waiting, last)] == [True, True, False]

        def fail() -> None:
            with gate.gathering():
                gate.leave(asks[0], done())
                raise BadInput("the disk is full")

        with pytest.raises(BadInput):
            fail()
        await settle()
        assert not last.done()
        gate.halt("the disk is full")
        with pytest.raises(Halted, match="the disk is full"):
            await last

    asyncio.run(play())
