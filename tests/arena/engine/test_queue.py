"""Which match is started next."""

import asyncio
from collections.abc import Iterator
from itertools import chain

from arena.core.types import Match
from arena.engine import queue as queues
from arena.engine.queue import Queue, interleaved, together


def match(repetition: int, *seats: str) -> Match:
    return Match(f"{repetition} {seats}", "g", seats, repetition, 0)


def blocks(*pairs: tuple[str, ...], count: int = 1_000_000) -> Iterator[Match]:
    """The same pairs in every block; a contestant is called by its model."""
    return (match(n, *pair) for n in range(count) for pair in pairs)


def models(of: Match) -> frozenset[str]:
    return frozenset(of.seats) - {"script"}


def made(
    matches: Iterator[Match], stopped: dict[str, str] | None = None, *, repeats: bool = False
) -> Queue:
    halted = {} if stopped is None else stopped
    return Queue(matches, models, {"a": 1, "b": 2}, halted.get, repeats=repeats)


def begun(queue: Queue) -> list[Match]:
    """All that can be started at once."""
    return list(iter(queue.next, None))


def test_contestants_take_turns_within_a_block() -> None:
    pairs = [("a", "b"), ("a", "c"), ("b", "a"), ("b", "c"), ("c", "a")]
    found = [m.seats for m in interleaved(blocks(*pairs, count=2))]
    turns = [("a", "b"), ("b", "a"), ("c", "a"), ("a", "c"), ("b", "c")]
    assert found == turns * 2


def test_a_model_gets_twice_the_matches_that_it_can_answer_and_the_others_go_on() -> None:
    queue = made(blocks(("a", "script"), ("b", "script"), count=10))
    started = begun(queue)
    assert sorted(m.seats[0] for m in started) == ["a"] * 2 + ["b"] * 4
    queue.done(started[0])
    assert [m.seats[0] for m in begun(queue)] == [started[0].seats[0]]


def test_every_match_is_started_once() -> None:
    matches = list(blocks(("a", "b"), ("b", "script"), ("script", "script"), count=50))
    queue, found = made(iter(matches)), []
    while not queue.over:
        now = begun(queue)
        found += now
        for each in now:
            queue.done(each)
    assert sorted(m.id for m in found) == sorted(m.id for m in matches)


def test_a_long_schedule_is_taken_as_it_is_needed() -> None:
    scripts = blocks(("script", "script"))
    queue = made(scripts)
    assert queue.next() is not None
    assert next(scripts).repetition <= 2
    waiting = blocks(("a", "script"))
    queue = made(waiting)
    assert len(begun(queue)) == 2
    assert not queue.over
    assert next(waiting).repetition <= queues._STOCK + 4


def test_what_a_stopped_model_was_to_play_stays_open_and_makes_room() -> None:
    halted: dict[str, str] = {}
    many = blocks(("a", "script"), count=2 * queues._STOCK)
    queue = made(chain(many, [match(-1, "b", "script")]), halted)
    assert len(begun(queue)) == 2, "as many wait as may"
    halted["a"] = "paused"
    queue.wake()
    assert [m.seats[0] for m in begun(queue)] == ["b"]
    assert queue.over


def test_nothing_more_is_started_once_all_is_stopped() -> None:
    halted: dict[str, str] = {}
    queue = made(blocks(("a", "script"), ("script", "script")), halted)
    halted[""] = "interrupted"
    assert queue.next() is None
    assert queue.over


def test_a_match_that_was_begun_may_come_back() -> None:
    queue = made(blocks(("a", "script"), count=1), repeats=True)
    (only,) = begun(queue)
    assert not queue.over
    queue.done(only, again=True)
    assert begun(queue) == [only]
    queue.done(only)
    assert queue.over


def test_whoever_waits_is_told() -> None:
    async def wait() -> list[Match | None]:
        queue = made(blocks(("a", "script"), count=3))
        first, second = await queue.take(), await queue.take()
        third = asyncio.create_task(queue.take())
        await asyncio.sleep(0)
        assert not third.done()
        assert first is not None
        queue.done(first)
        return [first, second, await third, await queue.take()]

    *found, none = asyncio.run(wait())
    assert len({m.id for m in found if m}) == 3
    assert none is None


def test_matches_with_the_same_steering_follow_one_another_within_a_window() -> None:
    """So that an engine answers their calls together; the record does not depend on it."""
    pairs = [("anger", "script"), ("fear", "script"), ("plain", "script")]
    matches = [*blocks(*pairs, count=queues._WINDOW)]
    vectors = lambda of: {"engine": of.seats[0]}  # noqa: E731
    found = [*together(iter(matches), vectors)]
    assert sorted(found, key=lambda m: m.id) == sorted(matches, key=lambda m: m.id)
    first = [m.seats[0] for m in found[: queues._WINDOW]]
    assert first == sorted(first), "one after the other"
    assert {m.repetition for m in found[: queues._WINDOW]} == {*range(queues._WINDOW // 3 + 1)}
    none, running = frozenset[str](), dict[str, str]().get
    queue = Queue(iter(matches), lambda _: none, {}, running, steering=vectors)
    for _ in range(len(pairs)):
        now = begun(queue)
        assert len({m.seats[0] for m in now}) == 1, "no other vectors at the same time"
        for each in now:
            queue.done(each)
    assert begun(queue), "of the next window"


def test_matches_whose_engines_have_no_vectors_wait_for_nobody() -> None:
    matches = blocks(("anger", "script"), ("plain", "script"), ("fear", "script"), count=2)
    vectors = {"anger": {"e": "anger"}, "fear": {"e": "fear"}, "plain": {}}
    none, running = frozenset[str](), dict[str, str]().get
    queue = Queue(matches, lambda _: none, {}, running, steering=lambda of: vectors[of.seats[0]])
    now = begun(queue)
    assert {m.seats[0] for m in now} == {"anger", "plain"}
    for each in now:
        queue.done(each)
    assert {m.seats[0] for m in begun(queue)} == {"fear"}


def test_engines_of_other_models_are_steered_at_the_same_time() -> None:
    matches = blocks(("one", "script"), ("two", "script"), ("both", "script"), count=1)
    vectors = {"one": {"e": "anger"}, "two": {"f": "fear"}, "both": {"e": "anger", "f": "joy"}}
    none, running = frozenset[str](), dict[str, str]().get
    queue = Queue(matches, lambda _: none, {}, running, steering=lambda of: vectors[of.seats[0]])
    now = begun(queue)
    assert {m.seats[0] for m in now} == {"one", "two"}
    for each in now:
        queue.done(each)
    assert [m.seats[0] for m in begun(queue)] == ["both"]
