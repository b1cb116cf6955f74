"""Pooled estimate of several studies, by a random-effects model.

Source: Paule and Mandel (1982), Consensus values and weighting factors, Journal of Research of the
National Bureau of Standards 87, 377 to 385, on the variance between studies; Hartung and Knapp
(2001), A refined method for the meta-analysis of controlled clinical trials with binary outcome,
Statistics in Medicine 20, 3875 to 3889, on the interval; Roever, Knapp and Friede (2015), BMC
Medical Research Methodology 15, 99, on an interval no shorter than that of known errors; Higgins
and Thompson (2002), Quantifying heterogeneity in a meta-analysis, Statistics in Medicine 21, 1539
to 1558, on I2 and Q.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ratings.core.statistics.bootstrap import LEVEL
from ratings.core.statistics.student_t import below, quantile

_ENOUGH = 2
"""Studies below which nothing is pooled."""


class Pooled(NamedTuple):
    """A pooled estimate.

    Attributes:
        studies: that have an estimate and its error.
        value: the mean over studies like these; of a single study, its own.
        low: lower end of the 95 % interval; NaN with fewer than two studies.
        high: upper end.
        p: two-sided p value against 0.
        tau: standard deviation between studies.
        i2: the part of the variance of estimates that is between studies, from 0 to 1.
        q: Cochran's Q.
        q_p: its p value, of no variance between studies.
    """

    studies: int
    value: float
    low: float
    high: float
    p: float
    tau: float
    i2: float
    q: float
    q_p: float


def pooled(estimates: ArrayLike, errors: ArrayLike) -> Pooled:
    """Pool the estimates of studies.

    Args:
        estimates: [studies]; those with a missing estimate or error are ignored.
        errors: [studies] standard errors, above 0.
    """
    effect, error = np.asarray(estimates, dtype=float), np.asarray(errors, dtype=float)
    known = np.isfinite(effect) & np.isfinite(error)
    effect, error, studies = effect[known], error[known], int(known.sum())
    if studies < _ENOUGH:
        value = float(effect[0]) if studies else np.nan
        return Pooled(studies, value, *[np.nan] * 7)
    from statsmodels.stats.meta_analysis import combine_effects  # noqa: PLC0415 - slow to load

    with np.errstate(divide="ignore", invalid="ignore"):  # its own I2, where Q is 0
        combined = combine_effects(effect, error**2, method_re="iterated")
    value = float(combined.mean_effect_re)
    spread = max(combined.sd_eff_w_re_hksj, combined.sd_eff_w_re)
    reach = quantile(0.5 + LEVEL / 2, studies - 1) * spread
    p = 2 * below(-abs(value) / spread, studies - 1)
    ends = (value - reach, value + reach, float(p))
    q, expected = float(combined.q), studies - 1
    between = float(np.sqrt(combined.tau2)), (q - expected) / q if q > expected else 0.0
    return Pooled(studies, value, *ends, *between, q, float(special.chdtrc(expected, q)))
