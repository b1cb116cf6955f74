"""What is known of a mean if some observations were lost: bounds, and their interval.

Source: Manski (1989), Anatomy of the selection problem, Journal of Human Resources 24, 343 to 360:
the bounds; Imbens and Manski (2004), Confidence intervals for partially identified parameters,
Econometrica 72, 1845 to 1857, equation 7: the interval; Stoye (2009), More on confidence intervals
for partially identified parameters, Econometrica 77, 1299 to 1315.
"""

from functools import cache

import numpy as np
from scipy import optimize, stats

from ratings.core.statistics.bootstrap import LEVEL
from ratings.core.statistics.cluster_mean import ClusterMean


def interval(lower: ClusterMean, upper: ClusterMean) -> tuple[float, float]:
    """The 95 % interval of a mean that lies between two means.

    It covers the mean itself, and not the whole range between the bounds: if that range is wide,
    only one end can miss. Stoye shows that this fails near a width of 0 if the width is estimated
    badly there, and (lemma 3) that it is not where the upper bound can never be found below the
    lower, as here: both are means of the same observations with the lost ones filled in.
    Student's t stands for the normal distribution, so that without losses the interval is the t
    test's.

    Args:
        lower: the mean with the lost observations at one extreme.
        upper: the mean of the same observations with the lost ones at the other extreme.

    Returns:
        Its ends; NaN with fewer than two clusters.
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


@cache
def critical(width: float, df: float) -> float:
    """How many standard errors an interval reaches beyond bounds that are so far apart.

    Args:
        width: distance between the bounds, in standard errors.
        df: degrees of freedom; infinite for the normal distribution.
    """

    def excess(errors: float) -> float:
        return float(stats.t.cdf(errors + width, df) - stats.t.cdf(-errors, df)) - LEVEL

    ends = stats.t.ppf([LEVEL, 0.5 + LEVEL / 2], df)
    return float(optimize.brentq(excess, ends[0] - 0.01, ends[1] + 0.01))
