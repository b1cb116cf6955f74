"""Signals that end a run: Ctrl-C (SIGINT), SIGTERM, and SIGHUP of a terminal that is closed.

The first signal lets the calls in flight finish; the second one ends the process at once.
"""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from contextvars import copy_context
from types import FrameType, TracebackType
from typing import Any, Self, TypeVar

from arena.core.signals import ENDING, exit_status

T = TypeVar("T")

_SAME = 0.2
"""Seconds in which another SIGTERM or SIGHUP is the same one: `timeout` sends its signal to the
process and then to its group, and a closed terminal and its shell both send SIGHUP."""


_AWAKE = 0.2
"""Seconds that the main thread sleeps at most. The system may give a signal to any thread, but
Python handles it in the main one, once that is awake."""


class Interrupted(KeyboardInterrupt):
    """A signal ended the run; the calls in flight were finished and recorded.

    Args:
        number: of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.status = exit_status(number)


class Interruption:
    """Catches the signals that end one run, from entering a `with` block to leaving it.

    Before the event loop runs, a signal raises `Interrupted` at once: nothing was asked yet. While
    it runs, the signal calls what `heard` was given. Afterwards it waits for the end of the block,
    so that the record is closed first. Only the main thread can catch signals; in other threads
    `interrupt` does what a signal would do.
    """

    def __init__(self) -> None:
        self._first: tuple[int, float] | None = None
        self._act: Callable[[], object] | None = None
        self._before: dict[signal.Signals, Any] = {}
        self._shared = loop_runs()

    def __enter__(self) -> Self:
        """Catch the signals."""
        if threading.current_thread() is threading.main_thread():
            for number in ENDING:
                there = signal.getsignal(number)
                # `nohup` ignores SIGHUP on purpose; shells ignore SIGINT of what they put aside,
                # yet the dashboard stops its runs with it.
                if number == signal.SIGINT or there is not signal.SIG_IGN:
                    self._before[number] = there or signal.SIG_DFL
                    signal.signal(number, self.interrupt)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the signals back.

        Raises:
            Interrupted: there was one, and nothing worse.
        """
        for number, there in self._before.items():
            signal.signal(number, there)
        if self._first is not None and kind is None:
            raise Interrupted(self._first[0])

    @property
    def came(self) -> bool:
        """Whether there was a signal."""
        return self._first is not None

    @contextmanager
    def heard(self, act: Callable[[], object]) -> Iterator[None]:
        """While the running event loop plays, have every signal call `act` in that loop."""
        loop = asyncio.get_running_loop()
        self._act = lambda: loop.call_soon_threadsafe(act)
        if self._first is not None:  # it came before there was a loop to hear it
            act()
        waking = asyncio.ensure_future(_wake())
        try:
            yield
        finally:
            waking.cancel()
            self._act = lambda: None

    def interrupt(self, number: int = signal.SIGINT, _frame: FrameType | None = None) -> None:
        """Act as on a signal.

        Raises:
            Interrupted: the run has not begun.
        """
        if self._first is not None:
            if number != signal.SIGINT and time.monotonic() - self._first[1] < _SAME:
                return
            if not self._shared:
                os._exit(exit_status(number))
        self._first = self._first or (number, time.monotonic())
        if self._act is not None:
            with suppress(RuntimeError):  # the loop has just been closed
                self._act()
        elif not self._shared:
            raise Interrupted(number)


async def _wake() -> None:
    """Keep the event loop from sleeping for long."""
    while True:  # noqa: ASYNC110 - nothing is waited for
        await asyncio.sleep(_AWAKE)


def loop_runs() -> bool:
    """Whether this thread runs an event loop, as notebooks do."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def in_own_loop(work: Callable[[], T], interrupt: Callable[[], object] = lambda: None) -> T:
    """Do work that runs an event loop; in another thread if this one runs a loop already.

    Args:
        work: is done.
        interrupt: ends the work early; called if this thread is interrupted while it waits.
    """
    if not loop_runs():
        return work()
    with ThreadPoolExecutor(1, "arena") as threads:
        doing: Future[T] | None = None
        try:
            # The context tells a notebook which cell the output belongs to.
            doing = threads.submit(copy_context().run, work)
            while not wait([doing], timeout=_AWAKE).done:
                pass
            return doing.result()
        except KeyboardInterrupt:
            if doing is None or not doing.done():
                interrupt()
            raise
