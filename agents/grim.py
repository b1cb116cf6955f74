"""Grim trigger: cooperate until the other defects, then defect for ever.

Source: Friedman (1971), A non-cooperative equilibrium for supergames, Review of Economic Studies
38, 1 to 12; the "vindictive" opponent of EAI (Mozikov et al. 2024, NeurIPS).
"""

from agents.core.strategies.machine import MachineAgent
from games.core.machines import Machine


class Grim(MachineAgent):
    """Two states; the second is never left."""

    machine = Machine(first=(1, 0), after=((0, 1, 0, 1), (1, 1, 1, 1)))


AGENT = Grim
