"""Tit for tat: cooperate first, then do what the other did.

Source: Rapoport's entry in Axelrod (1980), Effective choice in the prisoner's dilemma, Journal of
Conflict Resolution 24, 3 to 25; the "imitating" opponent of EAI (Mozikov et al. 2024, NeurIPS).
"Cooperate" is the first action of the game, here and in all strategies of this kind.
"""

from agents.core.strategies.machine import MachineAgent
from games.core.machines import Machine


class TitForTat(MachineAgent):
    """Two states, one per last action of the other."""

    machine = Machine(first=(1, 0), after=((0, 1, 0, 1), (0, 1, 0, 1)))


AGENT = TitForTat
