"""`TableAgent`: plays a policy table, in one game or in each round of it."""

from random import Random
from typing import TYPE_CHECKING, Any, Self

from pydantic import PrivateAttr

from agents.core.spec import Scripted
from games import Game
from games.core.policy import Policy
from games.core.repeated import stage_of, this_round
from games.core.types import Action, Observation, actions
from games.core.walk import LIMIT, key, moments

if TYPE_CHECKING:  # it loads numpy
    from games.core.tree import Tree


class TableAgent(Scripted):
    """Draws its actions from a table that depends on the game; a subclass makes the table.

    In a repeated game it plays each round as a one-shot game.
    """

    _table: Policy | None = PrivateAttr(None)

    def table(self, stage: Game[Any]) -> Policy:
        """Action probabilities in each information set of a game that is not repeated.

        Raises:
            BadInput: the game has no such table.
        """
        raise NotImplementedError

    def ready(self, game: Game[Any]) -> Self:
        """The same agent with the table of the game."""
        made = self.model_copy()
        made._table = self.table(stage_of(game))  # noqa: SLF001 - its own
        return made

    def policy_in(self, tree: "Tree", /) -> Policy:
        """The table itself."""
        return self.table(tree.game)

    def act(self, seen: Observation, rng: Random) -> Action:
        """An action with its probability in the table.

        Raises:
            ValueError: the agent was not prepared for a game.
        """
        if self._table is None:
            raise ValueError("a policy table belongs to a game: call ready(game) first")
        row = self._table[key(this_round(seen))]
        left = rng.random()
        possible = [action for action, probability in row.items() if probability > 0]
        for action in reversed(possible):
            left -= row[action]
            if left < 0:
                return action
        return possible[0]  # rounding has left nothing to the others


def tabulated(agent: Scripted, game: Game[Any]) -> Policy:
    """The table of a deterministic strategy: its action in each information set.

    Raises:
        BadInput: the game is too large to walk through.
    """
    table: Policy = {}
    for name, (player, state) in moments(game, LIMIT).items():
        seen = game.observe(state, player)
        assert seen.space is not None
        done = agent.act(seen, Random(0))
        table[name] = {action: float(action == done) for action in actions(seen.space)}
    return table
