"""Tit for two tats: defect only after two defections of the other in a row.

Source: Axelrod (1980), Effective choice in the prisoner's dilemma, Journal of Conflict Resolution
24, 3 to 25, where it is shown to have won, had it been entered.
"""

from agents.core.strategies.machine import MachineAgent
from games.core.machines import Machine


class TitForTwoTats(MachineAgent):
    """States count the other's last defections in a row: 0, 1, 2 or more."""

    machine = Machine(first=(1, 1, 0), after=((0, 1, 0, 1), (0, 2, 0, 2), (0, 2, 0, 2)))


AGENT = TitForTwoTats
