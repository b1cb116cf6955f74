"""Free rider: contributes little of its endowment, whatever the others do.

Source: Mozikov et al. (2024), EAI: Emotional Decision-Making of LLMs, NeurIPS 37.
"""

from random import Random

from agents.core.strategies.contributing import SELFISH, Contributor, within
from games.core.types import Observation


class FreeRider(Contributor):
    """Contributes 0 to 20 per cent of its endowment, drawn each time."""

    def share(self, seen: Observation, rng: Random) -> int:
        """Any number of points that is little enough."""
        return within(seen, SELFISH, rng)


AGENT = FreeRider
