"""A policy table: an action, or probabilities of actions, for each information set.

Names of information sets are those of `games.core.walk.key`; `arena solve GAME` prints them.
"""

from typing import Any

from pydantic import Field

from agents.core.strategies.policy_table import TableAgent
from games import Game
from games.core.policy import Policy
from games.core.policy import check as check_policy
from games.core.repeated import stage_of
from games.core.types import Action, actions
from games.core.walk import LIMIT, moments


class PolicyTable(TableAgent):
    """Draws its actions from a table that the design states."""

    policy: dict[str, str | int | dict[str, float]] = Field(min_length=1)
    """By information set: an action, or the probability of each legal action."""

    def check(self, game: Game[Any]) -> None:
        """Only the game that the table is of, once or repeatedly.

        Raises:
            BadInput: the game is too large to walk through, or the table is not one of it.
        """
        self.table(stage_of(game))

    def table(self, stage: Game[Any]) -> Policy:
        """The table with a probability for every action."""
        asked = {
            name: actions(stage.space(state, player))
            for name, (player, state) in moments(stage, LIMIT).items()
        }
        table = {name: _row(row, asked.get(name, ())) for name, row in self.policy.items()}
        check_policy(table, list(asked), list(asked.values()))
        return {name: {a: table[name].get(a, 0.0) for a in asked[name]} for name in asked}


def _row(row: Action | dict[str, float], options: tuple[Action, ...]) -> dict[Action, float]:
    """One information set's row; JSON has no numbers as keys, so that amounts stand as text."""
    if not isinstance(row, dict):
        return {row: 1.0}
    known = {str(option): option for option in options}
    return {known.get(key, key): p for key, p in row.items()}


AGENT = PolicyTable
