"""One row of the table of effects before play: variances of units, and growth with blocks."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from arena.planning.wording_growth import WordingGrowth
from ratings.core.emotion.due_decisions import Scale
from ratings.core.emotion.effects import ALPHA
from ratings.core.emotion.paired_spread import Bound, PairedSpread
from ratings.core.statistics.cluster_power import ClusterPlan
from ratings.core.statistics.worst_case import critical

BETWEEN = 0.05
"""Assumed standard deviation of an effect between wordings, between orders and between events, as a
share of the outcome's range, if none is stated. The nearest measurement: reversing the order of
options moved the effects of two inductions on the cooperation of a model of 1.5 billion parameters
by .005 and .05 around their means."""


@dataclass(frozen=True)
class Assumed:
    """Stated standard deviations, as shares of the range; None if not stated.

    Args:
        wordings: standard deviation of the effect between wordings.
        orders: between orders.
        events: between events of an induction.
        within: of single decisions under one wording.
        stated: whether the user states any.
    """

    wordings: float | None = None
    orders: float | None = None
    events: float | None = None
    within: float | None = None
    stated: bool = False


@dataclass(frozen=True, eq=False)
class PlannedRow:
    """A row before play.

    Args:
        scale: scale of its outcome.
        spread: spread of its paired units, in the sample.
        growth: growth of the clusters of its game, over the tested blocks.
        sample: number of clusters of the game in the sample, and their thinness in it.
        assumed: stated standard deviations.
        decisions: mean and standard deviation of the stand-ins' decisions; None if the sample is a
            pilot, whose variances are used.
    """

    scale: Scale
    spread: PairedSpread
    growth: WordingGrowth
    sample: tuple[float, float]
    assumed: Assumed
    decisions: tuple[float, float] | None

    @property
    def source(self) -> str:
        """Source of the level and the variances."""
        if self.assumed.stated:
            return "stated"
        return "pilot" if self.decisions is None else "assumed"

    @property
    def level(self) -> float:
        """Mean of the reference."""
        return self.spread.levels[0] if self.decisions is None else self.decisions[0]

    @property
    def width(self) -> float:
        """The range of the outcome; NaN without limits."""
        return self.scale.width

    @property
    def most(self) -> float:
        """Largest possible effect; for shares, in the direction of one half and beyond."""
        return max(self.level, 1 - self.level) if self.scale.yes_no else self.width

    def clusters(self, blocks: int) -> int:
        """Number of clusters with a unit of both arms."""
        return self._number(self.spread.plan, blocks)

    def plan(self, blocks: int, effect: float) -> ClusterPlan:
        """Clusters of a number of blocks, and the variances at an effect."""
        plan = self._grown(self.spread.plan, blocks)
        assumed, pilot = self.assumed, self.decisions is None
        usual = 0.0 if pilot else BETWEEN
        parts = (assumed.wordings, assumed.orders, assumed.events)
        wordings, orders, events = (
            ((usual if part is None else part) * self.width) ** 2 for part in parts
        )
        between = plan.between if pilot and assumed.wordings is None else wordings
        plan = replace(plan, between=between, levels=orders + events)
        return replace(plan, within=self._within(plan, blocks, effect))

    def _within(self, plan: ClusterPlan, blocks: int, effect: float) -> float:
        """Variance of differences in a unit, at an effect.

        The variance of a share p is p (1 - p), minus the variance between clusters.
        """
        noise = self.spread.noise * self._thinner(blocks)
        if self.assumed.within is not None:
            return noise * (self.assumed.within * self.width) ** 2
        if self.decisions is not None:
            deviation = self.decisions[1]
            if not self.scale.yes_no:
                return noise * deviation**2
            own = plan.between + plan.levels
            return noise * max(0.0, (self._binary(self.level, effect) - own) / 2)
        if not self.scale.yes_no:
            return plan.within
        seen = sum(level * (1 - level) for level in self.spread.levels)
        return plan.within * (self._binary(self.level, effect) / seen if seen else 1.0)

    @staticmethod
    def _binary(level: float, effect: float) -> float:
        """Variance of the difference of two decisions whose shares differ by an effect."""
        other = level + (effect if level <= 0.5 else -effect)  # noqa: PLR2004 - one half
        return level * (1 - level) + other * (1 - other)

    def arrow_power(
        self, blocks: int, effect: float, alpha: float, *, bounds: bool = True
    ) -> float:
        """Probability that the effect is significant at this level, and the bounds lie on its side.

        Both depend on nearly the same decisions, so the smaller probability is taken.

        Args:
            blocks: number of tested blocks.
            effect: true effect.
            alpha: level of the test.
            bounds: whether the interval of the bounds is required.
        """
        power = self.plan(blocks, effect).power(effect, alpha)
        ends = self.spread.bounds if bounds else ()
        width = sum(end.gap for end in ends)
        return min(power, *(self._beyond(end, width, blocks, effect) for end in ends), 1.0)

    def sameness(self, blocks: int, margin: float, alpha: float, *, bounds: bool) -> float:
        """Probability that an effect of 0 is shown to lie within a margin, with the bounds as well.

        Args:
            blocks: number of tested blocks.
            margin: margin in units of the outcome.
            alpha: level of either one-sided test.
            bounds: whether the interval of the bounds is required.
        """
        power = self.plan(blocks, 0).equivalence(margin, alpha)
        ends = self.spread.bounds if bounds else ()
        within = (
            self._grown(end.plan, blocks).equivalence(margin - end.gap, ALPHA / 2) for end in ends
        )
        return min(power, *within, 1.0)

    def _beyond(self, bound: Bound, width: float, blocks: int, effect: float) -> float:
        """Probability that the interval of the bounds lies on the effect's side of 0."""
        plan = self._grown(bound.plan, blocks)
        if plan.clusters < 2 or not plan.error > 0:  # noqa: PLR2004 - no spread
            return float(effect > bound.gap)
        return plan.exceeds(effect - bound.gap, critical(width / plan.error, plan.df))

    def _grown(self, plan: ClusterPlan, blocks: int) -> ClusterPlan:
        """The plan for a number of blocks; sizes of clusters recur in turn."""
        sizes = np.resize(plan.sizes, self._number(plan, blocks))
        return replace(plan, sizes=sizes, within=plan.within * self._thinner(blocks))

    def _number(self, plan: ClusterPlan, blocks: int) -> int:
        """Number of clusters for a number of blocks, at the sample's share."""
        return max(1, round(plan.clusters * self.growth.clusters(blocks) / self.sample[0]))

    def _thinner(self, blocks: int) -> float:
        """Variance of a unit's decisions for a number of blocks, relative to the sample's."""
        return self.growth.thinness(blocks) / self.sample[1]


def upper_deviation(clusters: int) -> float:
    """Upper 80 % limit of a standard deviation, relative to its estimate from these clusters.

    Source: Browne (1995), On the use of a pilot sample for sample size determination, Statistics in
    Medicine 14, 1933 to 1940.
    """
    return float(np.sqrt((clusters - 1) / (2 * special.gammaincinv((clusters - 1) / 2, 0.2))))
