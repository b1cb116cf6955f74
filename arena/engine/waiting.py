"""`until_done`: waits for tasks whose number can grow meanwhile."""

import asyncio
from collections.abc import Callable, Iterable

Tasks = list["asyncio.Task[None]"]


async def until_done(
    tasks: Tasks,
    stop: asyncio.Event,
    change: asyncio.Event,
    more: Callable[[int], Iterable["asyncio.Task[None]"]],
) -> None:
    """Wait until all tasks are done, one has failed, or all are to stop.

    Args:
        tasks: the tasks; new ones are added.
        stop: set when all are to stop.
        change: set when there may be more tasks; cleared once they are there.
        more: further tasks beyond so many.
    """
    waiting = {asyncio.create_task(event.wait()): event for event in (stop, change)}
    ending = _ended(tasks)
    try:
        while not (ending.done() or stop.is_set()):
            await asyncio.wait((ending, *waiting), return_when=asyncio.FIRST_COMPLETED)
            if change.is_set():
                change.clear()
                waiting = {task: event for task, event in waiting.items() if event is not change}
                waiting[asyncio.create_task(change.wait())] = change
                ending.cancel()
                tasks += more(len(tasks))
                ending = _ended(tasks)
                await asyncio.sleep(0)
    finally:
        for task in (ending, *waiting):
            task.cancel()
        await asyncio.gather(ending, *waiting, return_exceptions=True)


def _ended(tasks: Tasks) -> "asyncio.Task[object]":
    return asyncio.create_task(asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION))
