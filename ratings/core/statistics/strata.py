"""The effect of treatments within strata, such as that of displays on the next action."""

import numpy as np

from ratings.core.statistics.bootstrap import Floats, Ints

_NOTHING = 1e-9
"""Sums of shares below this are rounding errors."""


class Effect:
    """Effect of each treatment against all others, as a function of weights.

    With n_s(e) observations of treatment e in stratum s, it is the sum over strata of y under e
    minus n_s(e) times the stratum's mean, divided by the sum of n_s(e) (1 - n_s(e) / n_s): the
    coefficient of e in a least-squares regression on e and the strata.

    Args:
        strata: [n] stratum of each observation.
        treatment: [n] treatment of each, from 0.
        y: [n] the outcome.

    Source: Cochran (1954), Some methods for strengthening the common chi-square tests, Biometrics
    10, 417 to 451, on combining differences of strata.
    """

    def __init__(self, strata: Ints, treatment: Ints, y: Floats) -> None:
        self._shape = (int(strata.max()) + 1, int(treatment.max()) + 1)
        self._cell = strata * self._shape[1] + treatment
        self._y = y

    def __call__(self, weights: Floats) -> Floats:
        """The effects: [treatments]; NaN without a comparison."""
        n, y = self._total(weights), self._total(weights * self._y)
        compared = self.compared(weights)
        above = (y - _parts(n) * y.sum(axis=1, keepdims=True)).sum(axis=0)
        nothing: Floats = np.full_like(above, np.nan)
        return np.asarray(np.divide(above, compared, out=nothing, where=compared > _NOTHING))

    def compared(self, weights: Floats) -> Floats:
        """Number of observations of each treatment, weighted by the other treatments' share."""
        n = self._total(weights)
        compared: Floats = (n * (1 - _parts(n))).sum(axis=0)
        return compared

    def _total(self, weights: Floats) -> Floats:
        length = self._shape[0] * self._shape[1]
        sums: Floats = np.bincount(self._cell, weights, minlength=length).astype(np.float64)
        return sums.reshape(self._shape)


def _parts(n: Floats) -> Floats:
    """Each treatment's share of its stratum."""
    sizes = n.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(n, sizes, out=np.zeros_like(n), where=sizes > 0))
