"""Trust game: an investor sends points that multiply, and a trustee returns some of them, or none.

Variants: with `all_or_nothing`, the investor sends everything or keeps it; with `strategy_method`,
the trustee states what share of the points received it returns before it knows what was sent.

Source: Berg, Dickhaut and McCabe (1995), Trust, reciprocity, and social history, Games and Economic
Behavior 10, 122 to 142, called the investment game there; the default numbers are theirs. Strategy
method: Selten (1967), Die Strategiemethode zur Erforschung des eingeschränkt rationalen Verhaltens.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from games.core.errors import BadInput
from games.core.exact import exact
from games.core.game import Game
from games.core.measures import Draw, Measure, Measured
from games.core.outcomes import Due, Outcome, share
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

INVESTOR, TRUSTEE = 0, 1
_CHOICES = Choice(("send", "keep"))
_ALL = 100
"""Per cent."""


@dataclass(frozen=True, slots=True)
class TrustState:
    """What has been decided so far.

    Args:
        sent: points sent by the investor, before they multiply.
        returned: points returned by the trustee.
        rate: per cent of the points received that go back, in the strategy method.
    """

    sent: int | None = None
    returned: Payoff | None = None
    rate: int | None = None


@dataclass(frozen=True)
class Trust(Game[TrustState]):
    """The investor sends points; the trustee receives a multiple, and returns what it likes.

    Args:
        endowment: points of the investor, each of which it may send.
        factor: points that the trustee receives for each point sent.
        trustee_endowment: points that the trustee has besides, and keeps.
        all_or_nothing: whether the investor sends all points or none.
        strategy_method: whether the trustee states the share that it returns, in per cent, unseen.

    Raises:
        BadInput: a parameter is out of range.
    """

    endowment: int = 10
    factor: int = 3
    trustee_endowment: int = 10
    all_or_nothing: bool = False
    strategy_method: bool = False

    name = "trust"
    version = 1
    family = "sharing and trust"
    roles = ("investor", "trustee")
    zero_sum = False
    measures = (
        Measure("sent", "percent of the pie"),
        Measure("returned", "percent of the pie"),
        Measure("trusting"),
    )

    def __post_init__(self) -> None:
        """Check points and variants."""
        for key, least in (("endowment", 1), ("factor", 1), ("trustee_endowment", 0)):
            value = getattr(self, key)
            if type(value) is not int or value < least:
                raise BadInput(f"trust: {key} must be a whole number from {least}, not {value!r}")
        for key in ("all_or_nothing", "strategy_method"):
            if type(value := getattr(self, key)) is not bool:
                raise BadInput(f"trust: {key} must be true or false, not {value!r}")

    def initial_state(self) -> TrustState:
        """Nothing sent."""
        return TrustState()

    def movers(self, state: TrustState) -> tuple[Player, ...]:
        """The investor, then the trustee if it received anything; both in the strategy method."""
        if state.sent is None:
            return (INVESTOR, TRUSTEE) if self.strategy_method else (INVESTOR,)
        return (TRUSTEE,) if state.returned is None else ()

    def space(self, state: TrustState, player: Player) -> ActionSpace:
        """Points sent, or all or none; points returned, or a share in per cent."""
        if player == INVESTOR:
            return _CHOICES if self.all_or_nothing else Amount(0, self.endowment)
        return Amount(0, _ALL if self.strategy_method else self._received(state))

    def chance(self, state: TrustState) -> Mapping[Action, Fraction]:
        """Never asked: nothing is left to chance."""
        raise NotImplementedError

    def observe(self, state: TrustState, player: Player) -> Observation:
        """The rules, what was sent and what was returned, each once it has been decided."""
        facts: dict[str, Fact] = {
            "endowment": self.endowment,
            "factor": self.factor,
            "trustee_endowment": self.trustee_endowment,
            "sending": "all_or_nothing" if self.all_or_nothing else "amounts",
            "procedure": "strategy_method" if self.strategy_method else "live",
        }
        space = self.space(state, player) if player in self.movers(state) else None
        events = self._events(state, player)
        return Observation(self.name, player, 2, self.roles[player], facts, events, space)

    def measured(self, made: Mapping[Player, Sequence[Action]]) -> Iterator[Measured]:
        """Shares sent, or whether all is sent; shares returned of what was received."""
        received = []
        for turn, action in enumerate(made[INVESTOR]):
            yield Measured(INVESTOR, turn, self._sending, self._trust(action))
            received.append(self.factor * self._sent(action))
        asked = received if self.strategy_method else [points for points in received if points]
        for turn, (points, action) in enumerate(zip(asked, made[TRUSTEE], strict=True)):
            yield Measured(TRUSTEE, turn, "returned", self._returned_share(points, action))

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Trust: what is sent. Trustworthiness: what is returned."""
        if self.all_or_nothing:
            return Outcome("trusting", by_round=True), share("returned", by_round=True)
        return share("sent", by_round=True), share("returned", by_round=True)

    def due(self, state: TrustState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:
        """The share sent, or whether all is; the share returned, by how much was sent."""
        for player, action in moves.items():
            if player == INVESTOR:
                yield Due(player, self._sending, None if action is None else self._trust(action))
                continue
            points = self._received(state)
            value = None if action is None else self._returned_share(points, action)
            yield Due(player, "returned", value, self._situation(state))

    def needed(self, *, repeated: bool) -> tuple[tuple[str, ...], ...]:  # noqa: ARG002 - as once
        """What is sent, and what is returned."""
        return (self._sending,), ("returned",)

    @staticmethod
    def draws(seen: Observation) -> tuple[Draw, ...]:
        """A share of the endowment, or all of it; a share of what was received."""
        if seen.role == "trustee":
            assert isinstance(seen.space, Amount)
            return (Draw("returned", emotion="returned", pie=seen.space.high),)
        if isinstance(seen.space, Choice):
            return (Draw("trusting", actions=("send", "keep"), emotion="trusting"),)
        return (Draw("sent", emotion="sent"),)

    def _payoffs(self, state: TrustState) -> tuple[Payoff, ...]:
        """What was kept and returned; what was received and not returned."""
        assert state.sent is not None
        assert state.returned is not None
        kept = self._received(state) - state.returned
        return self.endowment - state.sent + state.returned, self.trustee_endowment + kept

    def _next(self, state: TrustState, moves: Mapping[Player, Action]) -> TrustState:
        if INVESTOR not in moves:
            return replace(state, returned=int(moves[TRUSTEE]))
        sent = self._sent(moves[INVESTOR])
        if self.strategy_method:
            rate = int(moves[TRUSTEE])
            back = exact(Fraction(rate * self.factor * sent, _ALL), "trust: points returned")
            return TrustState(sent, back, rate)
        return TrustState(sent, None if sent else 0)

    @property
    def _sending(self) -> str:
        """Name of the measure, and of the outcome, of what is sent."""
        return "trusting" if self.all_or_nothing else "sent"

    def _sent(self, action: Action) -> int:
        """Points that an investor's action sends."""
        if isinstance(action, str):
            return self.endowment if action == "send" else 0
        return int(action)

    def _trust(self, action: Action) -> float:
        """What is sent, in per cent; 1 or 0 if it is all or nothing."""
        return self._sent(action) / self.endowment * (1 if self.all_or_nothing else _ALL)

    def _received(self, state: TrustState) -> int:
        return self.factor * (state.sent or 0)

    def _returned_share(self, received: int, action: Action) -> float:
        """What is returned, in per cent of what was received."""
        return int(action) if self.strategy_method else _ALL * int(action) / received

    def _situation(self, state: TrustState) -> str:
        """How much the trustee answers, where it knows and there is more than one amount."""
        if self.strategy_method or self.all_or_nothing:
            return ""
        assert state.sent is not None
        return "half or more sent" if 2 * state.sent >= self.endowment else "less than half sent"

    def _events(self, state: TrustState, player: Player) -> tuple[Event, ...]:
        if state.sent is None:
            return ()
        sent: dict[str, Fact] = {"player": INVESTOR, "sent": state.sent}
        sent["received"] = self._received(state)
        if state.rate is not None and state.returned is not None:
            # One event, since the two moves are one step: displays stand under both.
            sent["returned"] = state.returned
            if player == TRUSTEE:  # the investor learns what it gets, and no more
                sent["rate"] = state.rate
            return (Event("settled", sent),)
        if state.returned is None or not state.sent:
            return (Event("sent", sent),)
        return Event("sent", sent), Event(
            "returned", {"player": TRUSTEE, "returned": state.returned}
        )


GAME = Trust
