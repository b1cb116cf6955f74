"""Generous tit for tat: as tit for tat, but some defections are answered by cooperation.

Source: Nowak and Sigmund (1992), Tit for tat in heterogeneous populations, Nature 355, 250 to 253:
the generosity min(1 - (T - R) / (R - S), (R - P) / (T - P)) is the most that selfish strategies
cannot exploit. It lies in [0, 1] only where 2R >= T + S.
"""

from typing import Any

from pydantic import Field

from agents.core.spec import Points
from agents.core.strategies.machine import MachineAgent, dilemma
from games import BadInput, Game
from games.core.machines import Machine, memory_one


class GenerousTitForTat(MachineAgent):
    """Cooperates first and after cooperation, sometimes also after a defection."""

    generosity: float | None = Field(None, ge=0, le=1)
    """Probability of answering a defection by cooperation; None for the one of the source."""

    def check(self, game: Game[Any]) -> None:
        """Any matrix game with two actions, if the generosity is given; else a dilemma."""
        super().check(game)
        if self.generosity is not None:
            return
        stage = dilemma("generous_tit_for_tat without generosity", game)
        if 2 * stage.reward < stage.temptation + stage.sucker:
            raise BadInput(f"generous_tit_for_tat in {game.name} with 2R < T + S needs generosity")

    def machine_for(self, points: Points, /) -> Machine:
        """Tit for tat with its generosity."""
        generosity = self.generosity
        if generosity is None:
            r, s, t, p = points
            generosity = float(min(1 - (t - r) / (r - s), (r - p) / (t - p)))
        return memory_one(1, (1, generosity, 1, generosity))


AGENT = GenerousTitForTat
