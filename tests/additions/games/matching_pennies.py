"""Matching pennies: the first player wins where both coins show the same side, else the second.

Source: von Neumann and Morgenstern (1944), Theory of Games and Economic Behavior, section 17.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from games.core.errors import BadInput
from games.core.matrix import Bimatrix
from games.core.measures import Draw, Measure, Measured
from games.core.types import Action, Observation, Payoff, Player


@dataclass(frozen=True)
class MatchingPennies(Bimatrix):
    """Two players show one side of a coin at the same time.

    Args:
        stake: points that the winner gets from the loser.

    Raises:
        BadInput: the stake is not a whole number from 1.
    """

    stake: int = 1

    name = "matching_pennies"
    version = 1
    zero_sum = True
    options = ("heads", "tails")
    measures = (Measure("showing_heads", rounds=(0, 0)),)

    def __post_init__(self) -> None:
        """Check the stake."""
        if type(self.stake) is not int or self.stake < 1:
            raise BadInput(
                f"matching_pennies: stake must be a whole number from 1, not {self.stake!r}"
            )

    def measured(self, made: Mapping[Player, Sequence[Action]]) -> Iterator[Measured]:
        """Showing heads."""
        for player, own in made.items():
            for turn, action in enumerate(own):
                yield Measured(player, turn, "showing_heads", float(action == "heads"))

    def needed(self, *, repeated: bool) -> tuple[tuple[str, ...], ...]:
        """Showing heads, in a game that is played once."""
        return () if repeated else (("showing_heads",),)

    @staticmethod
    def draws(seen: Observation) -> tuple[Draw, ...]:  # noqa: ARG004 - nothing is seen before
        """Showing heads, which emotions move."""
        return (Draw("showing_heads", actions=("heads", "tails"), emotion="showing_heads"),)

    def cell(self, first: str, second: str) -> tuple[Payoff, Payoff]:
        """The stake goes to the first where both show the same side."""
        won = self.stake if first == second else -self.stake
        return won, -won


GAME = MatchingPennies
