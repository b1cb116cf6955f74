"""Games of any number of players who are alike and choose once, all at the same time."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from games.core.errors import BadInput
from games.core.game import Game
from games.core.policy import Stated
from games.core.seats import numbered
from games.core.types import Action, ActionSpace, Event, Fact, Observation, Payoff, Player
from games.core.walk import key


def whole(game: str, key: str, value: object, low: int, high: int | None = None) -> None:
    """Refuse a parameter that is no whole number, or out of its range.

    Raises:
        BadInput: as said.
    """
    if type(value) is not int or value < low or (high is not None and value > high):
        bounds = f"from {low}" if high is None else f"from {low} to {high}"
        raise BadInput(f"{game}: {key} must be a whole number {bounds}, not {value!r}")


def played_by_all(
    game: Game[Any],
    odds: Mapping[Action, Fraction | float],
    value: Fraction | float,
    gain: float = 0,
) -> Stated:
    """An equilibrium in which all players do the same at once.

    Args:
        game: its rules.
        odds: probability of each action; actions left out have none.
        value: points that each player expects.
        gain: points that a player gains by the best other action; 0 if the equilibrium is exact.
    """
    start, row = game.initial_state(), {action: float(p) for action, p in odds.items()}
    seats = range(len(game.roles))
    policy = {key(game.observe(start, seat)): dict(row) for seat in seats}
    return Stated("closed form", policy, (value,) * len(game.roles), gain)


@dataclass(frozen=True, slots=True)
class CrowdState:
    """Empty before the moves, afterwards all actions in seat order."""

    moves: tuple[Action, ...] = ()


class Crowd(Game[CrowdState]):
    """Base of such games.

    A subclass states `players`, a parameter, and the three questions that follow.
    """

    zero_sum = False
    players: int

    def seat_players(self, low: int, high: int) -> None:
        """Check the number of players, and name the seats.

        Raises:
            BadInput: it is out of range.
        """
        whole(self.name, "players", self.players, low, high)
        object.__setattr__(self, "roles", numbered(self.players))

    @property
    def offered(self) -> ActionSpace:
        """What each player may do."""
        raise NotImplementedError

    def facts(self) -> Mapping[str, Fact]:
        """What every player knows from the start."""
        raise NotImplementedError

    def earned(self, moves: tuple[Action, ...]) -> tuple[Payoff, ...]:
        """Points of all players when these moves were made."""
        raise NotImplementedError

    def news(self, moves: tuple[Action, ...], player: Player) -> tuple[Event, ...]:
        """What a player learns of the moves, its own first."""
        raise NotImplementedError

    def initial_state(self) -> CrowdState:
        """Nobody has moved."""
        return CrowdState()

    def movers(self, state: CrowdState) -> tuple[Player, ...]:
        """All at once, then nobody."""
        return () if state.moves else self._everybody

    def space(self, state: CrowdState, player: Player) -> ActionSpace:  # noqa: ARG002 - all are alike
        """The same for all."""
        return self.offered

    def chance(self, state: CrowdState) -> Mapping[Action, Fraction]:
        """Never asked: nothing is left to chance."""
        raise NotImplementedError

    def observe(self, state: CrowdState, player: Player) -> Observation:
        """The rules; once all have moved, what is told of it."""
        events = self.news(state.moves, player) if state.moves else ()
        space = None if state.moves else self.offered
        role = self.roles[player]
        return Observation(self.name, player, self.players, role, self._facts, events, space)

    def _payoffs(self, state: CrowdState) -> tuple[Payoff, ...]:
        return self.earned(state.moves)

    def _next(self, state: CrowdState, moves: Mapping[Player, Action]) -> CrowdState:  # noqa: ARG002
        return CrowdState(tuple(moves[seat] for seat in self._everybody))

    @cached_property
    def _everybody(self) -> tuple[Player, ...]:
        return tuple(range(self.players))

    @cached_property
    def _facts(self) -> Mapping[str, Fact]:
        return self.facts()
