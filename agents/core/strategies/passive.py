"""`Passive`: the agent of a seat that never moves."""

from random import Random

from agents.core.spec import Scripted
from games.core.types import Action, Observation


class Passive(Scripted):
    """A passive player: a recipient without decisions, or a seat outside an elicitation."""

    def act(self, seen: Observation, rng: Random) -> Action | None:  # noqa: ARG002 - never asked
        """Never asked.

        Raises:
            ValueError: a decision is requested.
        """
        raise ValueError(f"the {seen.role} of {seen.game} was to decide nothing")
