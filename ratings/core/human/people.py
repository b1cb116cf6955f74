"""Sample sizes of studies, counted in people or groups of people, never in decisions.

Decisions of one person are not independent, and people of one laboratory are more similar than
people of two. The standard error of a figure is therefore, in this order of preference:

1. the published one, clustered by person;
2. with the spread between groups known, that of a mean of group means: between² / groups, plus the
   variance of a decision over the number of people;
3. with groups of people who decide together (couples, sessions), or people unknown and groups
   known: the variance of a decision over the number of groups;
4. the variance of a decision over the number of people, as if a person always decided alike.

Without the number of people or groups, there is no standard error, and no figure based on one.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ratings.core.statistics import student_t

Floats = NDArray[np.float64]
Number = int | Literal["unknown"]


@dataclass(frozen=True)
class Sample:
    """People behind the figures of a study.

    Attributes:
        people: number of people who decided.
        groups: number of their laboratories, treatments, sessions or couples; None if the people
            are independent of each other, or groups are unknown.
        between: standard deviation of the mean between groups, in the units of the figures.
        standard_error: standard error of the study's only figure, clustered by person, in its
            units.
    """

    people: Number
    groups: int | None = None
    between: float | None = None
    standard_error: float | None = None

    @property
    def counted(self) -> float:
        """Number of independent units: people, or groups if only groups are independent or known.

        NaN if neither is known.
        """
        if self.groups is not None and (self.between is None or self.people == "unknown"):
            return float(self.groups)
        return float("nan") if self.people == "unknown" else float(self.people)

    @property
    def degrees(self) -> float:
        """Degrees of freedom of the standard error; NaN where there is none."""
        if self.standard_error is not None and self.people != "unknown":
            return self.people - 1.0
        return (self.counted if self.groups is None else float(self.groups)) - 1.0

    def error(self, variance: ArrayLike, counts: ArrayLike = np.inf) -> Floats:
        """Standard error of means of decisions with this variance; NaN if unknown.

        Args:
            variance: variance of a single decision, in squared units.
            counts: decisions behind each mean, which may be fewer than the people of the study.
        """
        if self.standard_error is not None:
            return np.full(np.shape(variance), self.standard_error)
        spread, units = np.asarray(variance, float), np.minimum(self.counted, counts)
        if self.between is not None and self.groups is not None and self.people != "unknown":
            return np.asarray(np.sqrt(self.between**2 / self.groups + spread / units))
        return np.asarray(np.sqrt(spread / units))

    def effective(self, variance: ArrayLike, counts: ArrayLike = np.inf) -> Floats:
        """Effective number of independent people: variance / error², at least one.

        For a variance of 0, the counted units. NaN if the error is unknown.

        Source: Kish (1965), Survey Sampling, section 8.2 (effective sample size).
        """
        spread = np.asarray(variance, float)
        with np.errstate(invalid="ignore", divide="ignore"):
            number = np.maximum(1.0, spread / self.error(spread, counts) ** 2)
        return np.asarray(np.where(spread == 0, np.minimum(self.counted, counts), number))

    def correlation(self, variance: float, decisions: Number) -> float:
        """The intraclass correlation of the decisions of one person, from 0 to 1.

        The correlation is known if people decided several times each and the standard error is
        clustered by person. Otherwise it is 1, as if every person always decided the same.

        Source: Kish (1965), Survey Sampling, section 5.4: the design effect is 1 + (m - 1) times
        the correlation.
        """
        se, people = self.standard_error, self.people
        if se is None or people == "unknown" or "unknown" in {people, decisions}:
            return 1.0
        times = float(decisions) / float(people)
        if times <= 1 or variance <= 0:
            return 1.0
        effect = se**2 * float(decisions) / variance
        return float(np.clip((effect - 1) / (times - 1), 0, 1))

    def interval(self, mean: float, error: float, highest: float) -> tuple[float, float]:
        """95 % interval of a mean by Student's t, cut at 0 and at the highest possible value.

        NaN if the error is unknown, or is based on fewer than two units.
        """
        if np.isnan(error) or not self.degrees >= 1:
            return float("nan"), float("nan")
        reach = student_t.quantile(0.975, self.degrees) * error
        return max(0.0, mean - reach), min(highest, mean + reach)


def smoothed(probability: ArrayLike, units: ArrayLike) -> Floats:
    """A probability with two successes and two failures added, so that its error is never 0.

    Source: Agresti and Coull (1998), Approximate is better than "exact" for interval estimation of
    binomial proportions, The American Statistician 52, 119 to 126.
    """
    p, n = np.asarray(probability, float), np.asarray(units, float)
    return np.asarray((p * n + 2) / (n + 4))


def by_person(values: ArrayLike, person: ArrayLike) -> float | None:
    """Standard error of a mean of decisions, clustered by person; None for fewer than two people.

    None too if all people decided the same, which gives no information on their spread.

    Args:
        values: [n] decisions.
        person: [n] person of each decision.

    Source: Cochran (1977), Sampling Techniques, section 9A.1 (ratio of cluster totals).
    """
    y, index = np.asarray(values, float), np.unique(np.asarray(person), return_inverse=True)[1]
    people = int(index.max()) + 1
    totals = np.bincount(index, y - y.mean())
    if people < 2 or not totals.any():  # noqa: PLR2004 - one person shows no spread
        return None
    return float(np.sqrt((totals**2).sum() * people / (people - 1)) / len(y))
