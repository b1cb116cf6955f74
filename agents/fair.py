"""Fair: equal points for both, and no less for itself.

Source: the equal split of Güth, Schmittberger and Schwarze (1982), An experimental analysis of
ultimatum bargaining, Journal of Economic Behavior and Organization 3, 367 to 388; with a price, the
Leontief type of Andreoni and Miller (2002), Giving according to GARP, Econometrica 70, 737 to 753.
"""

import math
from fractions import Fraction

from agents.core.strategies.bargaining import Bargainer


class Fair(Bargainer):
    """Rounds up points that cannot be split evenly: its offer is the least it would accept."""

    def gift(self, endowment: int, price: Fraction) -> int:
        """Gift that leaves equal points: half of the endowment, unless a gift has a price."""
        return math.ceil(endowment / (1 + price))

    def offer(self, endowment: int) -> int:
        """Half."""
        return self.minimum(endowment)

    def minimum(self, endowment: int) -> int:
        """Half."""
        return math.ceil(Fraction(endowment, 2))


AGENT = Fair
