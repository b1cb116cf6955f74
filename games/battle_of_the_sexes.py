"""Battle of the Sexes: both want to meet, each rather at a place of its own.

Source: Luce and Raiffa (1957), Games and Decisions, section 5.3; under the neutral name "Bach or
Stravinsky" Osborne and Rubinstein (1994), A Course in Game Theory, example 15.3. The default
numbers are those of EAI: Mozikov et al. (2024), NeurIPS 37.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from games.core.errors import BadInput
from games.core.matrix import Bimatrix, MatrixState
from games.core.measures import Measure, Measured
from games.core.outcomes import Due, Outcome
from games.core.types import Action, Payoff, Player


@dataclass(frozen=True)
class BattleOfTheSexes(Bimatrix):
    """Both choose at the same time; the first prefers to meet at Bach, the second at Stravinsky.

    Args:
        preferred: points for meeting at what one prefers.
        conceded: points for meeting at what the other prefers.
        mismatch: points for not meeting.

    Raises:
        BadInput: a payoff is not a whole number, or not preferred > conceded > mismatch.
    """

    preferred: int = 10
    conceded: int = 7
    mismatch: int = 0

    name = "battle_of_the_sexes"
    version = 1
    family = "coordination"
    options = ("bach", "stravinsky")
    measures = (Measure("coordination", rounds=(0, 1)), Measure("concession"))
    presets = MappingProxyType({"eai": {"preferred": 10, "conceded": 7, "mismatch": 0}})

    def __post_init__(self) -> None:
        """Check the order that makes it this game."""
        values = {key: getattr(self, key) for key in ("preferred", "conceded", "mismatch")}
        for key, value in values.items():
            if type(value) is not int:
                raise BadInput(f"battle_of_the_sexes: {key} must be a whole number, not {value!r}")
        if not self.preferred > self.conceded > self.mismatch:
            stated = " > ".join(f"{key} {value}" for key, value in values.items())
            raise BadInput(f"battle_of_the_sexes: payoffs must fall in this order: {stated}")

    def measured(self, made: Mapping[Player, Sequence[Action]]) -> Iterator[Measured]:
        """Meeting, and going where the other prefers."""
        for player, own in made.items():
            for turn, action in enumerate(own):
                met = float(action == made[1 - player][turn])
                yield Measured(player, turn, "coordination", met)
                conceded = float(action != self.options[player])
                yield Measured(player, turn, "concession", conceded)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Meeting, and going where the other prefers."""
        return (
            Outcome("coordination", by_round=True, hidden=True),
            Outcome("concession", by_round=True),
        )

    def due(self, state: MatrixState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:  # noqa: ARG002
        """Both outcomes of either player; they meet only if both decide."""
        both = len(moves) == len(self.roles) and None not in moves.values()
        met = float(len(set(moves.values())) == 1) if both else None
        for player, action in moves.items():
            conceded = None if action is None else float(action != self.options[player])
            yield Due(player, "coordination", met)
            yield Due(player, "concession", conceded)

    def cell(self, first: str, second: str) -> tuple[Payoff, Payoff]:
        """Points for meeting at Bach, at Stravinsky, or not at all."""
        if first != second:
            return self.mismatch, self.mismatch
        if first == "bach":
            return self.preferred, self.conceded
        return self.conceded, self.preferred

    def equilibria(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """All Nash equilibria, as the probability that each seat plays Bach.

        Two are pure: both meet at Bach, or both at Stravinsky. In the third, each plays what it
        prefers with probability (preferred - mismatch) / (preferred + conceded - 2 mismatch), which
        leaves the other indifferent.

        Source: Osborne and Rubinstein (1994), example 34.1.
        """
        gain, concession = self.preferred - self.mismatch, self.conceded - self.mismatch
        own = Fraction(gain, gain + concession)
        return (Fraction(1), Fraction(1)), (Fraction(0), Fraction(0)), (own, 1 - own)


GAME = BattleOfTheSexes
