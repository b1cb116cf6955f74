"""`Queue`: which match is started next, so that no contestant waits behind another one's model."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping

from arena.records import Match

_AHEAD = 2
"""Matches in flight per call in flight: while one is being recorded another can ask."""


class Queue:
    """Matches to play, in an order that interleaves contestants.

    Matches that need the same models stand in one line; lines take turns, and a line waits while
    each of its models has as many matches in flight as it can answer.

    Args:
        matches: what is to be played.
        models: names of the models that a match needs.
        room: calls in flight at the same time, by model.
        stopped: why a model answers no more, if so; its matches stay open.
        repeats: whether a match that was begun may have to be started again.
    """

    def __init__(
        self,
        matches: Iterable[Match],
        models: Callable[[Match], frozenset[str]],
        room: Mapping[str, int],
        stopped: Callable[[str], str | None],
        *,
        repeats: bool = False,
    ) -> None:
        self._models, self._room, self._stopped = models, room, stopped
        self._lines: dict[frozenset[str], deque[Match]] = {}
        for match in interleaved(matches):
            self._lines.setdefault(models(match), deque()).append(match)
        self._flight: dict[str, int] = dict.fromkeys(room, 0)
        self._turns = deque(self._lines)
        self._changed = asyncio.Event()
        self._repeats = repeats
        self._begun = 0
        self.left_open = 0
        """Matches that were begun and could not be finished."""

    @property
    def places(self) -> int:
        """Matches in flight at the most; one at a time of those that need no model."""
        return 1 + _AHEAD * sum(self._room.values())

    def __len__(self) -> int:
        """Matches not begun yet."""
        return sum(map(len, self._lines.values()))

    def next(self) -> Match | None:
        """A match that can be started now, if there is one."""
        for _ in range(len(self._turns)):
            needs = self._turns[0]
            self._turns.rotate(-1)
            line = self._lines[needs]
            if not line or self._over(needs):
                continue
            if all(self._flight[m] < _AHEAD * self._room[m] for m in needs):
                for model in needs:
                    self._flight[model] += 1
                self._begun += 1
                return line.popleft()
        return None

    def done(self, match: Match, *, again: bool = False) -> None:
        """Say that a match is over; or that it is to be started again."""
        needs = self._models(match)
        for model in needs:
            self._flight[model] -= 1
        self._begun -= 1
        if again:
            self._lines[needs].appendleft(match)
        self._changed.set()

    async def take(self) -> Match | None:
        """A match to start, as soon as there is one; None if there will be none."""
        while (match := self.next()) is None and not self.over:
            await self.change()
        return match

    async def change(self) -> None:
        """Wait until something may have become possible."""
        self._changed.clear()
        await self._changed.wait()

    @property
    def over(self) -> bool:
        """Whether no match will be started any more."""
        waiting = any(line and not self._over(needs) for needs, line in self._lines.items())
        return not waiting and (not self._repeats or not self._begun)

    def wake(self) -> None:
        """Look again: a model may have stopped."""
        self._changed.set()

    def _over(self, needs: frozenset[str]) -> bool:
        """Whether matches that need these models are not begun any more."""
        return any(self._stopped(model) for model in ("", *needs))


def interleaved(matches: Iterable[Match]) -> list[Match]:
    """Within each repetition, contestants take turns: first seats first, one match of each."""
    blocks: dict[int, dict[tuple[str, str], deque[Match]]] = {}
    for match in matches:
        block = blocks.setdefault(match.repetition, {})
        block.setdefault((match.game, match.seats[0]), deque()).append(match)
    found = []
    for block in blocks.values():
        turns = deque(block.values())
        while turns:
            line = turns.popleft()
            found.append(line.popleft())
            if line:
                turns.append(line)
    return found
