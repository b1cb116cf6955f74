"""Minimum effort: the lowest effort of all pays everybody, and each pays for its own.

All efforts are equilibria if all make the same; the higher, the better for all and the riskier.

Source: Van Huyck, Battalio and Beil (1990), Tacit coordination games, strategic uncertainty, and
coordination failure, American Economic Review 80, 234 to 248: 0.2 times the minimum less 0.1 times
the own effort, plus 0.6 dollars; here in cents.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, get_args

from games.core.crowd import Crowd, CrowdState, played_by_all, whole
from games.core.errors import BadInput, unknown
from games.core.exact import exact
from games.core.facets import Facet, by_round
from games.core.measures import Measure, Measured
from games.core.outcomes import Due, Outcome
from games.core.policy import Stated
from games.core.seats import numbered
from games.core.types import Action, Amount, Event, Fact, Payoff, Player

Shown = Literal["minimum", "all"]
_SHOWN: tuple[str, ...] = get_args(Shown)
_SIZES = (2, 20)
_LEVELS = (2, 100)


@dataclass(frozen=True)
class MinimumEffort(Crowd):
    """Any number of players choose an effort from 1 at the same time.

    Args:
        players: number of players, 2 to 20.
        efforts: the highest effort, 2 to 100.
        benefit: points for each unit of the lowest effort.
        cost: points that each unit of the own effort costs; below the benefit.
        base: points that everybody gets in any case.
        shown: whether the lowest effort is told, or all of them.

    Raises:
        BadInput: a parameter is of another kind or out of range.
    """

    players: int = 4
    efforts: int = 7
    benefit: Payoff = 20
    cost: Payoff = 10
    base: Payoff = 60
    shown: Shown = "minimum"

    name = "minimum_effort"
    version = 1
    family = "coordination"
    roles = numbered(4)
    measures = (
        Measure("highest_effort", rounds=(0, 0)),
        Measure("first_highest_effort", of="highest_effort", rounds=(1, 1)),
        Measure("highest_effort_by_round", of="highest_effort", x="round"),
        Measure("lowest_effort", rounds=(0, 0)),
        Measure("first_lowest_effort", of="lowest_effort", rounds=(1, 1)),
        Measure("lowest_effort_by_round", of="lowest_effort", x="round"),
    )
    situations = ("minimum below own", "minimum own")
    presets = MappingProxyType(
        {
            # Van Huyck, Battalio and Beil (1990), treatments A (14 to 16 players) and C (2).
            "van_huyck_large": {"players": 15},
            "van_huyck_small": {"players": 2},
        }
    )

    def __post_init__(self) -> None:
        """Check every parameter; make the points exact; name the seats."""
        self.seat_players(*_SIZES)
        whole(self.name, "efforts", self.efforts, *_LEVELS)
        for key in ("benefit", "cost", "base"):
            object.__setattr__(self, key, exact(getattr(self, key), f"minimum_effort: {key}"))
        if not self.benefit > self.cost > 0:
            raise BadInput(
                f"minimum_effort: benefit must be above cost, and cost above 0, not "
                f"{self.benefit} and {self.cost}"
            )
        if self.shown not in _SHOWN:
            raise unknown("shown of minimum_effort", self.shown, _SHOWN)

    @property
    def offered(self) -> Amount:
        """An effort."""
        return Amount(1, self.efforts)

    def facts(self) -> Mapping[str, Fact]:
        """All parameters."""
        points = {"benefit": self.benefit, "cost": self.cost, "base": self.base}
        return {"players": self.players, "efforts": self.efforts, **points, "shown": self.shown}

    def earned(self, moves: tuple[Action, ...]) -> tuple[Payoff, ...]:
        """What the lowest effort pays, less the own effort's cost."""
        lowest = min(map(int, moves))
        points = (
            Fraction(self.base + self.benefit * lowest - self.cost * int(effort))
            for effort in moves
        )
        return tuple(p.numerator if p.denominator == 1 else p for p in points)

    def news(self, moves: tuple[Action, ...], player: Player) -> tuple[Event, ...]:
        """The own effort, those of the others if they are told, and the lowest."""
        events = [Event("chose", {"player": player, "effort": int(moves[player])})]
        if self.shown == "all":
            others = (seat for seat in range(self.players) if seat != player)
            events += [Event("chose", {"player": o, "effort": int(moves[o])}) for o in others]
        return (*events, Event("lowest", {"effort": min(map(int, moves))}))

    def measured(self, made: Mapping[Player, Sequence[Action]]) -> Iterator[Measured]:
        """Whether an effort is the highest, and whether it is the lowest."""
        for player, own in made.items():
            for turn, effort in enumerate(own):
                yield Measured(player, turn, "highest_effort", float(effort == self.efforts))
                yield Measured(player, turn, "lowest_effort", float(effort == 1))

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The effort; whether it is the highest, and whether it is the lowest."""
        effort = Outcome("effort", 1, self.efforts, yes_no=False, by_round=True)
        return effort, Outcome("highest effort"), Outcome("lowest effort")

    def due(self, state: CrowdState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:  # noqa: ARG002
        """The effort of each."""
        for player, effort in moves.items():
            if effort is None:
                values: tuple[float | None, ...] = (None, None, None)
            else:
                values = float(int(effort)), float(effort == self.efforts), float(effort == 1)
            names = (outcome.name for outcome in self.outcomes)
            yield from (Due(player, n, v) for n, v in zip(names, values, strict=True))

    def facets(self, rounds: Sequence[CrowdState]) -> Iterator[Facet]:
        """Efforts and the lowest one by round, and effort in vain."""
        efforts = [[float(int(effort)) for effort in end.moves] for end in rounds]
        yield from by_round("effort", efforts)
        for number, made in enumerate(efforts, 1):
            yield Facet("minimum", f"round {number}", min(made))
            for player, effort in enumerate(made):
                yield Facet("effort in vain", "", effort - min(made), player)

    def situation(self, seen: Sequence[Event]) -> str:
        """Whether the lowest effort of the last round was the own one."""
        lowest = [at for at, event in enumerate(seen) if event.kind == "lowest"]
        if not lowest:
            return ""
        before = seen[lowest[-2] + 1 if len(lowest) > 1 else 0 : lowest[-1]]
        own = next(event.facts["effort"] for event in before if event.kind == "chose")
        return self.situations[own == seen[lowest[-1]].facts["effort"]]

    def remarks(self) -> tuple[str, ...]:
        """What the equilibria are."""
        return ("Every effort is an equilibrium if all make it; the highest pays all most.",)

    def extremes(self) -> tuple[Payoff, Payoff]:
        """The highest effort among the lowest, and among its like."""
        worst = self.base + self.benefit - self.cost * self.efforts
        return worst, self.base + (self.benefit - self.cost) * self.efforts

    def equilibrium(self) -> Stated:
        """The highest effort of all: the equilibrium that pays everybody most."""
        value = Fraction(self.base + (self.benefit - self.cost) * self.efforts)
        return played_by_all(self, {self.efforts: Fraction(1)}, value)


GAME = MinimumEffort
