"""`Elicited`: one information set of a game, put to its owner as if play had led there.

A policy is known once every information set has been asked about. Each question is a game of its
own: chance names the information set, its owner moves, and that is all. Nothing is earned.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from games.core.errors import BadInput, unknown
from games.core.game import Game
from games.core.outcomes import Due, Outcome
from games.core.types import CHANCE, Action, ActionSpace, Observation, Payoff, Player
from games.core.walk import moments

SETS: Final = 2_000
"""A game with more information sets is refused."""


@dataclass(frozen=True, slots=True)
class ElicitedState:
    """Where the question stands.

    Args:
        at: name of the information set, once chance has named it.
        answered: whether its owner has moved.
    """

    at: str | None = None
    answered: bool = False


@dataclass(frozen=True)
class Elicited(Game[ElicitedState]):
    """A question about one information set.

    Earlier moves, also the owner's own, are as the information set has them; nobody has reported or
    shown an emotion on the way.

    Args:
        stage: the game asked about.
        at: name of the information set; None leaves it to chance, each as likely as any other.

    Raises:
        BadInput: the game has no such information set, or more than `SETS`.
    """

    stage: Game[Any]
    at: str | None = None

    def __post_init__(self) -> None:
        """Check the name; take everything else from the game itself."""
        known = information_sets(self.stage)
        if self.at is not None and self.at not in known:
            raise unknown(f"information set of {self.stage.name}", self.at, known)
        for key in ("name", "roles", "version", "zero_sum"):
            object.__setattr__(self, key, getattr(self.stage, key))

    @property
    def deciders(self) -> tuple[Player, ...]:
        """Whoever can be asked."""
        if self.at is None:
            return self.stage.deciders
        return (information_sets(self.stage)[self.at][0],)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Those of the game that depend on what the owner knows alone."""
        return tuple(each for each in self.stage.outcomes if not each.hidden)

    def due(self, state: ElicitedState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:
        """Those of the information set."""
        known = {each.name for each in self.outcomes}
        dues = self.stage.due(self._position(state)[1], moves)
        return (each for each in dues if each.outcome in known)

    def initial_state(self) -> ElicitedState:
        """Nothing is asked yet."""
        return ElicitedState()

    def movers(self, state: ElicitedState) -> tuple[Player, ...]:
        """Chance, which asks; then the owner, who answers."""
        if state.at is None:
            return (CHANCE,)
        return () if state.answered else (self._position(state)[0],)

    def space(self, state: ElicitedState, player: Player) -> ActionSpace:
        """What the game allows there."""
        return self.stage.space(self._position(state)[1], player)

    def chance(self, state: ElicitedState) -> Mapping[Action, Fraction]:  # noqa: ARG002
        """The information set asked about, or any."""
        known = [self.at] if self.at is not None else list(information_sets(self.stage))
        return dict.fromkeys(known, Fraction(1, len(known)))

    def observe(self, state: ElicitedState, player: Player) -> Observation:
        """What the game shows there; only the owner is asked."""
        if state.at is None:
            return replace(self.stage.observe(self.stage.initial_state(), player), space=None)
        owner, position = self._position(state)
        seen = self.stage.observe(position, player)
        return seen if player == owner and not state.answered else replace(seen, space=None)

    def _payoffs(self, state: ElicitedState) -> tuple[Payoff, ...]:  # noqa: ARG002
        """Nothing."""
        return (0,) * len(self.roles)

    def _next(self, state: ElicitedState, moves: Mapping[Player, Action]) -> ElicitedState:
        if CHANCE in moves:
            return ElicitedState(str(moves[CHANCE]))
        return replace(state, answered=True)

    def _position(self, state: ElicitedState) -> tuple[Player, Any]:
        if state.at is None:
            raise ValueError("no information set is asked about yet")
        return information_sets(self.stage)[state.at]


@lru_cache(maxsize=16)
def information_sets(game: Game[Any]) -> dict[str, tuple[Player, Any]]:
    """Owner and one position of each information set, by name.

    Raises:
        BadInput: there are too many to ask about each.
    """
    try:
        return moments(game, SETS)
    except BadInput as error:
        raise BadInput(f"{error}: too many to ask about each") from None
