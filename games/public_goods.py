"""Public goods: what each contributes to a common pot pays all, and pays each less than it costs.

With `punishment`, all players then take points from each other, which costs them points too. With
`strategy_method`, each states a contribution, and what it would contribute for every average of the
others; one player, drawn at random, contributes as it stated for the average of the others.

Source: Isaac and Walker (1988), Group size effects in public goods provision, Quarterly Journal of
Economics 103, 179 to 199. Punishment at 1 for 3: Fehr and Gächter (2002), Altruistic punishment in
humans, Nature 415, 137 to 140. Strategy method: Fischbacher, Gächter and Fehr (2001), Are people
conditionally cooperative?, Economics Letters 71, 397 to 404.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import chain
from math import inf
from types import MappingProxyType
from typing import Literal, get_args

from games.core.contributions import Joint, Round, group_facets, rounded
from games.core.crowd import played_by_all, whole
from games.core.errors import BadInput, unknown
from games.core.exact import exact
from games.core.facets import Facet
from games.core.game import Game
from games.core.measures import Measure, Measured
from games.core.outcomes import Due, Outcome, detail
from games.core.policy import Stated
from games.core.seats import numbered
from games.core.types import CHANCE, Action, Amount, Event, Fact, Observation, Payoff, Player

COST, LOSS = 1, 3
"""Points that a deduction point costs who assigns it, and takes from who gets it."""
MOST = 10
"""Deduction points that a player can assign to each other player."""

Punishment = Literal["none", "1:3"]
Shown = Literal["total", "amounts", "names"]

_PUNISHMENTS: tuple[str, ...] = get_args(Punishment)
_SHOWN: tuple[str, ...] = get_args(Shown)
_SIZES = (2, 20)


@dataclass(frozen=True, slots=True)
class PublicGoodsState:
    """What has been decided, stage by stage.

    Args:
        first: contributions; of the strategy method those that no average is stated for.
        answers: contributions for each average of the others, from 0 on.
        drawn: of the strategy method, who contributes as it answered.
        deductions: points assigned, one target after the other; see `targets`.
    """

    first: Joint = ()
    answers: tuple[Joint, ...] = ()
    drawn: Player | None = None
    deductions: tuple[Joint, ...] = ()


@dataclass(frozen=True)
class PublicGoods(Game[PublicGoodsState]):
    """Any number of players contribute points at the same time.

    Args:
        players: number of players, 2 to 20.
        endowment: points of each player, from 1.
        mpcr: marginal per capita return: points that each player gets for a point contributed.
        factor: what the pot is multiplied by before it is split evenly: another way to state mpcr.
        punishment: "none", or "1:3", where a deduction point costs 1 and takes 3.
        shown: what is told of contributions: their total, the amounts, or the amounts by player.
        strategy_method: whether contributions are stated for every average of the others.

    Raises:
        BadInput: a parameter is of another kind or out of range, or two contradict each other.
    """

    players: int = 4
    endowment: int = 20
    mpcr: Payoff | None = None
    factor: Payoff | None = None
    punishment: Punishment = "none"
    shown: Shown = "amounts"
    strategy_method: bool = False

    name = "public_goods"
    version = 1
    family = "social dilemmas"
    roles = numbered(4)
    zero_sum = False
    situations = ("others below a third", "others in between", "others above two thirds")
    measures = (
        Measure("contribution", rounds=(0, 0)),
        Measure("first_contribution", of="contribution", rounds=(1, 1)),
        Measure("overall_contribution", of="contribution", rounds=(1, inf)),
        Measure("contribution_by_round", of="contribution", rounds=(1, inf), x="round"),
        Measure("conditional_contribution", x="offer"),
        Measure("type_by_schedule", of="conditional_contribution", estimated=True),
        Measure("type_by_profile", of="contribution", rounds=(1, inf), estimated=True),
    )
    presets = MappingProxyType(
        {
            # Mozikov et al. (2024), EAI: the pot is doubled; the numbers are not in its text.
            "eai": {"players": 4, "endowment": 20, "factor": 2},
            "fehr_gachter": {"players": 4, "endowment": 20, "mpcr": "2/5", "punishment": "1:3"},
            "fischbacher": {
                "players": 4, "endowment": 20, "mpcr": "2/5", "strategy_method": True
            },
        }
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Check every parameter; make the return exact; name the seats."""
        whole(self.name, "players", self.players, *_SIZES)
        whole(self.name, "endowment", self.endowment, 1)
        if self.punishment not in _PUNISHMENTS:
            raise unknown("punishment of public_goods", self.punishment, _PUNISHMENTS)
        if self.shown not in _SHOWN:
            raise unknown("shown of public_goods", self.shown, _SHOWN)
        if type(self.strategy_method) is not bool:
            wrong = f"not {self.strategy_method!r}"
            raise BadInput(f"public_goods: strategy_method must be true or false, {wrong}")
        if self.punishes and self.shown == "total":
            raise BadInput(
                'public_goods: punishment answers single contributions: shown must be "amounts" '
                'or "names", not "total"'
            )
        object.__setattr__(self, "mpcr", self._return())
        object.__setattr__(self, "roles", numbered(self.players))

    def _return(self) -> Payoff:
        """The return as stated, or as the factor has it."""
        factor = None if self.factor is None else exact(self.factor, "public_goods: factor")
        if factor is not None:
            object.__setattr__(self, "factor", factor)
        split = None if factor is None else exact(Fraction(factor) / self.players, "")
        stated = split if self.mpcr is None else exact(self.mpcr, "public_goods: mpcr")
        if stated is None:
            stated = exact("2/5", "")
        if split is not None and stated != split:
            raise BadInput(
                f"public_goods: factor {factor} split among {self.players} is an mpcr of {split}, "
                f"not {stated}: give one of both"
            )
        if stated <= 0:
            raise BadInput(f"public_goods: mpcr must be above 0, not {stated}")
        return stated

    @property
    def punishes(self) -> bool:
        """Whether there is a second stage."""
        return self.punishment != "none"

    @property
    def questions(self) -> int:
        """Contributions that are stated for averages of the others."""
        return self.endowment + 1 if self.strategy_method else 0

    def initial_state(self) -> PublicGoodsState:
        """Nothing contributed."""
        return PublicGoodsState()

    def movers(self, state: PublicGoodsState) -> tuple[Player, ...]:
        """All at once, in every stage; chance once draws whose answers count."""
        if not state.first or len(state.answers) < self.questions:
            return self._everybody
        if self.strategy_method and state.drawn is None:
            return (CHANCE,)
        asked = self.players - 1 if self.punishes else 0
        return self._everybody if len(state.deductions) < asked else ()

    def space(self, state: PublicGoodsState, player: Player) -> Amount:  # noqa: ARG002 - all are alike
        """Points to contribute, or deduction points."""
        contributing = not state.first or len(state.answers) < self.questions
        return Amount(0, self.endowment if contributing else MOST)

    def chance(self, state: PublicGoodsState) -> Mapping[Action, Fraction]:  # noqa: ARG002
        """Whose answers count: everybody's with the same probability."""
        return {seat: Fraction(1, self.players) for seat in self._everybody}

    def observe(self, state: PublicGoodsState, player: Player) -> Observation:
        """The own decisions, and once all have contributed what is told of the others'."""
        events = tuple(self._events(state, player))
        space = self.space(state, player) if player in self.movers(state) else None
        role = self.roles[player]
        return Observation(self.name, player, self.players, role, self._facts, events, space)

    def contributions(self, state: PublicGoodsState) -> Joint:
        """What everybody contributed in the end; of the strategy method once it is drawn."""
        if state.drawn is None:
            return state.first
        made = list(state.first)
        others = sum(made) - made[state.drawn]
        made[state.drawn] = state.answers[rounded(others, self.players - 1)][state.drawn]
        return tuple(made)

    def targets(self, made: Joint, player: Player) -> tuple[Player, ...]:
        """The others in the order in which a player can take points from them.

        By number; where they have none, the highest contribution first.
        """
        others = [seat for seat in self._everybody if seat != player]
        if self.shown == "names":
            return tuple(others)
        return tuple(sorted(others, key=lambda seat: -made[seat]))

    def received(self, state: PublicGoodsState) -> Joint:
        """Deduction points that everybody got."""
        made, got = self.contributions(state), [0] * self.players
        for player in self._everybody if state.deductions else ():
            targets = self.targets(made, player)
            for target, points in zip(targets, state.deductions, strict=False):
                got[target] += points[player]
        return tuple(got)

    def measured(self, made: Mapping[Player, Sequence[Action]]) -> Iterator[Measured]:
        """Shares contributed, at once and for every average of the others."""
        once = 1 + self.questions + (self.players - 1 if self.punishes else 0)
        for player, own in made.items():
            for turn, action in enumerate(own):
                number, place = divmod(turn, once)
                if place > self.questions:
                    continue
                share = int(action) / self.endowment
                kind = "conditional_contribution" if place else "contribution"
                x = 100 * (place - 1) / self.endowment if place else None
                yield Measured(player, turn, kind, share, x, round=number + 1)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Shares contributed; deduction points, and those for who contributed no less."""
        found = [Outcome("contribution", yes_no=False, by_round=True)]
        if self.strategy_method:
            found.append(Outcome("conditional contribution", yes_no=False))
        if self.punishes:
            found.append(Outcome("punishment", high=MOST, yes_no=False))
            found += (replace(detail(n), high=MOST, yes_no=False) for n in _PUNISHED)
        return tuple(found)

    def due(self, state: PublicGoodsState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:
        """What each decision comes to; a deduction also by whom it is for."""
        for player, action in moves.items():
            value = None if action is None else int(action)
            if not state.first:
                yield Due(player, "contribution", self._share(value))
            elif len(state.answers) < self.questions:
                at = f"others {len(state.answers)}"
                yield Due(player, "conditional contribution", self._share(value), at)
            else:
                made = self.contributions(state)
                target = self.targets(made, player)[len(state.deductions)]
                kind = _PUNISHED[made[target] >= made[player]]
                for name in ("punishment", kind):
                    yield Due(player, name, None if value is None else float(value), kind)

    def ahead(self, state: PublicGoodsState) -> Iterator[Due]:
        """Answers and deductions that are still to come."""
        left = self.questions - len(state.answers) - bool(state.first)
        done = len(state.deductions) + bool(state.first and len(state.answers) == self.questions)
        deductions = self.players - 1 - done if self.punishes else 0
        for player in self._everybody:
            for _ in range(left):
                yield Due(player, "conditional contribution", None)
            for _ in range(deductions):
                yield Due(player, "punishment", None)

    def facets(self, rounds: Sequence[PublicGoodsState]) -> Iterator[Facet]:
        """Contributions by round, their change, those after and for the others'; punishment."""
        over = []
        for end in rounds:
            made = self.contributions(end)
            targets = tuple(self.targets(made, player) for player in self._everybody)
            over.append(Round(end.first, made, end.answers, targets, end.deductions))
        yield from group_facets(over, self.endowment)

    def situation(self, seen: Sequence[Event]) -> str:
        """How much the others contributed on average in the last round."""
        totals = [event.facts["others"] for event in seen if event.kind == "pot"]
        if not totals:
            return ""
        share = int(totals[-1]) / (self.endowment * (self.players - 1))  # type: ignore[arg-type]
        return self.situations[(share >= 1 / 3) + (share > 2 / 3)]

    def remarks(self) -> tuple[str, ...]:
        """Whether it is a dilemma."""
        low, high = Fraction(1, self.players), Fraction(self.mpcr or 0)
        if low < high < 1:
            return ("1/players < mpcr < 1: to contribute costs each player and pays all.",)
        return ("mpcr is not between 1/players and 1: this is no social dilemma.",)

    def extremes(self) -> tuple[Payoff, Payoff]:
        """A player pays and gets most deductions, alone or among full contributors."""
        others, rate = self.players - 1, Fraction(self.mpcr or 0)
        ends = [
            self.endowment * (1 - own) + rate * self.endowment * (own + others * all_)
            for own in (0, 1)
            for all_ in (0, 1)
        ]
        worst = MOST * others * (COST + LOSS) if self.punishes else 0
        return min(ends) - worst, max(ends)

    def equilibrium(self) -> Stated | None:
        """Everything is contributed if the return is above 1, else nothing; dominant but at 1."""
        if self.strategy_method or self.punishes:
            return None
        given = self.endowment if Fraction(self.mpcr or 0) > 1 else 0
        value = self.endowment - given + given * self.players * Fraction(self.mpcr or 0)
        return played_by_all(self, {given: Fraction(1)}, value)

    def _payoffs(self, state: PublicGoodsState) -> tuple[Payoff, ...]:
        """What is kept and what the pot pays, less what deductions cost and take."""
        made, got = self.contributions(state), self.received(state)
        pot = sum(made) * Fraction(self.mpcr or 0)
        spent = [sum(points[seat] for points in state.deductions) for seat in self._everybody]
        points = (
            self.endowment - made[seat] + pot - COST * spent[seat] - LOSS * got[seat]
            for seat in self._everybody
        )
        return tuple(p.numerator if p.denominator == 1 else p for p in points)

    def _next(self, state: PublicGoodsState, moves: Mapping[Player, Action]) -> PublicGoodsState:
        if CHANCE in moves:
            return replace(state, drawn=int(moves[CHANCE]))
        joint = tuple(int(moves[seat]) for seat in self._everybody)
        if not state.first:
            return replace(state, first=joint)
        if len(state.answers) < self.questions:
            return replace(state, answers=(*state.answers, joint))
        return replace(state, deductions=(*state.deductions, joint))

    def _share(self, points: int | None) -> float | None:
        return None if points is None else points / self.endowment

    def _events(self, state: PublicGoodsState, player: Player) -> Iterator[Event]:
        if not state.first:
            return
        yield Event("gave", {"player": player, "amount": state.first[player]})
        for average, answer in enumerate(state.answers):
            yield Event("supposed", {"average": average})
            yield Event("answered", {"amount": answer[player]})
        if len(state.answers) < self.questions:
            yield Event("supposed", {"average": len(state.answers)})
            return
        if self.strategy_method:
            if state.drawn is None:
                return
            yield Event("drawn", {"player": state.drawn})
        yield from self._told(state, player)

    def _told(self, state: PublicGoodsState, player: Player) -> Iterator[Event]:
        """What was contributed, and the deductions."""
        made = self.contributions(state)
        targets = self.targets(made, player)
        if self.strategy_method and state.drawn == player:
            yield Event("counted", {"amount": made[player]})
        for target in targets if self.shown != "total" else ():
            yield self._about("gave", made, target)
        yield Event("pot", {"others": sum(made) - made[player], "total": sum(made)})
        for target, points in chain(zip(targets, state.deductions, strict=False)):
            yield self._about("next", made, target)
            yield Event("deducted", {"deduction": points[player]})
        if self.punishes:
            if len(state.deductions) < len(targets):
                yield self._about("next", made, targets[len(state.deductions)])
            else:
                got = self.received(state)[player]
                yield Event("received", {"deduction": got, "lost": LOSS * got})

    def _about(self, kind: str, made: Joint, seat: Player) -> Event:
        """What somebody contributed, by number or without."""
        if self.shown == "names":
            return Event(kind, {"player": seat, "amount": made[seat]})
        return Event(f"{kind}_unnamed", {"amount": made[seat]})

    @cached_property
    def _everybody(self) -> tuple[Player, ...]:
        return tuple(range(self.players))

    @cached_property
    def _facts(self) -> Mapping[str, Fact]:
        return {
            "players": self.players,
            "endowment": self.endowment,
            "mpcr": self.mpcr or 0,
            "method": "stated for averages" if self.strategy_method else "at once",
            "shown": self.shown,
            "punishment": self.punishment,
        } | ({"cost": COST, "loss": LOSS, "most": MOST} if self.punishes else {})


_PUNISHED = ("punishment of who gave less", "punishment of who gave no less")
"""Outcomes: deduction points for those below oneself, and for others: antisocial punishment."""


GAME = PublicGoods
