"""Logs behave as the tuples of their items, and share them."""

import pickle
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st

from games.core.log import Log, folded

ITEMS = st.lists(st.integers(0, 3), max_size=6)


@given(ITEMS, ITEMS, ITEMS)
def test_a_log_is_the_tuple_of_its_items(
    first: list[int], one: list[int], other: list[int]
) -> None:
    start = Log(first)
    grown, parted = start.plus(*one), start.plus(*other)
    for log, items in ((start, first), (grown, first + one), (parted, first + other)):
        assert log == tuple(items) == pickle.loads(pickle.dumps(log))  # noqa: S301 - made here
        assert (hash(log), repr(log), len(log)) == (hash((*items,)), repr((*items,)), len(items))
        assert [*log] == items
        assert [log[at] for at in range(-len(items), len(items))] == items + items
        assert log[1:-1] == tuple(items[1:-1])
        assert log[::-2] == tuple(items[::-2])
        assert log.extends(start)
    assert grown.extends(parted) == ((first + one)[: len(parted)] == first + other)
    assert grown.head(len(first)) == start
    assert (grown == parted) == (one == other)


def test_a_place_beyond_its_end_is_no_item() -> None:
    short = Log([1])
    assert short.plus(2) == (1, 2)
    for at in (1, -2):
        with pytest.raises(IndexError, match=rf"there is no item {at} among 1"):
            short[at]
    assert short != [1]


@given(st.lists(ITEMS, max_size=5))
def test_folding_sees_each_item_once(parts: list[list[int]]) -> None:
    log, items, seen = Log[int](), list[int](), list[int]()

    def step(total: int, item: int) -> int:
        seen.append(item)
        return total + item

    for part in parts:
        log, items = log.plus(*part), items + part
        assert folded(log, "sum", 0, step) == folded(tuple(items), "sum", 0, add) == sum(items)
    assert seen == items
    assert folded(log.head(1), "sum", 0, step) == sum(items[:1])
