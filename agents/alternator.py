"""Alternator: the first action, then the second, and so on, whatever the other does.

Source: the "alternating" opponent of EAI (Mozikov et al. 2024, NeurIPS), which begins with
cooperation.
"""

from agents.core.strategies.machine import MachineAgent
from games.core.machines import Machine


class Alternator(MachineAgent):
    """Two states that follow each other."""

    machine = Machine(first=(1, 0), after=((1, 1, 1, 1), (0, 0, 0, 0)))


AGENT = Alternator
