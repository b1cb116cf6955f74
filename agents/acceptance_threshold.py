"""Acceptance threshold: accepts offers from a share on, and offers that share.

Source: the default is the share below which about half of all offers are rejected: Camerer (2003),
Behavioral Game Theory, page 49.
"""

import math
from typing import Any

from pydantic import Field

from agents.core.strategies.bargaining import Bargainer, as_written
from games import BadInput, Game


class AcceptanceThreshold(Bargainer):
    """As proposer it expects a responder of its own kind, and offers the least it would accept."""

    threshold: float = Field(0.2, ge=0, le=1)
    """Smallest share of the endowment that is accepted."""

    def check(self, game: Game[Any]) -> None:
        """Only games in which offers are answered."""
        super().check(game)
        if "responder" not in game.roles:
            raise BadInput(f"acceptance_threshold answers offers; {game.name} has none")

    def offer(self, endowment: int) -> int:
        """The least it would accept."""
        return self.minimum(endowment)

    def minimum(self, endowment: int) -> int:
        """The first whole point that reaches the threshold."""
        return math.ceil(as_written(self.threshold) * endowment)


AGENT = AcceptanceThreshold
