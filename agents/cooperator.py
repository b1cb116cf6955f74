"""Cooperator: the first action of the game, whatever happens.

Source: ALL C in Axelrod (1984), The Evolution of Cooperation, chapter 2; the "naive cooperative"
opponent of EAI (Mozikov et al. 2024, NeurIPS).
"""

from agents.core.strategies.machine import MachineAgent
from games.core.machines import constant


class Cooperator(MachineAgent):
    """One state."""

    machine = constant(1)


AGENT = Cooperator
