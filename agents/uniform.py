"""Every legal action equally likely: the baseline that knows nothing."""

from random import Random

from agents.core.spec import Scripted
from games.core.types import Action, Amount, Observation


class Uniform(Scripted):
    """Draws one legal action."""

    def act(self, seen: Observation, rng: Random) -> Action:
        """Any legal action."""
        space = seen.space
        assert space is not None
        if isinstance(space, Amount):
            return rng.randint(space.low, space.high)
        return rng.choice(space.options)


AGENT = Uniform
