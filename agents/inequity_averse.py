"""Inequity averse: dislikes having less than the other, and somewhat dislikes having more.

Source: Fehr and Schmidt (1999), A theory of fairness, competition, and cooperation, Quarterly
Journal of Economics 114, 817 to 868: the utility is equation 2, behaviour in the ultimatum game is
proposition 1, the defaults are one of the types in table III.
"""

import math
from fractions import Fraction

from pydantic import Field, model_validator

from agents.core.strategies.bargaining import Bargainer, as_written


class InequityAverse(Bargainer):
    """Maximises own - alpha max(other - own, 0) - beta max(own - other, 0), in points.

    As proposer it expects a responder of its own kind. Between choices that are equally good, it
    takes the one that gives or offers less; an offer as good as its rejection it accepts.
    """

    alpha: float = Field(0.5, ge=0, allow_inf_nan=False)
    """Loss for each point by which the other has more."""
    beta: float = Field(0.25, ge=0, lt=1)
    """Loss for each point by which it has more itself; at most alpha."""

    @model_validator(mode="after")
    def _fits(self) -> "InequityAverse":
        if self.beta > self.alpha:
            raise ValueError(f"beta {self.beta} must not exceed alpha {self.alpha}")
        return self

    def gift(self, endowment: int, price: Fraction) -> int:
        """The best of giving nothing and giving up to where both have the same.

        Utility is linear on either side of equality, and falls beyond it.
        """
        equal = endowment / (1 + price)
        gifts = (0, math.floor(equal), math.ceil(equal))
        return max(
            gifts, key=lambda given: (self._utility(endowment - given, given * price), -given)
        )

    def offer(self, endowment: int) -> int:
        """The best of a rejected offer, the least acceptable one, and an even split."""
        smallest = self.minimum(endowment)

        def worth(offered: int) -> Fraction:
            accepted = offered >= smallest
            return self._utility(endowment - offered, Fraction(offered)) if accepted else Fraction()

        offers = (0, smallest, endowment // 2, endowment - endowment // 2)
        return max(offers, key=lambda offered: (worth(offered), -offered))

    def minimum(self, endowment: int) -> int:
        """The first whole point from a share of alpha / (1 + 2 alpha): utility 0."""
        alpha = as_written(self.alpha)
        return math.ceil(endowment * alpha / (1 + 2 * alpha))

    def _utility(self, own: int, other: Fraction) -> Fraction:
        alpha, beta = as_written(self.alpha), as_written(self.beta)
        return own - alpha * max(other - own, Fraction()) - beta * max(own - other, Fraction())


AGENT = InequityAverse
