"""El Farol: each decides whether to go to a bar that is pleasant only while it is not crowded.

With the payoffs good > stay > bad it is a market entry game: players want to go if few others do.

Source: Arthur (1994), Inductive reasoning and bounded rationality, American Economic Review 84, 406
to 411: 100 people and room for 60. The payoffs are not Arthur's, who states none; the equilibrium
is that of market entry games, Selten and Güth (1982), Equilibrium point selection in a class of
market entry games.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import comb
from types import MappingProxyType
from typing import Literal, get_args

from games.core.crowd import Crowd, CrowdState, played_by_all, whole
from games.core.errors import BadInput, unknown
from games.core.exact import exact
from games.core.facets import Facet
from games.core.outcomes import Due, Outcome
from games.core.policy import Stated
from games.core.seats import numbered
from games.core.types import Action, Choice, Event, Fact, Payoff, Player

GO, STAY = "go", "stay"

Information = Literal["total", "names"]
_INFORMATION: tuple[str, ...] = get_args(Information)
_SIZES = (5, 100)
_STEPS = 200
"""Halvings of the interval that holds the equilibrium."""


@dataclass(frozen=True)
class ElFarol(Crowd):
    """Any number of players decide at the same time whether to go.

    Args:
        players: number of players, 5 to 100.
        capacity: as many can go before it is crowded; below the number of players.
        good: points of who goes where it is not crowded.
        stay: points of who stays at home.
        bad: points of who goes where it is crowded.
        information: whether all are told how many went, or also who.

    Raises:
        BadInput: a parameter is of another kind or out of range, or not good > stay > bad.
    """

    players: int = 5
    capacity: int = 3
    good: Payoff = 2
    stay: Payoff = 1
    bad: Payoff = 0
    information: Information = "total"

    name = "el_farol"
    version = 1
    family = "coordination"
    roles = numbered(5)
    unstudied = (
        "no human data: Arthur (1994) is a simulation, and of market entry games no table of "
        "decisions by person is at hand"
    )
    situations = ("crowded", "not crowded")
    presets = MappingProxyType(
        {
            # Arthur (1994): the numbers of people and places; the payoffs are ours.
            "arthur": {"players": 100, "capacity": 60},
        }
    )

    def __post_init__(self) -> None:
        """Check every parameter; make the points exact; name the seats."""
        self.seat_players(*_SIZES)
        whole(self.name, "capacity", self.capacity, 1, self.players - 1)
        for key in ("good", "stay", "bad"):
            object.__setattr__(self, key, exact(getattr(self, key), f"el_farol: {key}"))
        if not self.good > self.stay > self.bad:
            stated = f"good {self.good} > stay {self.stay} > bad {self.bad}"
            raise BadInput(f"el_farol: points must fall in this order: {stated}")
        if self.information not in _INFORMATION:
            raise unknown("information of el_farol", self.information, _INFORMATION)

    @property
    def offered(self) -> Choice:
        """To go, or to stay."""
        return Choice((GO, STAY))

    def facts(self) -> Mapping[str, Fact]:
        """All parameters."""
        points = {"good": self.good, "stay": self.stay, "bad": self.bad}
        numbers = {"players": self.players, "capacity": self.capacity}
        return {**numbers, **points, "information": self.information}

    def earned(self, moves: tuple[Action, ...]) -> tuple[Payoff, ...]:
        """Good or bad for those who went, by how many they were."""
        there = self.bad if moves.count(GO) > self.capacity else self.good
        return tuple(there if move == GO else self.stay for move in moves)

    def news(self, moves: tuple[Action, ...], player: Player) -> tuple[Event, ...]:
        """The own move, whose the others' are if that is told, and how many went."""
        went = moves.count(GO)
        events = [Event("chose", {"player": player, "action": str(moves[player])})]
        if self.information == "names":
            others = (seat for seat in range(self.players) if seat != player)
            events += [Event("chose", {"player": o, "action": str(moves[o])}) for o in others]
        how = "crowded" if went > self.capacity else "not crowded"
        return (*events, Event("went", {"went": went, "how": how}))

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Whether a player goes."""
        return (Outcome("attendance", by_round=True),)

    def due(self, state: CrowdState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:  # noqa: ARG002
        """Whether each goes."""
        for player, action in moves.items():
            yield Due(player, "attendance", None if action is None else float(action == GO))

    def facets(self, rounds: Sequence[CrowdState]) -> Iterator[Facet]:
        """Attendance by round, against capacity and against chance; efficiency; sorting."""
        went = [end.moves.count(GO) for end in rounds]
        best = self.capacity * self.good + (self.players - self.capacity) * self.stay
        for number, (end, there) in enumerate(zip(rounds, went, strict=True), 1):
            yield Facet("attendance", f"round {number}", there / self.players)
            yield Facet("attendance less capacity", "", there - self.capacity)
            yield Facet("efficiency", "", float(Fraction(sum(self.earned(end.moves))) / best))
            for player, move in enumerate(end.moves):
                yield Facet("own attendance", "", float(move == GO), player, yes_no=True)
        p, length = sum(went) / len(went) / self.players, len(rounds)
        if length == 1 or p in {0, 1}:
            return
        chance = p * (1 - p)
        spread = sum((there - p * self.players) ** 2 for there in went) / (length - 1)
        yield Facet("variance against binomial", "", spread / (self.players * chance))
        own = [
            sum(end.moves[player] == GO for end in rounds) / length
            for player in range(self.players)
        ]
        between = sum((share - p) ** 2 for share in own) / self.players
        yield Facet("sorting", "", (between - chance / length) / (chance * (1 - 1 / length)))

    def situation(self, seen: Sequence[Event]) -> str:
        """Whether it was crowded in the last round."""
        told = [str(event.facts["how"]) for event in seen if event.kind == "went"]
        return told[-1] if told else ""

    def remarks(self) -> tuple[str, ...]:
        """What the symmetric equilibrium is."""
        p = self._odds
        return (f"In the symmetric equilibrium each goes with probability {p:.4g}.",)

    def extremes(self) -> tuple[Payoff, Payoff]:
        """A bad night and a good one."""
        return self.bad, self.good

    def equilibrium(self) -> Stated:
        """Each goes with the probability p at which going is worth as much as staying.

        P(no more than capacity - 1 of the others go) = (stay - bad) / (good - bad). The left side
        falls in p from 1 to 0, so that there is exactly one.
        """
        p = self._odds
        going = float(self.bad) + float(self.good - self.bad) * self._room(p)
        odds: dict[Action, float] = {GO: p, STAY: 1 - p}
        return played_by_all(self, odds, self.stay, max(0.0, going - float(self.stay)))

    def _room(self, p: float) -> float:
        """Probability that a player who goes finds room, if all others go with probability p."""
        others = self.players - 1
        fewer = range(self.capacity)
        return sum(comb(others, n) * p**n * (1 - p) ** (others - n) for n in fewer)

    @cached_property
    def _odds(self) -> float:
        wanted = float(Fraction(self.stay - self.bad) / Fraction(self.good - self.bad))
        low, high = 0.0, 1.0
        for _ in range(_STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if self._room(middle) > wanted else (low, middle)
        return (low + high) / 2


GAME = ElFarol
