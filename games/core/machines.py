"""Strategies of repeated games with two actions, as finite-state machines.

One description serves those who play strategies, those who simulate them, and those who recognise
them in what somebody played.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Machine:
    """A Moore machine: each state has an output, and each outcome of a round leads to a state.

    Args:
        first: per state, the probability of playing the first of the two actions.
        after: per state, the next state after each outcome (own action, other's action), in the
            order (0, 0), (0, 1), (1, 0), (1, 1), where 0 is the first action.

    Source: Rubinstein (1986), Finite automata play the repeated prisoner's dilemma, Journal of
    Economic Theory 39, 83 to 96. The machine starts in state 0.
    """

    first: tuple[float, ...]
    after: tuple[tuple[int, int, int, int], ...]

    def __post_init__(self) -> None:
        """Check the shape.

        Raises:
            ValueError: a state without transitions, a transition to nowhere, or no probability.
        """
        states = range(len(self.first))
        fits = len(self.after) == len(self.first) and all(0 <= p <= 1 for p in self.first)
        if not (fits and all(to in states for row in self.after for to in row)):
            raise ValueError(f"not a machine: {self}")

    def state_after(self, played: Iterable[tuple[int, int]]) -> int:
        """The state after rounds with these actions, own first."""
        state = 0
        for own, other in played:
            state = self.after[state][2 * own + other]
        return state

    def output(self, state: int, rng: Random) -> int:
        """The action in a state, as its index; `rng` decides only where the output is random."""
        first = self.first[state]
        if first in (0, 1):
            return int(first == 0)
        return int(rng.random() >= first)
