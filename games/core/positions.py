"""`Position`: a position of a game with cached results of the rules.

Rounds of a repeated game go through the same few positions again and again. They are reached by
identity, from one to the next: to look them up by value would cost more than the rules do.
"""

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from games.core.game import Game
from games.core.types import Action, ActionSpace, Event, Observation, Payoff, Player

S = TypeVar("S")

MOST: Final = 4_096
"""Positions kept of one game. Further ones are worked out each time."""


class Positions(Generic[S]):
    """The positions of one game that are kept, up to `MOST`.

    Args:
        game: the rules.
    """

    def __init__(self, game: Game[S]) -> None:
        self.game, self.kept = game, 0

    def __reduce__(self) -> tuple[Any, ...]:
        """The game alone; positions are computed anew."""
        return Positions, (self.game,)

    @cached_property
    def first(self) -> "Position[S]":
        """Position at the start of a game, or of the first round."""
        return Position(self, self.game.initial_state())

    @cached_property
    def later(self) -> "Position[S]":
        """Position at the start of every later round."""
        return Position(self, self.game.later_round())


class Position(Generic[S]):
    """A position, and the answers of the rules that were asked for there. It equals its state.

    Args:
        home: the positions of the game.
        state: the position itself.
    """

    __slots__ = ("_after", "_chance", "_end", "_home", "_seen", "_spaces", "movers", "state")

    def __init__(self, home: Positions[S], state: S) -> None:
        self._home, self.state, self.movers = home, state, home.game.movers(state)
        self._after: dict[tuple[tuple[Player, Action], ...], Position[S]] = {}
        self._chance: Mapping[Action, Fraction] | None = None
        self._spaces: dict[Player, ActionSpace] = {}
        self._seen: dict[Player, Observation] = {}
        self._end: tuple[tuple[Payoff, ...], tuple[tuple[Event, ...], ...]] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """The state alone."""
        return Position, (self._home, self.state)

    def __eq__(self, other: object) -> bool:
        """Whether the other one is of an equal state."""
        return isinstance(other, Position) and self.state == other.state

    def __hash__(self) -> int:
        """Hash of the state."""
        return hash(self.state)

    def __repr__(self) -> str:
        """The state."""
        return repr(self.state)

    def after(self, moves: Mapping[Player, Action]) -> "Position[S]":
        """The position after moves that are known to be legal."""
        made = tuple(moves.items())
        found = self._after.get(made)
        if found is None:
            home = self._home
            found = Position(home, home.game._next(self.state, moves))  # noqa: SLF001 - checked already
            if home.kept < MOST:
                home.kept += 1
                self._after[made] = found
        return found

    def chance(self) -> Mapping[Action, Fraction]:
        """Nature's actions and their probabilities."""
        if self._chance is None:
            self._chance = self._home.game.chance(self.state)
        return self._chance

    def space(self, player: Player) -> ActionSpace:
        """Action space of a mover."""
        found = self._spaces.get(player)
        if found is None:
            found = self._spaces[player] = self._home.game.space(self.state, player)
        return found

    def seen(self, player: Player) -> Observation:
        """Observation of a player."""
        found = self._seen.get(player)
        if found is None:
            found = self._seen[player] = self._home.game.observe(self.state, player)
        return found

    def end(self) -> tuple[tuple[Payoff, ...], tuple[tuple[Event, ...], ...]]:
        """Points, and what each seat saw with its points last, where the game is over."""
        if self._end is None:
            points = self._home.game.payoffs(self.state)
            earned = [Event("earned", {"points": each}) for each in points]
            seen = [(*self.seen(seat).events, last) for seat, last in enumerate(earned)]
            self._end = (points, tuple(seen))
        return self._end
