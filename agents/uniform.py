"""Every legal action equally likely: the baseline that knows nothing."""

from random import Random
from typing import TYPE_CHECKING

from agents.core.spec import Points, Scripted
from games.core.machines import Machine, constant
from games.core.policy import Policy
from games.core.types import Action, Observation, any_action

if TYPE_CHECKING:  # it loads numpy
    from games.core.tree import Tree


class Uniform(Scripted):
    """Draws one legal action."""

    def act(self, seen: Observation, rng: Random) -> Action:
        """Any legal action."""
        assert seen.space is not None
        return any_action(seen.space, rng)

    def machine_in(self, _points: Points, /) -> Machine:
        """One state, whose output is drawn."""
        return constant(0.5)

    def policy_in(self, tree: "Tree", /) -> Policy:
        """The uniform policy."""
        return tree.table(tree.uniform())


AGENT = Uniform
