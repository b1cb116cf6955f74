"""Information in bits of one variable about another, given a third, beyond chance.

The plug-in estimate is biased upwards: in a finite sample, unrelated variables seem informative.
The bias is estimated by the mean over permutations, and subtracted.

Source: Shannon (1948), A mathematical theory of communication, Bell System Technical Journal 27,
379 to 423; Miller (1955), Note on the bias of information estimates, in Information Theory in
Psychology; subtracting the permutation mean, and dividing by what is left of the entropy: Vinh,
Epps and Bailey (2010), Information theoretic measures for clusterings comparison, Journal of
Machine Learning Research 11, 2837 to 2854.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ratings.core.statistics.bootstrap import Floats, Ints
from ratings.core.statistics.clusters import SEED, bounds, codes, replicates

PERMUTATIONS = 500


@dataclass(frozen=True, slots=True)
class Excess:
    """Information beyond chance, in bits.

    Args:
        bits: plug-in estimate minus its permutation mean.
        low: lower end of the 95 % interval of `bits`; NaN with a single cluster.
        high: upper end.
        chance: the permutation mean.
        entropy: upper bound of the information: the entropy of x given z.
        p: share of permutations with at least as much information, the sample itself included.
    """

    bits: float
    low: float
    high: float
    chance: float
    entropy: float
    p: float

    @property
    def part(self) -> float:
        """`bits` as a share of its upper bound: 1 for full information, about 0 for none."""
        most = self.entropy - self.chance
        return self.bits / most if most > 0 else np.nan


def excess(
    x: ArrayLike, y: ArrayLike, given: ArrayLike, *, units: ArrayLike, clusters: ArrayLike
) -> Excess:
    """I(x; y | given) beyond chance.

    Permutations exchange the values of x between units within equal `given`: a unit is what x was
    drawn for, such as a deal that several matches share. For the interval, clusters are resampled.
    Drawing clusters twice adds a bias of its own, as large as the one that is taken off, so the
    bootstrap gives the spread and the estimate the middle: the draws are moved by the difference
    between their mean and the estimate.

    Args:
        x: [n] target variable, the same for all observations of a unit with equal `given`.
        y: [n] informing variable.
        given: [n] conditioning variable.
        units: [n] what x was drawn for.
        clusters: [n] unit of resampling.
    """
    told, known, both = codes(x), codes(given), codes(y, given)
    information = _Information(told, known, both)
    ones = np.ones(len(told))
    plug_in = information(ones)
    chances = _permuted(told, known, both, codes(units, given))
    bits = plug_in - float(chances.mean())
    drawn = replicates(clusters, information)
    bias = drawn.mean() - bits if len(drawn) else 0.0
    low, high = bounds(drawn - bias, clusters)
    as_much = int((chances >= plug_in - 1e-12).sum())
    return Excess(
        bits,
        low,
        high,
        float(chances.mean()),
        entropy(codes(told, known), ones) - entropy(known, ones),
        (1 + as_much) / (1 + PERMUTATIONS),
    )


def entropy(code: Ints, weights: Floats) -> float:
    """Plug-in entropy, in bits, of weighted observations."""
    p = np.bincount(code, weights)
    p = p[p > 0] / weights.sum()
    return float(-(p * np.log2(p)).sum())


class _Information:
    """I(x; y | z) = H(x, z) + H(y, z) - H(x, y, z) - H(z), as a function of weights."""

    def __init__(self, x: Ints, z: Ints, yz: Ints) -> None:
        self._plus = (_cross(x, z), yz)
        self._minus = (_cross(x, yz), z)

    def __call__(self, weights: Floats) -> float:
        plus = sum(entropy(code, weights) for code in self._plus)
        return plus - sum(entropy(code, weights) for code in self._minus)


def _cross(one: Ints, other: Ints) -> Ints:
    """One code per pair; not all codes need occur."""
    return one * (int(other.max(initial=0)) + 1) + other


def _permuted(x: Ints, z: Ints, yz: Ints, unit: Ints) -> Floats:
    """The plug-in estimate after each permutation of x between units of equal z."""
    rng = np.random.default_rng(SEED)
    first = np.unique(unit, return_index=True)[1]
    values, strata = x[first], z[first]
    if (values[unit] != x).any():
        raise ValueError("a unit has more than one value where the same is given")
    order = np.argsort(strata, kind="stable")
    ones = np.ones(len(x))
    estimates = np.empty(PERMUTATIONS)
    for at in range(PERMUTATIONS):
        shuffled = np.empty_like(values)
        shuffled[order] = values[np.lexsort((rng.random(len(values)), strata))]
        estimates[at] = _Information(shuffled[unit], z, yz)(ones)
    return estimates
