"""Subgame perfect: wants points and nothing else, and knows that the other does too.

Source: Osborne (2004), An Introduction to Game Theory, section 6.1. In whole points there are two
equilibria in pure strategies, see `Ultimatum.subgame_perfect_offers`.
"""

from fractions import Fraction

from agents.core.strategies.bargaining import Bargainer


class SubgamePerfect(Bargainer):
    """Gives nothing, accepts whatever is positive, and offers the least that it would accept.

    Of one point, it offers that point, though being rejected would cost it nothing.
    """

    accepts_nothing: bool = False
    """Whether an offer of 0, which changes nothing, is accepted; then 0 is also offered."""

    def gift(self, endowment: int, price: Fraction) -> int:  # noqa: ARG002 - whatever there is
        """Nothing."""
        return 0

    def offer(self, endowment: int) -> int:
        """The least that a responder of its own kind accepts."""
        return self.minimum(endowment)

    def minimum(self, endowment: int) -> int:  # noqa: ARG002 - whatever there is
        """The smallest unit, or nothing."""
        return 0 if self.accepts_nothing else 1


AGENT = SubgamePerfect
