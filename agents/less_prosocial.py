"""Less prosocial: people who give, offer, accept and cooperate less under any emotion, a control.

It agrees with most human arrows, which are minus signs, and knows nothing of emotions.
"""

from agents.core.strategies.human_sample import Sampled


class LessProsocial(Sampled):
    """A sample of people whose every emotion has the same effect."""

    def direction(self, measure: str) -> int:  # noqa: ARG002 - the same for all
        """Down, for every emotion."""
        return 0 if self.emotion.induced == "none" else -1


AGENT = LessProsocial
