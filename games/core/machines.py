"""Strategies of repeated games with two actions, as finite-state machines.

One description serves those who play strategies, those who simulate them, and those who recognise
them in what somebody played.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
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
            state = self.next(state, own, other)
        return state

    def next(self, state: int, own: int, other: int) -> int:
        """The state after a round with these actions."""
        return self.after[state][2 * own + other]

    def output(self, state: int, rng: Random) -> int:
        """The action in a state, as its index; `rng` decides only where the output is random."""
        first = self.first[state]
        if first in (0, 1):
            return int(first == 0)
        return int(rng.random() >= first)


def constant(first: float) -> Machine:
    """Plays the first action with the same probability in every round."""
    return Machine((first,), ((0, 0, 0, 0),))


@lru_cache(maxsize=1024)
def memory_one(start: float, after: tuple[float, float, float, float]) -> Machine:
    """A strategy that looks back one round: one state per outcome of it, and one to begin with.

    Args:
        start: probability of the first action in the first round.
        after: probability of the first action after each outcome (own action, other's action), in
            the order (0, 0), (0, 1), (1, 0), (1, 1).

    Source: Nowak and Sigmund (1993), A strategy of win-stay, lose-shift that outperforms
    tit-for-tat in the Prisoner's Dilemma game, Nature 364, 56 to 58: the four probabilities.
    """
    return Machine((start, *after), ((1, 2, 3, 4),) * 5)


@lru_cache(maxsize=64)
def majority(bound: int) -> Machine:
    """Plays the first action unless the other has played the second one more often.

    States count how often more: 0, 1, -1, 2, -2 … up to the bound, where counting stops; so the
    machine is exact as long as the other cannot come back from beyond the bound.

    Args:
        bound: the largest lead that is counted, in rounds; 0 cooperates for ever.
    """

    def state(lead: int) -> int:
        lead = max(-bound, min(bound, lead))
        return 2 * lead - 1 if lead > 0 else -2 * lead

    leads = sorted(range(-bound, bound + 1), key=state)
    rows = ((state(k - 1), state(k + 1)) for k in leads)
    return Machine(tuple(float(k <= 0) for k in leads), tuple((c, d, c, d) for c, d in rows))


@lru_cache(maxsize=64)
def trigger_until(last: int) -> Machine:
    """Plays the first action for some rounds, as long as the other does; then the second for good.

    Args:
        last: the last round in which the first action can be played; 0 never plays it.
    """
    rows = tuple((k + 1, last, k + 1, last) for k in range(last))
    return Machine((1,) * last + (0,), (*rows, (last,) * 4))
