"""`Queue`: the next match to start. A slow model delays only matches that need it."""

import asyncio
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import chain, groupby, islice

from arena.core.types import Match

Moved = Callable[[Match], Mapping[str, Hashable]]
"""Vectors of a match by model, without models whose engines have none."""

_AHEAD = 2
"""Matches in flight per call in flight: while one is being recorded another can ask."""
_WINDOW = 500
"""Matches among which those with the same steering follow one another."""
_STOCK = 5_000
"""Most matches held in lines. A schedule may be too long for memory."""


class Queue:
    """Matches to play, in an order that interleaves contestants.

    Matches that need the same models stand in one line; lines take turns, and a line waits while
    each of its models has as many matches in flight as it can answer.

    Args:
        matches: matches to play, block after block; consumed lazily.
        models: names of the models that a match needs.
        room: calls in flight at the same time, by model.
        stopped: why a model is not called any more, or None. Its matches stay open.
        repeats: whether a match that was begun may have to be started again.
        steering: vectors of a match; None if no match has any. Matches with other vectors of one
            model are not in flight at the same time: an engine forgets the prompts it has read when
            vectors change, and answers calls together only if they have the same ones.
    """

    def __init__(
        self,
        matches: Iterable[Match],
        models: Callable[[Match], frozenset[str]],
        room: Mapping[str, int],
        stopped: Callable[[str], str | None],
        *,
        repeats: bool = False,
        steering: Moved | None = None,
    ) -> None:
        self._models, self._room, self._stopped = models, {**room}, stopped
        self._source = interleaved(matches)
        self._steering = steering
        if steering is not None:
            self._source = together(self._source, steering)
        self._moved: dict[str, Mapping[str, Hashable]] = {}
        """By id, the vectors of matches in flight that have engines with vectors."""
        self._lines: dict[frozenset[str], deque[Match]] = {}
        self._flight: dict[str, int] = dict.fromkeys(room, 0)
        self._turns: deque[frozenset[str]] = deque()
        self._changed = asyncio.Event()
        self._repeats = repeats
        self._begun = self._stock = 0
        self.held = False
        """Whether no match is begun until it is let go."""

    @property
    def places(self) -> int:
        """Matches in flight at the most; one at a time of those that need no model."""
        return 1 + _AHEAD * sum(self._room.values())

    def next(self) -> Match | None:
        """A match that can be started now, if there is one."""
        if self.held and not self._over(frozenset()):
            return None
        for _ in range(len(self._turns)):
            needs = self._turns[0]
            self._turns.rotate(-1)
            if self._lines[needs] and self._free(needs):
                return self._begin(needs)
        while (new := self._pull()) is not None:
            if self._free(new):
                return self._begin(new)
        return None

    def done(self, match: Match, *, again: bool = False, later: bool = False) -> None:
        """Report that a match is over, or put it back: first in its line, or last (later)."""
        needs = self._models(match)
        for model in needs:
            self._flight[model] -= 1
        self._begun -= 1
        self._moved.pop(match.id, None)
        if again:
            self._lines[needs].appendleft(match)
        if later:
            self._lines[needs].append(match)
        self._stock += again or later
        self._changed.set()

    async def take(self) -> Match | None:
        """A match to start, as soon as there is one; None if there will be none."""
        while (match := self.next()) is None and not self.over:
            await self.change()
        return match

    async def change(self) -> None:
        """Wait until another match may be startable."""
        self._changed.clear()
        await self._changed.wait()

    @property
    def over(self) -> bool:
        """Whether no match will be started any more."""
        waiting = any(line and not self._over(needs) for needs, line in self._lines.items())
        return not waiting and not (self._repeats and self._begun) and self._pull() is None

    def widen(self, model: str, room: int) -> None:
        """Change the number of calls in flight of a model."""
        self._room[model] = room
        self._changed.set()

    def wake(self) -> None:
        """Drop the matches in line for stopped models. They stay open."""
        for needs, line in self._lines.items():
            if self._over(needs):
                self._stock -= len(line)
                line.clear()
        self._changed.set()

    def _pull(self) -> frozenset[str] | None:
        """Put one more match in line, and return its models; None if none is left, or no room."""
        while self._stock < _STOCK and not self._over(frozenset()):
            match = next(self._source, None)
            if match is None:
                return None
            needs = self._models(match)
            if self._over(needs):
                continue  # it stays open
            if needs not in self._lines:
                self._lines[needs] = deque()
                self._turns.append(needs)
            self._lines[needs].append(match)
            self._stock += 1
            return needs
        return None

    def _free(self, needs: frozenset[str]) -> bool:
        """Whether the first match in line for these models can be begun now."""
        full = any(self._flight[m] >= _AHEAD * self._room[m] for m in needs)
        return not full and not self._over(needs) and self._fits(self._lines[needs][0])

    def _fits(self, match: Match) -> bool:
        """Whether no match in flight has other vectors of a model that this one needs."""
        vectors = self._steering(match) if self._steering else {}
        return all(
            each.get(model, own) == own
            for model, own in vectors.items()
            for each in self._moved.values()
        )

    def _begin(self, needs: frozenset[str]) -> Match:
        for model in needs:
            self._flight[model] += 1
        self._begun += 1
        self._stock -= 1
        match = self._lines[needs].popleft()
        if self._steering and (vectors := self._steering(match)):
            self._moved[match.id] = vectors
        return match

    def _over(self, needs: frozenset[str]) -> bool:
        """Whether matches that need these models are not begun any more."""
        return any(self._stopped(model) for model in ("", *needs))


def interleaved(matches: Iterable[Match]) -> Iterator[Match]:
    """Within each repetition, contestants take turns: first seats first, one match of each."""
    for _, block in groupby(matches, key=lambda match: match.repetition):
        lines: dict[tuple[str, str], deque[Match]] = {}
        for match in block:
            lines.setdefault((match.game, match.seats[0]), deque()).append(match)
        turns = deque(lines.values())
        while turns:
            line = turns.popleft()
            yield line.popleft()
            if line:
                turns.append(line)


def together(matches: Iterator[Match], steering: Moved) -> Iterator[Match]:
    """In each window, matches with the same vectors one after another, by first appearance."""
    while window := list(islice(matches, _WINDOW)):
        lines: dict[frozenset[tuple[str, Hashable]], list[Match]] = {}
        for match in window:
            lines.setdefault(frozenset(steering(match).items()), []).append(match)
        yield from chain.from_iterable(lines.values())


def missing(
    batch: Iterable[Match], done: AbstractSet[str], places: Iterator[int]
) -> Iterator[Match]:
    """Matches that are not over, as long as there are places."""
    for match in batch:
        if match.id not in done:
            if next(places, None) is None:
                return
            yield match
