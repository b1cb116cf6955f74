"""Full contributor: contributes most of its endowment, whatever the others do.

Source: the cooperator of Mozikov et al. (2024), EAI: Emotional Decision-Making of LLMs, NeurIPS 37.
"""

from random import Random

from agents.core.strategies.contributing import GENEROUS, Contributor, within
from games.core.types import Observation


class FullContributor(Contributor):
    """Contributes 80 to 100 per cent of its endowment, drawn each time."""

    def share(self, seen: Observation, rng: Random) -> int:
        """Any number of points that is enough."""
        return within(seen, GENEROUS, rng)


AGENT = FullContributor
