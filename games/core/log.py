"""`Log`: a sequence that grows without being copied, so that long matches take linear time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import islice
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")
V = TypeVar("V")


class _Shared(Generic[T]):
    """The items of all logs that begin alike, and values folded over them."""

    __slots__ = ("folds", "items")

    def __init__(self, items: Iterable[T]) -> None:
        self.items = list(items)
        self.folds: dict[int, tuple[object, int, Any]] = {}
        """By id of the owner: the owner, a number of items, and the value folded over them."""


class Log(Sequence[T]):
    """An immutable sequence; those that grow from it share its items.

    It equals the tuple of its items. A slice of it is a tuple.

    >>> short = Log([1, 2])
    >>> long = short.plus(3)
    >>> len(short), len(long), long == (1, 2, 3), long.extends(short)
    (2, 3, True, True)

    Args:
        items: the items.
    """

    __slots__ = ("_length", "_shared")

    def __init__(self, items: Iterable[T] = ()) -> None:
        self._shared = _Shared(items)
        self._length = len(self._shared.items)

    def plus(self, *more: T) -> "Log[T]":
        """The log with further items; its own are copied only where two logs part."""
        if not more:
            return self
        shared, at = self._shared, self._length
        if at < len(shared.items):
            known = tuple(shared.items[at : at + len(more)])
            if known != more[: len(known)]:
                shared, known = _Shared(islice(shared.items, at)), ()
            shared.items += more[len(known) :]
        else:
            shared.items += more
        return _of(shared, at + len(more))

    def head(self, length: int) -> "Log[T]":
        """The first items."""
        return _of(self._shared, min(length, self._length))

    def extends(self, other: Sequence[T]) -> bool:
        """Whether it begins with the items of another sequence."""
        if len(other) > self._length:
            return False
        if isinstance(other, Log) and self._shares(other):
            return True
        return self[: len(other)] == tuple(other)

    def _shares(self, other: "Log[T]") -> bool:
        return other._shared is self._shared  # noqa: SLF001 - of the same class

    def fold(self, owner: object, start: V, step: Callable[[V, T], V]) -> V:
        """A value folded over the items, from the first to the last.

        The value is remembered, so that only the items since then are folded next time.

        Args:
            owner: of the value; it folds one kind of value alone.
            start: the value before the first item.
            step: the value after an item, given that before it.
        """
        at, value = 0, start
        if id(owner) in self._shared.folds:
            _, at, value = self._shared.folds[id(owner)]
        if at > self._length:
            at, value = 0, start
        for item in islice(self._shared.items, at, self._length):
            value = step(value, item)
        # The owner is kept with its value, so that no other object can get its id.
        self._shared.folds[id(owner)] = owner, self._length, value
        return value

    @overload
    def __getitem__(self, at: int, /) -> T: ...
    @overload
    def __getitem__(self, at: slice, /) -> tuple[T, ...]: ...
    def __getitem__(self, at: int | slice, /) -> T | tuple[T, ...]:
        """An item, or a tuple of some."""
        if isinstance(at, slice):
            start, stop, step = at.indices(self._length)
            if step > 0:
                return tuple(self._shared.items[start:stop:step])
            return tuple(self._shared.items[each] for each in range(start, stop, step))
        place = at + self._length if at < 0 else at
        if not 0 <= place < self._length:
            raise IndexError(f"there is no item {at} among {self._length}")
        return self._shared.items[place]

    def __len__(self) -> int:
        """Number of items."""
        return self._length

    def __iter__(self) -> Iterator[T]:
        """The items, from the first to the last."""
        return islice(self._shared.items, self._length)

    def __eq__(self, other: object) -> bool:
        """Whether the other one is a tuple or a log of equal items."""
        if isinstance(other, Log) and self._shares(other):
            return self._length == other._length
        if isinstance(other, Log | tuple):
            return len(other) == self._length and self[:] == tuple(other)
        return NotImplemented

    def __hash__(self) -> int:
        """Hash of the tuple of its items."""
        return hash(self[:])

    def __repr__(self) -> str:
        """The tuple of its items."""
        return repr(self[:])

    def __reduce__(self) -> tuple[Any, ...]:
        """Its items alone: values folded over them stay in their process."""
        return Log, (self[:],)


def folded(items: Sequence[T], owner: object, start: V, step: Callable[[V, T], V]) -> V:
    """What `Log.fold` gives, of any sequence."""
    if isinstance(items, Log):
        return items.fold(owner, start, step)
    return reduce(step, items, start)


def _of(shared: _Shared[T], length: int) -> Log[T]:
    log = Log[T].__new__(Log)
    log._shared, log._length = shared, length  # noqa: SLF001 - made here
    return log
