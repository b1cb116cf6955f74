"""Symmetric games of two options: one payoff each for T, R, P and S.

The first option is the one that pays R if both take it, the second pays P. Who takes the second
against the first gets T, who takes the first against the second gets S.

Source: Rapoport and Guyer (1966), A taxonomy of 2 x 2 games, General Systems 11, 203 to 214.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import ClassVar

from games.core.errors import BadInput
from games.core.matrix import Bimatrix, MatrixState
from games.core.measures import Draw, Measured
from games.core.outcomes import Due, Outcome
from games.core.types import Action, Observation, Payoff, Player

PAYOFFS = ("temptation", "reward", "punishment", "sucker")


class Symmetric(Bimatrix):
    """Base of symmetric games of two options.

    A subclass is a dataclass with the fields PAYOFFS. Its first measure is how often `counted` is
    chosen.

    Attributes:
        order: what its payoffs must be like, a falling chain each, such as "reward > punishment".
        counted: the option whose frequency is measured.

    Raises:
        BadInput: a payoff is not a whole number, or the payoffs do not fall in the order.
    """

    temptation: int
    reward: int
    punishment: int
    sucker: int
    order: ClassVar[tuple[str, ...]]
    counted: ClassVar[str]

    def __post_init__(self) -> None:
        """Check the order that makes it this game."""
        for key in PAYOFFS:
            if type(value := getattr(self, key)) is not int:
                raise BadInput(f"{self.name}: {key} must be a whole number, not {value!r}")
        chains = [chain.split(" > ") for chain in self.order]
        steps = [step for chain in chains for step in pairwise(chain)]
        if not all(getattr(self, more) > getattr(self, less) for more, less in steps):
            chained = (" > ".join(f"{key} {getattr(self, key)}" for key in c) for c in chains)
            stated = ", ".join(chained)
            raise BadInput(f"{self.name}: payoffs must fall in this order: {stated}")

    def cell(self, first: str, second: str) -> tuple[Payoff, Payoff]:
        """R, R or P, P when both do the same; else S for the first option and T for the second."""
        one = self.options[0]
        if first == second:
            both = self.reward if first == one else self.punishment
            return both, both
        if first == one:
            return self.sucker, self.temptation
        return self.temptation, self.sucker

    def measured(self, made: Mapping[Player, Sequence[Action]]) -> Iterator[Measured]:
        """How often the counted option is chosen."""
        for player, own in made.items():
            for turn, action in enumerate(own):
                yield Measured(player, turn, self.measures[0].name, self._counts(action))

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The counted option."""
        return (Outcome(self._outcome, by_round=True),)

    def due(self, state: MatrixState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:  # noqa: ARG002
        """The counted option, of either player by itself."""
        for player, action in moves.items():
            yield Due(player, self._outcome, None if action is None else self._counts(action))

    def needed(self, *, repeated: bool) -> tuple[tuple[str, ...], ...]:
        """Its first measure, in a game that is played once."""
        return () if repeated else ((self.measures[0].name,),)

    @classmethod
    def draws(cls, seen: Observation) -> tuple[Draw, ...]:  # noqa: ARG003 - nothing is seen before
        """The counted option."""
        return (cls.draw(cls.measures[0].name),)

    @classmethod
    def draw(cls, measure: str, x: int | str = 1) -> Draw:
        """The counted option with the probability of a measure, the other one otherwise."""
        (other,) = set(cls.options) - {cls.counted}
        return Draw(measure, x, (cls.counted, other), cls.measures[0].name)

    @property
    def _outcome(self) -> str:
        return self.measures[0].name.replace("_", " ")

    def _counts(self, action: Action) -> float:
        return float(action == self.counted)
