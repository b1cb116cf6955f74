"""Stag Hunt: to hunt the stag pays most if both do, and a hare is sure.

Source: Rousseau (1755), Discourse on Inequality, part 2; Skyrms (2004), The Stag Hunt and the
Evolution of Social Structure, chapter 1.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from games.core.errors import BadInput
from games.core.matrix import Bimatrix
from games.core.measures import Draw, Measure, Measured
from games.core.types import Action, Observation, Payoff, Player


@dataclass(frozen=True)
class StagHunt(Bimatrix):
    """Two players hunt the stag or a hare at the same time.

    Args:
        together: points for hunting the stag together.
        sure: points for a hare.
        alone: points for hunting the stag alone.

    Raises:
        BadInput: a payoff is not a whole number, or not together > sure > alone.
    """

    together: int = 4
    sure: int = 3
    alone: int = 0

    name = "stag_hunt"
    version = 1
    options = ("stag", "hare")
    measures = (Measure("stag_hunting", rounds=(0, 0)),)

    def __post_init__(self) -> None:
        """Check the order that makes it this game."""
        values = (self.together, self.sure, self.alone)
        if any(type(value) is not int for value in values):
            raise BadInput(f"stag_hunt: payoffs must be whole numbers, not {values}")
        if not self.together > self.sure > self.alone:
            stated = "together {} > sure {} > alone {}".format(*values)
            raise BadInput(f"stag_hunt: payoffs must fall in this order: {stated}")

    def measured(self, made: Mapping[Player, Sequence[Action]]) -> Iterator[Measured]:
        """Hunting the stag."""
        for player, own in made.items():
            for turn, action in enumerate(own):
                yield Measured(player, turn, "stag_hunting", float(action == "stag"))

    def needed(self, *, repeated: bool) -> tuple[tuple[str, ...], ...]:
        """Hunting the stag, in a game that is played once."""
        return () if repeated else (("stag_hunting",),)

    @staticmethod
    def draws(seen: Observation) -> tuple[Draw, ...]:  # noqa: ARG004 - nothing is seen before
        """Hunting the stag, which emotions move."""
        return (Draw("stag_hunting", actions=("stag", "hare"), emotion="stag_hunting"),)

    def cell(self, first: str, second: str) -> tuple[Payoff, Payoff]:
        """Points of both: a hare is sure, a stag needs two."""
        own = {"hare": (self.sure, self.sure), "stag": (self.alone, self.together)}
        return own[first][second == "stag"], own[second][first == "stag"]


GAME = StagHunt
