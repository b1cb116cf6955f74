"""Decisions as distributions over options, if their probabilities are known."""

from collections.abc import Iterable, Mapping
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Weighed(NamedTuple):
    """Values of decisions, each with its probability.

    Attributes:
        values: [values] what could have been decided.
        share: [values] probability within the decision; 1 if only the drawn value is known.
        decision: [values] number of the decision, from 0.
    """

    values: Floats
    share: Floats
    decision: NDArray[np.int64]

    def within(self, each: Floats) -> Floats:
        """[decisions] the expectation of a figure of each value: [values]."""
        mean: Floats = np.bincount(self.decision, self.share * each).astype(np.float64)
        return mean


def weighed(
    drawn: Floats, spreads: Iterable[Mapping[float, float] | None] | None = None
) -> Weighed:
    """Decisions with their known probabilities.

    Args:
        drawn: [n] drawn values.
        spreads: [n] probability by value; None if only the drawn value is known.
    """
    known = [
        {value: 1.0} if spread is None else spread
        for value, spread in zip(
            drawn.tolist(), repeat(None) if spreads is None else spreads, strict=False
        )
    ]
    values = [value for spread in known for value in spread]
    share = [p for spread in known for p in spread.values()]
    decision = np.repeat(np.arange(len(known)), [len(spread) for spread in known])
    return Weighed(np.array(values, float), np.array(share, float), decision)
