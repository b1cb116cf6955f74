"""T2: a defection of the other is punished for two rounds, then forgiven whatever happened.

Source: Dal Bó and Fréchette (2011), The evolution of cooperation in infinitely repeated games,
American Economic Review 101, 411 to 429. Unlike two tits for a tat, what the other does during the
punishment does not prolong it.
"""

from agents.core.strategies.machine import MachineAgent
from games.core.machines import Machine


class T2(MachineAgent):
    """Cooperation, and the two rounds of punishment."""

    machine = Machine(first=(1, 0, 0), after=((0, 1, 0, 1), (2, 2, 2, 2), (0, 0, 0, 0)))


AGENT = T2
