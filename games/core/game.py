"""`Game`: the questions that a set of rules must answer.

Rules are pure. A game object holds parameters only; positions are frozen states; chance is a mover
with stated probabilities; `apply` is the single gate through which a position changes.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any, ClassVar, Generic, Literal, TypeVar, final

from games.core.errors import IllegalAction
from games.core.facets import Facet
from games.core.measures import Draw, Measure, Measured
from games.core.outcomes import Due, Outcome
from games.core.policy import Stated
from games.core.seats import alike
from games.core.types import (
    CHANCE,
    Action,
    ActionSpace,
    Amount,
    Choice,
    Claim,
    Event,
    Observation,
    Payoff,
    Player,
    Speech,
)

S = TypeVar("S")

Family = Literal[
    "sharing and trust",
    "social dilemmas",
    "coordination",
    "depth of reasoning",
    "private information",
    "moral judgement",
    "others",
]
"""Games by what makes them hard, in the order in which they are listed."""


class Game(ABC, Generic[S]):
    """The rules of one game, generic in its state, a frozen dataclass.

    Attributes:
        name: id of the game; the name of its file and of its texts.
        roles: one word per seat.
        version: rises whenever behaviour changes; part of every match id.
        zero_sum: whether payoffs always sum to zero. Decides how matches are compared.
        family: the kind of game it is listed under.
        presets: sets of parameters that have a name, by that name.
        measures: measures in which human studies report its decisions.
        unstudied: why there is no human data, where there is none.
        situations: what `situation` can say.
        every_deal: whether each deal is a question of its own, so that all of them are put to
            everybody, unless a design says otherwise.
    """

    name: str
    roles: tuple[str, ...]
    version: int
    zero_sum: bool
    family: ClassVar[Family] = "others"
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = MappingProxyType({})
    measures: ClassVar[tuple[Measure, ...]] = ()
    unstudied: ClassVar[str] = ""
    situations: ClassVar[tuple[str, ...]] = ()
    every_deal: ClassVar[bool] = False

    @property
    def deciders(self) -> tuple[Player, ...]:
        """Seats that ever move. With fewer than two there is no contest, and no rating."""
        return tuple(range(len(self.roles)))

    @property
    def symmetric(self) -> bool:
        """Whether all seats are alike, so that it makes no difference who sits where."""
        return alike(self.roles)

    def claims(self, state: S) -> tuple[Claim, ...]:  # noqa: ARG002 - most games have none
        """Which moves of a play that is over claimed something of private cards or dice."""
        return ()

    def measured(self, made: Mapping[Player, Sequence[Action]]) -> Iterator[Measured]:  # noqa: ARG002
        """The decisions of a completed match in the measures of human studies.

        Args:
            made: by seat, its actions in order; one a round where the game was repeated.
        """
        yield from ()

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Outcomes of its decisions, for comparisons between arms of an experiment."""
        return ()

    def due(self, state: S, moves: Mapping[Player, Action | None]) -> Iterator[Due]:  # noqa: ARG002
        """The decisions of a position in the outcomes of the game.

        Args:
            state: where players move, not chance.
            moves: of all movers; None where a mover gave no legal action.
        """
        yield from ()

    def ahead(self, state: S) -> Iterator[Due]:  # noqa: ARG002
        """The decisions that come after those of a position whatever is decided, without values.

        Args:
            state: where a match stands still, since a mover gave no legal action.
        """
        yield from ()

    def situation(self, seen: Sequence[Event]) -> str:  # noqa: ARG002
        """The result of the last round that a player saw, of `situations`; empty if it saw none."""
        return ""

    def needed(self, *, repeated: bool) -> tuple[tuple[str, ...], ...]:  # noqa: ARG002
        """Measures from which people's play can be drawn: one of each tuple has to be known.

        Empty where nothing is known of people.
        """
        return ()

    @staticmethod
    def draws(seen: Observation) -> tuple[Draw, ...]:  # noqa: ARG004
        """The ways to draw people's decision at an information set, the best one first."""
        return ()

    def facets(self, rounds: Sequence[S]) -> Iterator[Facet]:  # noqa: ARG002 - most games have none
        """What describes how a group played a match.

        Args:
            rounds: the position in which each round ended; one where the game is not repeated.
        """
        yield from ()

    def extremes(self) -> tuple[Payoff, Payoff] | None:
        """The least and the most that any seat can earn; None where only the tree can say."""
        return None

    def equilibrium(self) -> Stated | None:
        """An equilibrium that needs no solver; None for most games."""
        return None

    def announced(self, player: Player) -> Choice | Amount | None:
        """What a player can state beforehand of its first decision; None where nobody could tell.

        Where the game opens with its decision, that is all it may do.
        """
        start = self.initial_state()
        if player not in self.movers(start):
            return None
        space = self.space(start, player)
        return None if isinstance(space, Speech) else space

    def later_round(self) -> S:
        """The position in which a round that is not the first begins, where it is repeated."""
        return self.initial_state()

    def remarks(self) -> tuple[str, ...]:
        """What whoever chose the parameters should know of them; most games have nothing to say."""
        return ()

    @abstractmethod
    def initial_state(self) -> S:
        """The position before anything has happened."""

    @abstractmethod
    def movers(self, state: S) -> tuple[Player, ...]:
        """Who moves next: `(CHANCE,)`, one seat, several at once, or `()` when the game is over."""

    @abstractmethod
    def space(self, state: S, player: Player) -> ActionSpace:
        """What a mover may do."""

    @abstractmethod
    def chance(self, state: S) -> Mapping[Action, Fraction]:
        """Nature's actions and their probabilities, which sum to one. Only where chance moves."""

    @abstractmethod
    def observe(self, state: S, player: Player) -> Observation:
        """What the player knows in this position, whoever moves, also at the end."""

    @abstractmethod
    def _payoffs(self, state: S) -> tuple[Payoff, ...]:
        """Points per seat, exact, once the game is over."""

    @abstractmethod
    def _next(self, state: S, moves: Mapping[Player, Action]) -> S:
        """The position after legal moves."""

    @final
    def apply(self, state: S, moves: Mapping[Player, Action]) -> S:
        """The position after the moves of all movers; sequential, simultaneous and chance alike.

        Raises:
            IllegalAction: a mover is missing, a stranger moves, or an action is not allowed.
        """
        movers = self.movers(state)
        if not movers:
            raise IllegalAction(f"{self.name} is over: nobody can move")
        if tuple(moves) != movers and moves.keys() != set(movers):
            got = _seats(tuple(moves))
            raise IllegalAction(f"{self.name} waits for {_seats(movers)}, got moves of {got}")
        for player, action in moves.items():
            if player == CHANCE:
                outcomes = self.chance(state)
                if type(action) in (str, int) and action in outcomes:  # True and 1.0 equal 1
                    continue
                allowed = "one of " + ", ".join(map(str, outcomes))
            else:
                space = self.space(state, player)
                if action in space:
                    continue
                allowed = str(space)
            who = _seats((player,))
            raise IllegalAction(f"{action!r} is not legal for {who} in {self.name}: {allowed}")
        return self._next(state, moves)

    @final
    def payoffs(self, state: S) -> tuple[Payoff, ...]:
        """Points per seat, exact.

        Raises:
            ValueError: the game is not over.
        """
        if movers := self.movers(state):
            raise ValueError(f"{self.name} is not over: it waits for {_seats(movers)}")
        return self._payoffs(state)


def _seats(players: tuple[Player, ...]) -> str:
    return ", ".join("chance" if p == CHANCE else f"seat {p}" for p in players) or "nobody"
