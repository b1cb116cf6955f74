"""The first action with a fixed probability in every round, whatever happens.

Source: RANDOM in Axelrod (1980), Effective choice in the prisoner's dilemma, Journal of Conflict
Resolution 24, 3 to 25, with probability one half.
"""

from pydantic import Field

from agents.core.spec import Points
from agents.core.strategies.machine import MachineAgent
from games.core.machines import Machine, constant


class RandomChoice(MachineAgent):
    """One state, whose output is drawn."""

    p: float = Field(0.5, ge=0, le=1)
    """Probability of the first action."""

    def machine_for(self, _points: Points, /) -> Machine:
        """The same in every game."""
        return constant(self.p)


AGENT = RandomChoice
