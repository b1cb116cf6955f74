"""Bounds of a mean with lost observations, and the confidence interval of the mean.

Source: Manski (1989), Anatomy of the selection problem, Journal of Human Resources 24, 343 to 360:
the bounds; Imbens and Manski (2004), Confidence intervals for partially identified parameters,
Econometrica 72, 1845 to 1857, equation 7: the interval; Stoye (2009), More on confidence intervals
for partially identified parameters, Econometrica 77, 1299 to 1315.
"""

import numpy as np
import scipy  # its parts are loaded at their first use

from ratings.core.statistics.bootstrap import LEVEL
from ratings.core.statistics.cluster_mean import ClusterMean
from ratings.core.statistics.student_t import below, quantile


def interval(lower: ClusterMean, upper: ClusterMean) -> tuple[float, float]:
    """The 95 % interval of a mean that lies between two means.

    The interval covers the mean, not the whole range between the bounds. If that range is wide,
    only one end can miss. The interval requires a good estimate of the range if the range is near
    0. Stoye's lemma 3 guarantees it if the estimated upper bound is never below the lower one. This
    holds here: both bounds are means of the same observations with the lost ones filled in.
    Student's t replaces the normal distribution, so that without losses the interval is that of the
    t test.

    Args:
        lower: the mean with the lost observations at one extreme.
        upper: the mean of the same observations with the lost ones at the other extreme.

    Returns:
        Ends of the interval; NaN with fewer than two clusters.
    """
    widest = max(lower.error, upper.error)
    if np.isnan(widest):
        return np.nan, np.nan
    if lower.agreed and upper.agreed:
        return lower.interval[0], upper.interval[1]
    errors = critical((upper.value - lower.value) / widest, min(lower.df, upper.df))
    low = lower.interval[0] if lower.agreed else lower.within(errors)[0]
    high = upper.interval[1] if upper.agreed else upper.within(errors)[1]
    return low, high


def critical(width: float, df: float) -> float:
    """Critical value of an interval around bounds, in standard errors, given their distance.

    Args:
        width: distance between the bounds, in standard errors.
        df: degrees of freedom; infinite for the normal distribution.
    """

    def excess(errors: float) -> float:
        return below(errors + width, df) - below(-errors, df) - LEVEL

    least, most = quantile(LEVEL, df), quantile(0.5 + LEVEL / 2, df)
    if width == 0:
        return most
    return float(scipy.optimize.brentq(excess, least - 0.01, most + 0.01))
