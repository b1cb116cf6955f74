"""Suspicious tit for tat: defect first, then do what the other did.

Source: Boyd and Lorberbaum (1987), No pure strategy is evolutionarily stable in the repeated
Prisoner's Dilemma game, Nature 327, 58 to 59.
"""

from agents.core.strategies.machine import MachineAgent
from games.core.machines import Machine


class SuspiciousTitForTat(MachineAgent):
    """Two states, one per last action of the other."""

    machine = Machine(first=(0, 1), after=((1, 0, 1, 0), (1, 0, 1, 0)))


AGENT = SuspiciousTitForTat
