"""`Passive`: whoever holds a seat that never moves."""

from random import Random

from agents.core.spec import Scripted
from games.core.types import Action, Observation


class Passive(Scripted):
    """Nobody: a recipient who is only given to, or a seat whose moves are not asked about."""

    def act(self, seen: Observation, rng: Random) -> Action | None:  # noqa: ARG002 - never asked
        """Never asked.

        Raises:
            ValueError: somebody asks.
        """
        raise ValueError(f"the {seen.role} of {seen.game} was to decide nothing")
