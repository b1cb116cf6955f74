"""Conditional contributor: contributes what the others did on average in the round before.

Source: Fischbacher, Gächter and Fehr (2001), Are people conditionally cooperative?, Economics
Letters 71, 397 to 404; with the first round of Mozikov et al. (2024), EAI, NeurIPS 37.
"""

from random import Random

from agents.core.strategies.contributing import GENEROUS, Contributor, last_average, within
from games.core.types import Observation


class ConditionalContributor(Contributor):
    """Matches the average of the others; at first it contributes 80 to 100 per cent."""

    def share(self, seen: Observation, rng: Random) -> int:
        """The last average, to the nearest whole point."""
        average = last_average(seen)
        return within(seen, GENEROUS, rng) if average is None else average

    def answer(self, seen: Observation, average: int, rng: Random) -> int:  # noqa: ARG002 - nothing random
        """The average that is asked about."""
        return average


AGENT = ConditionalContributor
