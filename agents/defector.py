"""Defector: the second action of the game, whatever happens.

Source: ALL D in Axelrod (1984), The Evolution of Cooperation, chapter 2; the "deflecting" opponent
of EAI (Mozikov et al. 2024, NeurIPS).
"""

from agents.core.strategies.machine import MachineAgent
from games.core.machines import constant


class Defector(MachineAgent):
    """One state."""

    machine = constant(0)


AGENT = Defector
