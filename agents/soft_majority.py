"""Soft majority: cooperate unless the other has defected more often than cooperated.

Source: Grisell's entry in Axelrod (1980), More effective choice in the prisoner's dilemma, Journal
of Conflict Resolution 24, 379 to 403; the name is that of Mittal and Deb (2009), Optimal strategies
of the iterated prisoner's dilemma problem for multiple conflicting objectives, IEEE Transactions on
Evolutionary Computation 13, 554 to 565.
"""

from typing import Any

from pydantic import Field

from agents.core.spec import Points
from agents.core.strategies.machine import MachineAgent
from games import BadInput, Game
from games.core.machines import Machine, majority
from games.core.repeated import Repeated


class SoftMajority(MachineAgent):
    """Counts, up to the largest relevant number in a match."""

    rounds: int = Field(200, ge=1, le=10_000)
    """Rounds of the longest match in which it counts exactly. In a match that chance prolongs
    beyond it, a lead of more than half of it counts as half."""

    def check(self, game: Game[Any]) -> None:
        """Only matches of a fixed length that the counter can follow, or of random length."""
        super().check(game)
        length = game.rounds if isinstance(game, Repeated) else 1
        if length is not None and length > self.rounds:
            raise BadInput(f"soft_majority that counts {self.rounds} rounds cannot play {length}")

    def machine_for(self, _points: Points, /) -> Machine:
        """A lead of more than half the rounds is not made up for within them."""
        return majority(self.rounds // 2 + 1)


AGENT = SoftMajority
