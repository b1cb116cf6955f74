"""Tables at which a person plays: each is an open lab of one in this process, for all requests.

The labs run in one event loop, in a separate thread. Requests wait for its results. An open lab
holds the lock of its run. The lab is closed when the person has finished, after a time without
requests, after a failure, and at the end of the process. The next request reopens the lab from its
record.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import AbstractAsyncContextManager
from functools import cache, partial
from pathlib import Path
from threading import Thread
from typing import Any, NoReturn, TypeVar

from arena.lab.desk import LabDesk
from arena.record.errors import InUse

T = TypeVar("T")
Opens = Callable[[], AbstractAsyncContextManager[LabDesk]]

IDLE = 300.0
"""Seconds after the last request until a table is closed."""


def at_table(folder: Path, opens: Opens, work: Callable[[LabDesk], Awaitable[T]]) -> T:
    """Do work at a table, which is opened if necessary.

    Args:
        folder: folder of its run.
        opens: opens its lab.
        work: function called in the event loop of the tables.

    Raises:
        BadInput: the lab cannot be opened or continued.
    """
    return _wait(_use(folder.resolve(), opens, work))


def leave(*folders: Path) -> None:
    """Close the named tables, by default all: calls in flight finish, and matches stay open."""
    if _OPEN:
        _wait(_close([folder.resolve() for folder in folders] or [*_OPEN]))


class _Table:
    """An open lab.

    Args:
        opens: opens the lab.

    Attributes:
        life: done when the lab is closed.
    """

    def __init__(self, opens: Opens) -> None:
        self._over = asyncio.Event()
        self._desk: asyncio.Future[LabDesk] = asyncio.get_running_loop().create_future()
        self._working = 0
        self._resting: asyncio.TimerHandle | None = None
        self.life = asyncio.create_task(self._open(opens))

    @property
    def closing(self) -> bool:
        """Whether the table accepts no more work."""
        return self._over.is_set() or self.life.done()

    async def _open(self, opens: Opens) -> None:
        async with opens() as desk:
            self._desk.set_result(desk)
            over = asyncio.create_task(self._over.wait())
            watching = asyncio.create_task(desk.watch())
            try:
                await asyncio.wait({over, watching}, return_when=asyncio.FIRST_COMPLETED)
                if not over.done():
                    watching.result()
            finally:
                over.cancel()
                watching.cancel()

    async def use(self, work: Callable[[LabDesk], Awaitable[T]]) -> T:
        """Do work; a failure closes the table."""

        async def whole() -> T:
            return await work(await self._desk)

        self._working += 1
        if self._resting is not None:
            self._resting.cancel()
        doing = asyncio.create_task(whole())
        try:
            await asyncio.wait({doing, self.life}, return_when=asyncio.FIRST_COMPLETED)
            return doing.result() if doing.done() else self._end()
        except BaseException:
            self.close()
            raise
        finally:
            doing.cancel()
            self._working -= 1
            if not self._working:
                self._resting = asyncio.get_running_loop().call_later(IDLE, self.close)

    def _end(self) -> NoReturn:
        """Raise the reason for the closing of the table."""
        self.life.result()
        raise InUse("this table has just been closed")

    def close(self) -> None:
        """Begin to close the table."""
        self._over.set()


_OPEN: dict[Path, _Table] = {}
"""The tables of this process, by folder; modified in their event loop only."""


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The event loop of the tables."""
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="tables", daemon=True).start()
    return loop


def _wait(work: Coroutine[Any, Any, T]) -> T:
    """Result of work in the event loop of the tables."""
    return asyncio.run_coroutine_threadsafe(work, _loop()).result()


async def _use(folder: Path, opens: Opens, work: Callable[[LabDesk], Awaitable[T]]) -> T:
    """Do work at a table. A closing table is awaited, since it holds the run's lock."""
    while (table := _OPEN.get(folder)) is not None and table.closing:
        await asyncio.wait({table.life})
    if table is None:
        table = _OPEN[folder] = _Table(opens)
        table.life.add_done_callback(partial(_closed, folder))
    return await table.use(work)


def _closed(folder: Path, life: "asyncio.Future[None]") -> None:
    """Forget a closed table; its failure was reported to the waiting requests."""
    del _OPEN[folder]
    if not life.cancelled():
        life.exception()


async def _close(folders: Iterable[Path]) -> None:
    for table in [_OPEN[folder] for folder in folders if folder in _OPEN]:
        table.close()
        await asyncio.wait({table.life})
