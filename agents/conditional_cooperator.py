"""Conditional cooperator with a threshold: cooperate while the other does, up to a round.

Source: the threshold strategies of Embrey, Fréchette and Yuksel (2018), Cooperation in the finitely
repeated prisoner's dilemma, Quarterly Journal of Economics 133, 509 to 551.
"""

from pydantic import Field

from agents.core.spec import Points
from agents.core.strategies.machine import MachineAgent
from games.core.machines import Machine, trigger_until


class ConditionalCooperator(MachineAgent):
    """Grim trigger until the threshold, then defection to the end."""

    threshold: int = Field(ge=1, le=10_000)
    """The round from which on it defects whatever happened before; 1 always defects."""

    def machine_for(self, _points: Points, /) -> Machine:
        """One state per round of cooperation, and defection."""
        return trigger_until(self.threshold - 1)


AGENT = ConditionalCooperator
