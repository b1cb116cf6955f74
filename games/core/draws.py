"""Random numbers by key: the n-th number of each of many independent sequences, as one array.

What is drawn for a match then depends on its own key alone, whatever else is drawn beside it,
before it or not at all.

Source: Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators, OOPSLA, 453 to
472: SplitMix64, whose n-th number can be computed without those before it.
"""

import numpy as np
from numpy.typing import NDArray

_GAMMA = 0x9E3779B97F4A7C15


def uniform(keys: NDArray[np.uint64], number: int) -> NDArray[np.float64]:
    """A number of each sequence, from 0 and below 1; same shape as the keys.

    Args:
        keys: one per sequence; sequences are as unrelated as their keys.
        number: which one, from 0.
    """
    mixed = keys + np.uint64((number + 1) * _GAMMA % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53
