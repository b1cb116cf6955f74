"""Guess two thirds of the average: whoever is nearest to a share of the average guess wins.

Who expects others to guess at random guesses two thirds of 50; who expects that of others guesses
two thirds of that, and so on: the depth of reasoning can be told from a guess.

Source: Nagel (1995), Unraveling in guessing games: an experimental study, American Economic Review
85, 1313 to 1326.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log
from types import MappingProxyType
from typing import Literal, get_args

from games.core.crowd import Crowd, CrowdState, played_by_all, whole
from games.core.errors import BadInput, unknown
from games.core.exact import exact
from games.core.facets import Facet, by_round
from games.core.outcomes import Due, Outcome
from games.core.policy import Stated
from games.core.seats import numbered
from games.core.types import Action, Amount, Event, Fact, Payoff, Player

Shown = Literal["average", "all"]
_SHOWN: tuple[str, ...] = get_args(Shown)
_SIZES = (2, 20)

DEEPEST = 4
"""The highest level that is told from higher ones."""
BETWEEN, BEYOND, OUTSIDE, ZERO = "between two", "higher", "the other side", "zero"
LEVELS = (*map(str, range(DEEPEST + 1)), BEYOND, ZERO, BETWEEN, OUTSIDE)
"""Levels of reasoning: 0, 1 …; higher ones; the number 0; a guess between the neighbourhoods of two
levels; and one on the other side of level 0."""


@dataclass(frozen=True)
class GuessTwoThirds(Crowd):
    """Any number of players guess a whole number at the same time.

    Args:
        players: number of players, 2 to 20.
        highest: the highest number; the lowest is 0.
        factor: what the average is multiplied by; above 0 and not 1.
        prize: points of who is nearest; those who are equally near share it.
        shown: whether the average is told, or all numbers.

    Raises:
        BadInput: a parameter is of another kind or out of range.
    """

    players: int = 4
    highest: int = 100
    factor: Payoff = Fraction(2, 3)
    prize: int = 100
    shown: Shown = "average"

    name = "guess_two_thirds"
    version = 1
    family = "depth of reasoning"
    roles = numbered(4)
    unstudied = (
        "no human data: of Nagel (1995) no table of guesses is at hand that could be checked"
    )
    presets = MappingProxyType(
        {
            # Nagel (1995): sessions of 15 to 18 people with the factors 1/2, 2/3 and 4/3.
            "nagel_half": {"players": 16, "factor": "1/2"},
            "nagel_two_thirds": {"players": 16, "factor": "2/3"},
            "nagel_four_thirds": {"players": 16, "factor": "4/3"},
        }
    )

    def __post_init__(self) -> None:
        """Check every parameter; make the factor exact; name the seats."""
        self.seat_players(*_SIZES)
        whole(self.name, "highest", self.highest, 1)
        whole(self.name, "prize", self.prize, 1)
        factor = exact(self.factor, "guess_two_thirds: factor")
        if factor <= 0 or factor == 1:
            raise BadInput(
                f"guess_two_thirds: factor must be above 0 and not 1, not {self.factor!r}"
            )
        object.__setattr__(self, "factor", factor)
        if self.shown not in _SHOWN:
            raise unknown("shown of guess_two_thirds", self.shown, _SHOWN)

    @property
    def offered(self) -> Amount:
        """A number."""
        return Amount(0, self.highest)

    def facts(self) -> Mapping[str, Fact]:
        """All parameters."""
        numbers = {"players": self.players, "highest": self.highest}
        return {**numbers, "factor": self.factor, "prize": self.prize, "shown": self.shown}

    def target(self, moves: tuple[Action, ...]) -> Fraction:
        """The number that is to be hit."""
        return Fraction(self.factor) * sum(map(int, moves)) / self.players

    def earned(self, moves: tuple[Action, ...]) -> tuple[Payoff, ...]:
        """The prize in equal parts for all who are nearest."""
        target = self.target(moves)
        away = [abs(int(guess) - target) for guess in moves]
        winners = away.count(min(away))
        part = Fraction(self.prize, winners)
        won = part.numerator if part.denominator == 1 else part
        return tuple(won if each == min(away) else 0 for each in away)

    def news(self, moves: tuple[Action, ...], player: Player) -> tuple[Event, ...]:
        """The own number, those of the others if they are told, the average and the target."""
        events = [Event("chose", {"player": player, "guess": int(moves[player])})]
        if self.shown == "all":
            others = (seat for seat in range(self.players) if seat != player)
            events += [Event("chose", {"player": o, "guess": int(moves[o])}) for o in others]
        average = _hundredths(Fraction(sum(map(int, moves)), self.players))
        target = _hundredths(self.target(moves))
        return (*events, Event("average", {"average": average, "target": target}))

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The number."""
        return (Outcome("guess", 0, self.highest, yes_no=False, by_round=True),)

    def due(self, state: CrowdState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:  # noqa: ARG002
        """The number of each."""
        for player, guess in moves.items():
            yield Due(player, "guess", None if guess is None else int(guess))

    def facets(self, rounds: Sequence[CrowdState]) -> Iterator[Facet]:
        """Guesses by round, and the level of reasoning of each."""
        yield from by_round("guess", [[float(int(guess)) for guess in end.moves] for end in rounds])
        before = self.highest / 2
        for end in rounds:
            for player, guess in enumerate(end.moves):
                own = self.level(int(guess), before)
                for level in LEVELS:
                    near = float(level == own)
                    yield Facet("level of reasoning", level, near, player, yes_no=True)
            before = sum(map(int, end.moves)) / self.players

    def level(self, guess: float, before: float) -> str:
        """The level of reasoning that a guess is near, of LEVELS.

        Level k guesses before * factor ** k; a guess is near it if it lies between the powers k -
        1/4 and k + 1/4.

        Args:
            guess: the number.
            before: what somebody at level 0 guesses: the middle, later the last average.

        Source: Nagel (1995), section III.A: the neighbourhoods of iteration steps.
        """
        if guess == 0 or before == 0:
            return ZERO
        steps = log(guess / before) / log(self.factor)
        nearest = round(steps)
        if nearest < 0:
            return OUTSIDE
        if abs(steps - nearest) > 1 / 4:
            return BETWEEN
        return str(nearest) if nearest <= DEEPEST else BEYOND

    def remarks(self) -> tuple[str, ...]:
        """What the equilibria are."""
        if Fraction(self.factor) < 1:
            return ("All at 0 is an equilibrium; it is the only one if numbers need not be whole.",)
        return (f"All at {self.highest} is an equilibrium.",)

    def extremes(self) -> tuple[Payoff, Payoff]:
        """Nothing, or the whole prize."""
        return 0, self.prize

    def equilibrium(self) -> Stated:
        """Zero with a factor below 1, else the highest number."""
        guess = 0 if Fraction(self.factor) < 1 else self.highest
        return played_by_all(self, {guess: Fraction(1)}, Fraction(self.prize, self.players))


def _hundredths(number: Fraction) -> Fraction | int:
    """A number as it is told: to two decimals."""
    told = Fraction(round(number * 100), 100)
    return told.numerator if told.denominator == 1 else told


GAME = GuessTwoThirds
