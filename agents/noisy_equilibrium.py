"""Noisy equilibrium: better actions are played more often, by their difference in value.

The logit quantal response equilibrium: the log odds of two actions are `rationality` times the
difference of their values, given that all players play so.

Source: McKelvey and Palfrey (1998), Quantal response equilibria for extensive form games,
Experimental Economics 1, 9 to 41.
"""

from functools import lru_cache
from typing import Any

from pydantic import Field

from agents.core.strategies.policy_table import TableAgent
from games import Game
from games.core.policy import Policy
from games.core.repeated import stage_of
from games.core.solve import quantal_response
from games.core.tree import build

LARGEST = 50_000
"""Nodes of a tree whose quantal response takes seconds, not minutes."""


class NoisyEquilibrium(TableAgent):
    """Plays any game small enough for quantal response: Kuhn poker, or Liar's Dice with 3 faces."""

    rationality: float = Field(1, ge=0)
    """Lambda, per point; 0 is uniform play."""

    def check(self, game: Game[Any]) -> None:
        """Only games whose quantal response can be computed, once or repeatedly."""
        self.table(stage_of(game))

    def table(self, stage: Game[Any]) -> Policy:
        """The logit equilibrium."""
        return _solved(stage, self.rationality)


@lru_cache(maxsize=64)
def _solved(stage: Game[Any], rationality: float) -> Policy:
    tree = build(stage, LARGEST)
    return tree.table(quantal_response(tree, rationality))


AGENT = NoisyEquilibrium
