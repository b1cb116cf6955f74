"""Dictator: one player divides points between itself and another, who has no say.

With a price other than 1, a point given is worth more or less to the recipient: the budgets of
Andreoni and Miller, whose relative price of giving is 1 / `price`.

Source: Forsythe, Horowitz, Savin and Sefton (1994), Fairness in simple bargaining experiments,
Games and Economic Behavior 6, 347 to 369. Budgets: Andreoni and Miller (2002), Giving according to
GARP, Econometrica 70, 737 to 753.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from games.core.errors import BadInput
from games.core.exact import exact
from games.core.game import Game
from games.core.measures import Draw, Measure, Measured
from games.core.outcomes import Due, Outcome, share
from games.core.types import Action, Amount, Event, Observation, Payoff, Player


@dataclass(frozen=True, slots=True)
class DictatorState:
    """Points given; None before."""

    given: int | None = None


@dataclass(frozen=True)
class Dictator(Game[DictatorState]):
    """The dictator gives any whole number of points, and keeps the rest.

    Args:
        endowment: points to divide.
        price: points that the recipient gets for each point given: 3, 0.5 or "1/3".

    Raises:
        BadInput: the endowment is not a whole number from 1, or the price not above 0.
    """

    endowment: int = 100
    price: Payoff = 1

    name = "dictator"
    version = 1
    family = "sharing and trust"
    roles = ("dictator", "recipient")
    zero_sum = False
    measures = (Measure("share_given", "percent of the pie"),)

    def __post_init__(self) -> None:
        """Check the budget; make the price exact."""
        if type(self.endowment) is not int or self.endowment < 1:
            raise BadInput(
                f"dictator: endowment must be a whole number from 1, not {self.endowment!r}"
            )
        price = exact(self.price, "dictator: price")
        if price <= 0:
            raise BadInput(f"dictator: price must be above 0, not {self.price!r}")
        object.__setattr__(self, "price", price)

    @property
    def deciders(self) -> tuple[Player, ...]:
        """The dictator alone."""
        return (0,)

    def initial_state(self) -> DictatorState:
        """Nothing given."""
        return DictatorState()

    def movers(self, state: DictatorState) -> tuple[Player, ...]:
        """The dictator, once."""
        return (0,) if state.given is None else ()

    def space(self, state: DictatorState, player: Player) -> Amount:  # noqa: ARG002 - one decision
        """Points given."""
        return Amount(0, self.endowment)

    def chance(self, state: DictatorState) -> Mapping[Action, Fraction]:
        """Never asked: nothing is left to chance."""
        raise NotImplementedError

    def observe(self, state: DictatorState, player: Player) -> Observation:
        """The budget, and what was given."""
        facts = {"endowment": self.endowment, "price": self.price}
        events: tuple[Event, ...] = ()
        if state.given is not None:
            events = (Event("gave", {"player": 0, "given": state.given}),)
        space = self.space(state, player) if player in self.movers(state) else None
        return Observation(self.name, player, 2, self.roles[player], facts, events, space)

    def measured(self, made: Mapping[Player, Sequence[Action]]) -> Iterator[Measured]:
        """The share given."""
        for turn, given in enumerate(made[0]):
            share = 100 * int(given) / self.endowment
            yield Measured(0, turn, "share_given", share, price=float(self.price))

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The share given."""
        return (share("share given", by_round=True),)

    def due(self, state: DictatorState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:  # noqa: ARG002
        """The share given."""
        given = moves[0]
        yield Due(0, "share given", None if given is None else 100 * int(given) / self.endowment)

    def needed(self, *, repeated: bool) -> tuple[tuple[str, ...], ...]:  # noqa: ARG002 - as once
        """The share given."""
        return (("share_given",),)

    @staticmethod
    def draws(seen: Observation) -> tuple[Draw, ...]:  # noqa: ARG004 - one decision
        """A share of the pie."""
        return (Draw("share_given", emotion="share_given"),)

    def _payoffs(self, state: DictatorState) -> tuple[Payoff, ...]:
        """What is kept, and what a gift is worth."""
        assert state.given is not None
        return self.endowment - state.given, state.given * self.price

    def _next(self, state: DictatorState, moves: Mapping[Player, Action]) -> DictatorState:  # noqa: ARG002
        return DictatorState(int(moves[0]))


GAME = Dictator
