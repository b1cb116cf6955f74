"""Always the same: the first of a list of actions that is legal."""

from collections.abc import Iterable
from random import Random
from typing import TYPE_CHECKING

from pydantic import Field

from agents.core.spec import Scripted
from games.core.policy import Policy
from games.core.types import Action, ActionSpace, Observation

if TYPE_CHECKING:  # it loads numpy
    from games.core.tree import Tree


class Fixed(Scripted):
    """Plays the first legal action of a list; a decision in which none is legal voids the match."""

    actions: tuple[str | int, ...] = Field(min_length=1)
    """Actions in order of preference, such as ["bet", "call"]."""

    def act(self, seen: Observation, rng: Random) -> Action | None:  # noqa: ARG002 - nothing random
        """The first that is legal."""
        assert seen.space is not None
        return self._first(seen.space)

    def policy_in(self, tree: "Tree", /) -> Policy | None:
        """All weight on the first; None if there is an information set in which none is legal."""
        policy: Policy = {}
        for name, options in zip(tree.keys, tree.actions, strict=True):
            if (made := self._first(options)) is None:
                return None
            policy[name] = {option: float(option == made) for option in options}
        return policy

    def _first(self, options: ActionSpace | Iterable[Action]) -> Action | None:
        return next((action for action in self.actions if action in options), None)


AGENT = Fixed
