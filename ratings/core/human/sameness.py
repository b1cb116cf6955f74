"""Equivalence of a figure with people's: yes, no, or undecidable with the decisions at hand.

Not being different is no evidence of being the same, nor is not being the same evidence of a
difference. Both have to be shown, at the 5 per cent level each.
"""

from collections.abc import Iterable
from typing import Literal

import numpy as np

from ratings.core.human.histogram import Histogram
from ratings.core.human.weighed import Weighed
from ratings.core.statistics import student_t
from ratings.core.statistics.clusters import Clustered, clustered
from ratings.core.statistics.equivalence import unspread, welch

Answer = Literal["yes", "no", "cannot be told"]
YES: Answer = "yes"
NO: Answer = "no"
OPEN: Answer = "cannot be told"

LEVEL = 0.05
SPREAD = (0.8, 1.25)
"""Ratios of standard deviations that count as one.

Source: the limits of bioequivalence, 80 to 125 per cent: U.S. Food and Drug Administration (2001),
Statistical Approaches to Establishing Bioequivalence."""


def all_of(answers: Iterable[Answer]) -> Answer:
    """Yes if all are yes, no if one is no; open without answers."""
    given = set(answers)
    if NO in given:
        return NO
    return YES if given == {YES} else OPEN


def any_of(answers: Iterable[Answer]) -> Answer:
    """Yes if one is yes, no if all are no; open without answers."""
    given = set(answers)
    if YES in given:
        return YES
    return NO if given == {NO} else OPEN


def placed(
    ends: tuple[float, float],
    se: float,
    df: float,
    limits: tuple[float, float],
    clusters: int,
) -> Answer:
    """Whether a figure lies within limits.

    Args:
        ends: least and greatest estimate over all values of the lost decisions.
        se: its standard error.
        df: degrees of freedom.
        limits: set beforehand.
        clusters: behind the estimate; where they all agree, p is that of a sign test.
    """
    (low, high), (least, most) = ends, limits
    if np.isnan(se):
        return OPEN

    def shown(margin: float) -> bool:
        """Whether a figure so far beyond a limit is shown to be beyond it."""
        p = student_t.below(-margin / se, df) if se > 0 else float(margin <= 0)
        return bool(unspread(p, se, clusters) < LEVEL)

    if shown(low - least) and shown(most - high):
        return YES
    return NO if shown(low - most) or shown(least - high) else OPEN


def same_spread(
    people: Histogram, chosen: Weighed, cluster: "np.ndarray[tuple[int], np.dtype[np.generic]]"
) -> Answer:
    """Whether decisions are as spread as people's: the ratio of variances, within SPREAD squared.

    Args:
        people: of the study.
        chosen: decisions, in per cent of the pie.
        cluster: [decisions] the cluster of each.
    """
    share, variance = people.share, people.sd**2
    if variance == 0 or np.isnan(people.people):
        return OPEN
    ours = people.place(chosen.values)
    mean = chosen.within(ours).mean()
    squares = clustered(chosen.within((ours - mean) ** 2) / variance, cluster)
    fourth = float(share @ (people.values - people.mean) ** 4) / variance**2
    error = squares.mean * float(np.sqrt(max(fourth - 1, 0) / people.people))
    se, df = welch(squares, error, round(people.people))
    low, high = SPREAD
    ends = (squares.mean, squares.mean)
    return placed(ends, se, df, (low**2, high**2), squares.clusters)


def same_mean(
    gap: Clustered, human_se: float, people: float, margin: float, lost: tuple[float, float]
) -> Answer:
    """Whether a mean is people's within a margin, for all values of the lost decisions.

    Args:
        gap: our mean less people's.
        human_se: standard error of people's mean.
        people: independent people behind it.
        margin: set beforehand.
        lost: what the mean would fall and rise by, had all lost decisions gone one way.
    """
    if np.isnan(human_se) or not people > 1:
        return OPEN
    se, df = welch(gap, human_se, round(people))
    fall, rise = lost
    return placed((gap.mean - fall, gap.mean + rise), se, df, (-margin, margin), gap.clusters)


def same_shape(distance: float, low: float, floor: float, clusters: int) -> Answer:
    """Whether a distribution is as near to people's as people are.

    Args:
        distance: of the decisions.
        low: of its 95 per cent interval.
        floor: what 95 per cent of samples of people stay below.
        clusters: behind it; too few to reject by a sign test are too few to resample.
    """
    if np.isnan(floor):
        return OPEN
    if distance <= floor:
        return YES
    return NO if low > floor and 2.0 ** (1 - clusters) < LEVEL else OPEN


def power_of_sameness(gap: Clustered, human_se: float, people: float, margin: float) -> float:
    """Probability to show that two means are the same but for a margin, if they are the same.

    Source: Phillips (1990), Power of the two one-sided tests procedure in bioequivalence, Journal
    of Pharmacokinetics and Biopharmaceutics 18, 137 to 144, by Student's t around its limits.
    """
    if np.isnan(human_se) or np.isnan(gap.se) or not people > 1:
        return float("nan")
    se, df = welch(gap, human_se, round(people))
    if se == 0:
        return float(2.0 ** (1 - gap.clusters) < LEVEL)
    reach = margin / se - student_t.quantile(1 - LEVEL, df)
    return max(0.0, 2 * student_t.below(reach, df) - 1)
