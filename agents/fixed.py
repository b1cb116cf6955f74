"""Always the same: the first of a list of actions that is legal."""

from random import Random

from pydantic import Field

from agents.core.spec import Scripted
from games.core.types import Action, Observation


class Fixed(Scripted):
    """Plays the first legal action of a list; a decision in which none is legal voids the match."""

    actions: tuple[Action, ...] = Field(min_length=1)
    """Actions in order of preference, such as ["bet", "call"]."""

    def act(self, seen: Observation, rng: Random) -> Action | None:  # noqa: ARG002 - nothing random
        """The first that is legal."""
        assert seen.space is not None
        return next((action for action in self.actions if action in seen.space), None)


AGENT = Fixed
