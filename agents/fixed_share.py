"""Fixed share: gives and offers the same share of every endowment.

Source: the default is the mean offer in 75 results of ultimatum experiments, 40 percent:
Oosterbeek, Sloof and van de Kuilen (2004), Cultural differences in ultimatum game experiments,
Experimental Economics 7, 171 to 188.
"""

import math
from fractions import Fraction

from pydantic import Field

from agents.core.strategies.bargaining import Bargainer, as_written, nearest


class FixedShare(Bargainer):
    """Shares are rounded to the nearest whole point, a half in favour of the other player."""

    share: float = Field(0.4, ge=0, le=1)
    """Share of the endowment that is given or offered."""
    threshold: float = Field(0, ge=0, le=1)
    """Smallest accepted share of the endowment; 0 accepts all offers."""

    def gift(self, endowment: int, price: Fraction) -> int:  # noqa: ARG002 - whatever it is worth
        """The share."""
        return nearest(as_written(self.share) * endowment)

    def offer(self, endowment: int) -> int:
        """The share."""
        return nearest(as_written(self.share) * endowment)

    def minimum(self, endowment: int) -> int:
        """The first whole point that reaches the threshold."""
        return math.ceil(as_written(self.threshold) * endowment)


AGENT = FixedShare
