"""The order in which things are offered, as one of several that a number names."""

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

ORDERS = 5_040
"""Numbers from here on name the orders before: a multiple of 2 n for up to 10 things."""


def in_order(things: Iterable[T], order: int) -> tuple[T, ...]:
    """Things in one of the orders in which they can stand.

    They are turned by half the number, and reversed if it is odd. So two numbers that follow an
    even one have every pair of things in both directions, and of 2 n numbers in a row that begin
    with an even one, each thing comes first in 2.

    Args:
        things: n of them, as the rules have them.
        order: from 0, the order of the rules.
    """
    usual = tuple(things)
    turn = order // 2 % max(1, len(usual))
    turned = usual[turn:] + usual[:turn]
    return turned[::-1] if order % 2 else turned
