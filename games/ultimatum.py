"""Ultimatum: one player offers a division of points, the other accepts it, or both get nothing.

Variants: with `strategy_method`, the responder states the smallest offer it accepts before it has
seen the offer; with `fixed_offer`, an offer that nobody chose is put to the responder. EAI puts
shares of 0.2, 0.4, 0.6, 0.8, 0.95 and 1, kept by the proposer, to its responders: of 100 points,
offers of 80, 60, 40, 20, 5 and 0.

Source: Güth, Schmittberger and Schwarze (1982), An experimental analysis of ultimatum bargaining,
Journal of Economic Behavior and Organization 3, 367 to 388. Strategy method: Selten (1967), Die
Strategiemethode zur Erforschung des eingeschränkt rationalen Verhaltens. EAI: Mozikov et al.
(2024), NeurIPS 37.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from games.core.errors import BadInput
from games.core.game import Game
from games.core.measures import Draw, Measure, Measured
from games.core.outcomes import Due, Outcome, detail, share
from games.core.types import (
    Action,
    ActionSpace,
    Amount,
    Choice,
    Event,
    Fact,
    Observation,
    Payoff,
    Player,
)

PROPOSER, RESPONDER = 0, 1
_ANSWERS = Choice(("accept", "reject"))
_HALF = 50
"""Per cent of the pie."""
_BANDS = ((0, 10), (10, 20), (20, 30), (30, 40), (40, 50), (50, 101))
"""Of offers in per cent of the pie, without their upper ends."""


@dataclass(frozen=True, slots=True)
class UltimatumState:
    """What has been decided so far.

    Args:
        offer: points offered to the responder.
        answer: accept or reject.
        minimum: the smallest acceptable offer, in the strategy method.
    """

    offer: int | None = None
    answer: str | None = None
    minimum: int | None = None


@dataclass(frozen=True)
class Ultimatum(Game[UltimatumState]):
    """The proposer offers whole points; if the responder rejects them, both get nothing.

    A minimum that is stated beforehand is at most the endowment: who states one accepts an offer of
    everything.

    Args:
        endowment: points to divide.
        strategy_method: whether the responder states a smallest acceptable offer unseen.
        fixed_offer: points offered by the rules; the proposer does not move.

    Raises:
        BadInput: a parameter is out of range, or two variants are asked for at once.
    """

    endowment: int = 100
    strategy_method: bool = False
    fixed_offer: int | None = None

    name = "ultimatum"
    version = 2
    family = "sharing and trust"
    roles = ("proposer", "responder")
    zero_sum = False
    measures = (
        Measure("offer", "percent of the pie"),
        Measure("minimum", "percent of the pie"),
        Measure("acceptance", x="offer"),
        Measure("overall_acceptance", of="acceptance"),
    )

    def __post_init__(self) -> None:
        """Check points and variants."""
        endowment, offer = self.endowment, self.fixed_offer
        if type(endowment) is not int or endowment < 1:
            raise BadInput(f"ultimatum: endowment must be a whole number from 1, not {endowment!r}")
        if type(self.strategy_method) is not bool:
            raise BadInput(
                f"ultimatum: strategy_method must be true or false, not {self.strategy_method!r}"
            )
        if offer is not None and (type(offer) is not int or not 0 <= offer <= endowment):
            raise BadInput(
                f"ultimatum: fixed_offer must be a whole number from 0 to {endowment}, "
                f"not {offer!r}"
            )
        if self.strategy_method and offer is not None:
            raise BadInput(
                "ultimatum: strategy_method and fixed_offer exclude each other: a fixed offer is "
                "seen before it is answered"
            )

    @property
    def deciders(self) -> tuple[Player, ...]:
        """Both, or the responder alone if the offer is fixed."""
        return (PROPOSER, RESPONDER) if self.fixed_offer is None else (RESPONDER,)

    def initial_state(self) -> UltimatumState:
        """Nothing decided, unless the offer is fixed."""
        return UltimatumState(offer=self.fixed_offer)

    def movers(self, state: UltimatumState) -> tuple[Player, ...]:
        """The proposer, then the responder; both at once in the strategy method."""
        if state.offer is None:
            return (PROPOSER, RESPONDER) if self.strategy_method else (PROPOSER,)
        return () if self.strategy_method or state.answer else (RESPONDER,)

    def space(self, state: UltimatumState, player: Player) -> ActionSpace:  # noqa: ARG002
        """Points offered; accept or reject, or the smallest acceptable offer."""
        if player == PROPOSER or self.strategy_method:
            return Amount(0, self.endowment)
        return _ANSWERS

    def chance(self, state: UltimatumState) -> Mapping[Action, Fraction]:
        """Never asked: nothing is left to chance."""
        raise NotImplementedError

    def observe(self, state: UltimatumState, player: Player) -> Observation:
        """The procedure, the offer and the answer, each once it has been given."""
        facts: dict[str, Fact] = {
            "endowment": self.endowment,
            "procedure": self._procedure(),
        }
        space = self.space(state, player) if player in self.movers(state) else None
        events = self._events(state, player)
        return Observation(self.name, player, 2, self.roles[player], facts, events, space)

    def announced(self, player: Player) -> Choice | Amount | None:
        """An offer; an answer to whatever is offered, or the smallest acceptable offer."""
        if player == RESPONDER and not self.strategy_method:
            return _ANSWERS
        return super().announced(player)

    def measured(self, made: Mapping[Player, Sequence[Action]]) -> Iterator[Measured]:
        """Offers, and answers with the offers that they answer, or smallest acceptable offers."""
        offers, answers = made[PROPOSER], made[RESPONDER]
        for turn, offer in enumerate(offers):
            yield Measured(PROPOSER, turn, "offer", self._share(offer))
        for turn, answer in enumerate(answers):
            if self.strategy_method:
                yield Measured(RESPONDER, turn, "minimum", self._share(answer))
                continue
            offer = offers[turn] if self.fixed_offer is None else self.fixed_offer
            accepted = float(answer == "accept")
            yield Measured(RESPONDER, turn, "acceptance", accepted, self._share(offer))

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Offers; answers, those to low offers apart, and by offer unless there is only one."""
        if self.strategy_method:
            low = Outcome("acceptance below half", yes_no=False)
            return share("offer"), share("minimum"), low
        if self.fixed_offer is not None:
            low_ones = ("acceptance below half",) if self._share(self.fixed_offer) < _HALF else ()
            return tuple(Outcome(name) for name in low_ones or ("acceptance",))
        answers = Outcome("acceptance"), Outcome("acceptance below half")
        return share("offer"), *answers, *(detail(_banded(band)) for band in _BANDS)

    def due(self, state: UltimatumState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:
        """An offer, or its answer; both in the strategy method."""
        for player, action in moves.items():
            if player == PROPOSER:
                yield Due(player, "offer", None if action is None else self._share(action))
            elif self.strategy_method:
                yield from self._minimum(None if action is None else self._share(action))
            else:
                assert state.offer is not None
                accepted = None if action is None else float(action == "accept")
                yield from self._answer(self._share(state.offer), accepted)

    def ahead(self, state: UltimatumState) -> Iterator[Due]:
        """An answer, if there is no offer yet; to which offer is not known."""
        if state.offer is None and not self.strategy_method:
            yield Due(RESPONDER, "acceptance", None)

    def _answer(self, offer: float, accepted: float | None) -> Iterator[Due]:
        """An answer in the outcomes that speak of its offer."""
        band = _banded(next(band for band in _BANDS if offer < band[1]))
        names = {"acceptance", band, *(("acceptance below half",) if offer < _HALF else ())}
        for each in self.outcomes:
            if each.name in names:
                yield Due(RESPONDER, each.name, accepted, band)

    def _minimum(self, minimum: float | None) -> Iterator[Due]:
        """A smallest acceptable offer, and the share of offers below half that it accepts."""
        accepted = None if minimum is None else max(0.0, (_HALF - minimum) / _HALF)
        yield Due(RESPONDER, "minimum", minimum)
        yield Due(RESPONDER, "acceptance below half", accepted)

    def needed(self, *, repeated: bool) -> tuple[tuple[str, ...], ...]:  # noqa: ARG002 - as once
        """An offer, and its answer."""
        return ("offer",), ("minimum",) if self.strategy_method else ("acceptance",)

    @staticmethod
    def draws(seen: Observation) -> tuple[Draw, ...]:
        """An offer; an answer to the last one, or the smallest acceptable one.

        Studies of emotion are of offers below half. A responder who accepts less asks for more.
        """
        if seen.role == "proposer":
            return (Draw("offer", emotion="offer"),)
        if isinstance(seen.space, Amount):
            return (Draw("minimum", emotion="acceptance", sign=-1),)
        offers = [event.facts["offer"] for event in seen.events if "offer" in event.facts]
        offer, endowment = offers[-1], seen.facts["endowment"]
        assert isinstance(offer, int)
        assert isinstance(endowment, int)
        share = round(100 * offer / endowment)
        unfair = int(share < 50)  # noqa: PLR2004 - half
        return (Draw("acceptance", share, ("accept", "reject"), "acceptance", unfair),)

    def _share(self, points: Action) -> float:
        """Points in per cent of the pie."""
        return 100 * int(points) / self.endowment

    def subgame_perfect_offers(self) -> tuple[int, ...]:
        """Offers made, and accepted, in subgame-perfect equilibria in pure strategies.

        A responder accepts whatever is positive. If it also accepts nothing, it is offered nothing;
        if it rejects nothing, it is offered the smallest unit. A fixed offer is nobody's choice.
        The strategy method has no subgames; there these are the equilibria in which the responder's
        minimum is not weakly dominated.

        Source: Osborne (2004), An Introduction to Game Theory, section 6.1.
        """
        return (0, 1) if self.fixed_offer is None else (self.fixed_offer,)

    def _payoffs(self, state: UltimatumState) -> tuple[Payoff, ...]:
        """The division, or nothing."""
        assert state.offer is not None
        if state.answer == "reject":
            return 0, 0
        return self.endowment - state.offer, state.offer

    def _next(self, state: UltimatumState, moves: Mapping[Player, Action]) -> UltimatumState:
        if self.strategy_method:
            offer, minimum = int(moves[PROPOSER]), int(moves[RESPONDER])
            return UltimatumState(offer, "accept" if offer >= minimum else "reject", minimum)
        if PROPOSER in moves:
            return UltimatumState(offer=int(moves[PROPOSER]))
        return replace(state, answer=str(moves[RESPONDER]))

    def _procedure(self) -> str:
        if self.fixed_offer is not None:
            return "fixed_offer"
        return "strategy_method" if self.strategy_method else "live"

    def _events(self, state: UltimatumState, player: Player) -> tuple[Event, ...]:
        if state.offer is None:
            return ()
        offer: dict[str, Fact] = {"offer": state.offer}
        if state.minimum is not None and state.answer is not None:
            # One event, since the two moves are one step: displays stand under both.
            offer |= {"player": PROPOSER, "answer": state.answer}
            if player == RESPONDER:  # the proposer learns the answer that follows, and no more
                offer["minimum"] = state.minimum
            return (Event("matched", offer),)
        if self.fixed_offer is not None:
            offered = Event("put", offer)
        else:
            offered = Event("offered", offer | {"player": PROPOSER})
        if state.answer is None:
            return (offered,)
        return offered, Event("answered", {"player": RESPONDER, "answer": state.answer})


def _banded(band: tuple[int, int]) -> str:
    low, end = band
    return f"acceptance of {low} to {min(end - 1, 100)} %"


GAME = Ultimatum
