"""Win-stay, lose-shift (Pavlov): cooperate first and whenever both did the same.

Source: Nowak and Sigmund (1993), A strategy of win-stay, lose-shift that outperforms tit-for-tat in
the Prisoner's Dilemma game, Nature 364, 56 to 58.
"""

from agents.core.strategies.machine import MachineAgent
from games.core.machines import memory_one


class WinStayLoseShift(MachineAgent):
    """Repeats what earned R or T, changes what earned P or S."""

    machine = memory_one(1, (1, 0, 0, 1))


AGENT = WinStayLoseShift
