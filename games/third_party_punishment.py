"""Third-party punishment: an observer may pay to take points from a dictator who gives too little.

With `fixed_transfer`, a transfer that nobody chose is put to the observer: one question of the
strategy method, in which the observers of the source answer every transfer.

Source: Fehr and Fischbacher (2004), Third-party punishment and social norms, Evolution and Human
Behavior 25, 63 to 87; the default numbers are those of their dictator game.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from games.core.errors import BadInput
from games.core.game import Game
from games.core.measures import Measure, Measured
from games.core.outcomes import Due, Outcome, share
from games.core.types import Action, Amount, Event, Fact, Observation, Payoff, Player

DICTATOR, RECIPIENT, OBSERVER = 0, 1, 2
_HALF = 50
"""Per cent of the endowment."""


@dataclass(frozen=True, slots=True)
class PunishmentState:
    """What has been decided so far.

    Args:
        given: points given to the recipient.
        spent: points that the observer spent on punishment.
    """

    given: int | None = None
    spent: int | None = None


@dataclass(frozen=True)
class ThirdPartyPunishment(Game[PunishmentState]):
    """The dictator gives points to the recipient; the observer may spend points to punish it.

    The dictator can lose more than it has.

    Args:
        endowment: points of the dictator; the recipient has none.
        observer_endowment: points of the observer, each of which it may spend.
        factor: points that the dictator loses for each point spent.
        fixed_transfer: points given by the rules; the dictator does not move.

    Raises:
        BadInput: a parameter is out of range.
    """

    endowment: int = 100
    observer_endowment: int = 50
    factor: int = 3
    fixed_transfer: int | None = None

    name = "third_party_punishment"
    version = 1
    family = "sharing and trust"
    roles = ("dictator", "recipient", "observer")
    zero_sum = False
    measures = (
        Measure("transfer", "percent of the pie"),
        Measure("punishment", x="offer"),
        Measure("overall_punishment", of="punishment"),
        Measure("spending", "percent of the pie"),
    )

    def __post_init__(self) -> None:
        """Check points."""
        for key in ("endowment", "observer_endowment", "factor"):
            if type(value := getattr(self, key)) is not int or value < 1:
                raise BadInput(f"{self.name}: {key} must be a whole number from 1, not {value!r}")
        given = self.fixed_transfer
        if given is not None and (type(given) is not int or not 0 <= given <= self.endowment):
            raise BadInput(
                f"{self.name}: fixed_transfer must be a whole number from 0 to {self.endowment}, "
                f"not {given!r}"
            )

    @property
    def deciders(self) -> tuple[Player, ...]:
        """Dictator and observer, or the observer alone if the transfer is fixed."""
        return (DICTATOR, OBSERVER) if self.fixed_transfer is None else (OBSERVER,)

    def initial_state(self) -> PunishmentState:
        """Nothing decided, unless the transfer is fixed."""
        return PunishmentState(self.fixed_transfer)

    def movers(self, state: PunishmentState) -> tuple[Player, ...]:
        """The dictator, then the observer."""
        if state.given is None:
            return (DICTATOR,)
        return (OBSERVER,) if state.spent is None else ()

    def space(self, state: PunishmentState, player: Player) -> Amount:  # noqa: ARG002 - by role
        """Points given, or points spent."""
        return Amount(0, self.endowment if player == DICTATOR else self.observer_endowment)

    def chance(self, state: PunishmentState) -> Mapping[Action, Fraction]:
        """Never asked: nothing is left to chance."""
        raise NotImplementedError

    def observe(self, state: PunishmentState, player: Player) -> Observation:
        """The rules, what was given and what was spent, each once it has been decided."""
        facts: dict[str, Fact] = {
            "endowment": self.endowment,
            "observer_endowment": self.observer_endowment,
            "factor": self.factor,
            "procedure": "live" if self.fixed_transfer is None else "fixed_transfer",
        }
        space = self.space(state, player) if player in self.movers(state) else None
        events = self._events(state)
        return Observation(self.name, player, 3, self.roles[player], facts, events, space)

    def measured(self, made: Mapping[Player, Sequence[Action]]) -> Iterator[Measured]:
        """Shares given; whether each is punished, and what share of the own points it costs."""
        for turn, given in enumerate(made[DICTATOR]):
            yield Measured(DICTATOR, turn, "transfer", self._share(given))
        for turn, spent in enumerate(made[OBSERVER]):
            given = made[DICTATOR][turn] if self.fixed_transfer is None else self.fixed_transfer
            punished = float(int(spent) > 0)
            yield Measured(OBSERVER, turn, "punishment", punished, self._share(given))
            yield Measured(OBSERVER, turn, "spending", self._cost(spent))

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Transfers; punishment, that of transfers below half apart, and what is spent on it."""
        punishment = Outcome("punishment"), Outcome("punishment below half"), share("spending")
        return punishment if self.fixed_transfer is not None else (share("transfer"), *punishment)

    def due(self, state: PunishmentState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:
        """A transfer, or what the observer does about it."""
        for player, action in moves.items():
            if player == DICTATOR:
                yield Due(player, "transfer", None if action is None else self._share(action))
                continue
            assert state.given is not None
            low = self._share(state.given) < _HALF
            at = "less than half given" if low else "half or more given"
            punished = None if action is None else float(int(action) > 0)
            for name in ("punishment", *(("punishment below half",) if low else ())):
                yield Due(player, name, punished, at)
            yield Due(player, "spending", None if action is None else self._cost(action), at)

    def ahead(self, state: PunishmentState) -> Iterator[Due]:
        """What the observer does, if nothing is given yet; about which transfer is not known."""
        if state.given is None:
            yield Due(OBSERVER, "punishment", None)
            yield Due(OBSERVER, "spending", None)

    def _share(self, points: Action) -> float:
        """Points given in per cent of the endowment."""
        return 100 * int(points) / self.endowment

    def _cost(self, points: Action) -> float:
        """Points spent in per cent of the observer's."""
        return 100 * int(points) / self.observer_endowment

    def _payoffs(self, state: PunishmentState) -> tuple[Payoff, ...]:
        """What is kept less what is taken; what is given; what is not spent."""
        assert state.given is not None
        assert state.spent is not None
        kept = self.endowment - state.given - self.factor * state.spent
        return kept, state.given, self.observer_endowment - state.spent

    def _next(self, state: PunishmentState, moves: Mapping[Player, Action]) -> PunishmentState:
        if DICTATOR in moves:
            return PunishmentState(int(moves[DICTATOR]))
        return replace(state, spent=int(moves[OBSERVER]))

    def _events(self, state: PunishmentState) -> tuple[Event, ...]:
        if state.given is None:
            return ()
        if self.fixed_transfer is not None:
            given = Event("put", {"given": state.given})
        else:
            given = Event("gave", {"player": DICTATOR, "given": state.given})
        if state.spent is None:
            return (given,)
        taken: dict[str, Fact] = {"player": OBSERVER, "spent": state.spent}
        return given, Event("punished", taken | {"taken": self.factor * state.spent})


GAME = ThirdPartyPunishment
