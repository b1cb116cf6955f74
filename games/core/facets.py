"""Facets: numbers of a match whose means describe how groups play a game."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from games.core.types import Player


class Facet(NamedTuple):
    """One number.

    Args:
        measure: what it is; its mean is reported by measure and level.
        level: a round, a situation or a kind; empty where there is one level.
        value: the number.
        player: whose it is; None if it is of the group.
        yes_no: whether the number is 0 or 1, so that the mean is a share.
    """

    measure: str
    level: str
    value: float
    player: Player | None = None
    yes_no: bool = False


def by_round(measure: str, rounds: Iterable[Sequence[float]]) -> Iterator[Facet]:
    """A facet for each round and player.

    Args:
        measure: what it is.
        rounds: of each round, a number for each player.
    """
    for number, values in enumerate(rounds, 1):
        for player, value in enumerate(values):
            yield Facet(measure, f"round {number}", value, player)


def slope(values: Sequence[float]) -> float:
    """Change from one to the next by least squares; two values at the least.

    >>> slope([3, 2, 1])
    -1.0
    """
    middle, mean = (len(values) - 1) / 2, sum(values) / len(values)
    spread = sum((at - middle) ** 2 for at in range(len(values)))
    return sum((at - middle) * (v - mean) for at, v in enumerate(values)) / spread
