"""Centipede: two players take turns at a growing pot, and whoever takes it first ends the game.

Rules: there are a large and a small pile of points. Whoever's turn it is takes, and gets the large
pile while the other gets the small one; or passes, and both piles grow. After the last pass the
player who would move next gets the large pile. By backward induction the first player takes at
once.

Source: Rosenthal (1981), Games of perfect information, predatory pricing and the chain-store
paradox, Journal of Economic Theory 25, 92 to 100. Piles that double: McKelvey and Palfrey (1992),
An experimental study of the centipede game, Econometrica 60, 803 to 836.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType

from games.core.errors import BadInput
from games.core.game import Game
from games.core.measures import Draw, Measure, Measured
from games.core.outcomes import Due, Outcome, detail
from games.core.types import Action, Choice, Event, Fact, Observation, Payoff, Player

_OPTIONS = Choice(("pass", "take"))
_RANGES = {"moves": (2, 20), "small": (0, 10**6), "factor": (1, 10), "increment": (0, 10**6)}


@dataclass(frozen=True, slots=True)
class CentipedeState:
    """How often it was passed, and whether somebody has taken."""

    passes: int = 0
    taken: bool = False


@dataclass(frozen=True)
class Centipede(Game[CentipedeState]):
    """After each pass a pile is its `factor`-fold, plus the `increment`.

    Args:
        moves: decisions there can be, 2 to 20; the first player makes the first of them.
        large: points of the large pile at the first move.
        small: points of the small pile at the first move.
        factor: by which both piles are multiplied, 1 to 10.
        increment: points added to both piles.

    Raises:
        BadInput: a parameter is out of range, the large pile is not the larger one, or passing
            pays whatever the other does.
    """

    moves: int = 4
    large: int = 40
    small: int = 10
    factor: int = 2
    increment: int = 0

    name = "centipede"
    version = 1
    family = "depth of reasoning"
    roles = ("first", "second")
    zero_sum = False
    measures = (Measure("take", x="node"),)
    presets = MappingProxyType(
        {
            # McKelvey and Palfrey (1992), figures 1 and 2, in cents; stakes of session 4.
            "four_moves": {"moves": 4, "large": 40, "small": 10},
            "six_moves": {"moves": 6, "large": 40, "small": 10},
            "four_moves_high": {"moves": 4, "large": 160, "small": 40},
            # One point more for both with every pass, 100 moves in Rosenthal's spirit, cut to 20.
            "linear": {"moves": 20, "large": 2, "small": 0, "factor": 1, "increment": 1},
        }
    )

    def __post_init__(self) -> None:
        """Check the piles, and that taking is better than being taken from."""
        for key, (low, high) in _RANGES.items():
            value = getattr(self, key)
            if type(value) is not int or not low <= value <= high:
                bounds = f"a whole number from {low} to {high}"
                raise BadInput(f"centipede: {key} must be {bounds}, not {value!r}")
        if type(self.large) is not int or self.large <= self.small:
            raise BadInput(
                f"centipede: large must be a whole number above small, {self.small}, "
                f"not {self.large!r}"
            )
        (large, small), (_, later) = self.piles(1), self.piles(2)
        if not small < later < large:
            raise BadInput(
                f"centipede: the small pile must grow by a pass, and stay below the large pile "
                f"before it: from {small} to {later}, with a large pile of {large}"
            )

    def piles(self, move: int) -> tuple[int, int]:
        """Points of the large and of the small pile at a move, counted from 1.

        The move after the last one is the end that nobody took.
        """
        large, small = self.large, self.small
        for _ in range(move - 1):
            large, small = (pile * self.factor + self.increment for pile in (large, small))
        return large, small

    def initial_state(self) -> CentipedeState:
        """Nobody has moved."""
        return CentipedeState()

    def movers(self, state: CentipedeState) -> tuple[Player, ...]:
        """In turn, until somebody takes or all moves are made."""
        over = state.taken or state.passes == self.moves
        return () if over else (state.passes % 2,)

    def space(self, state: CentipedeState, player: Player) -> Choice:  # noqa: ARG002 - the same for all
        """Pass or take."""
        return _OPTIONS

    def chance(self, state: CentipedeState) -> Mapping[Action, Fraction]:
        """Never asked: nothing is left to chance."""
        raise NotImplementedError

    def observe(self, state: CentipedeState, player: Player) -> Observation:
        """All piles there can be, and all moves."""
        events = [
            Event("moved", {"player": at % 2, "action": "pass"}) for at in range(state.passes)
        ]
        if state.taken:
            events.append(Event("moved", {"player": state.passes % 2, "action": "take"}))
        space = _OPTIONS if player in self.movers(state) else None
        role, facts = self.roles[player], self._facts[player]
        return Observation(self.name, player, 2, role, facts, tuple(events), space)

    def measured(self, made: Mapping[Player, Sequence[Action]]) -> Iterator[Measured]:
        """Whether each move takes, by its number in the game."""
        turn, node = [0, 0], 1
        while turn[player := (node - 1) % 2] < len(made[player]):
            taken = made[player][turn[player]] == "take"
            yield Measured(player, turn[player], "take", float(taken), node)
            turn[player] += 1
            node = 1 if taken or node == self.moves else node + 1

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Whether it takes, in all and at each move."""
        return Outcome("take"), *(detail(_at(node)) for node in range(1, self.moves + 1))

    def due(self, state: CentipedeState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:
        """Whether the mover takes."""
        ((player, action),) = moves.items()
        value, name = None if action is None else float(action == "take"), _at(state.passes + 1)
        yield Due(player, "take", value, name)
        yield Due(player, name, value, name)

    def needed(self, *, repeated: bool) -> tuple[tuple[str, ...], ...]:  # noqa: ARG002 - as once
        """How often people take at each move."""
        return (("take",),)

    @staticmethod
    def draws(seen: Observation) -> tuple[Draw, ...]:
        """Whether people take at this move; of a repeated game, of this round."""
        passes = 0
        for event in reversed(seen.events):
            if event.facts.get("action") != "pass":
                break
            passes += 1
        moves = seen.facts["moves"]
        assert isinstance(moves, int)
        return (Draw("take", passes % moves + 1, ("take", "pass")),)

    def _payoffs(self, state: CentipedeState) -> tuple[Payoff, ...]:
        """The large pile to whoever took, or would move next; the small one to the other."""
        large, small = self.piles(state.passes + 1)
        return (large, small) if state.passes % 2 == 0 else (small, large)

    def _next(self, state: CentipedeState, moves: Mapping[Player, Action]) -> CentipedeState:
        ((_, action),) = moves.items()
        if action == "take":
            return CentipedeState(state.passes, taken=True)
        return CentipedeState(state.passes + 1)

    @cached_property
    def _facts(self) -> tuple[dict[str, Fact], ...]:
        """The points of each end as either seat sees them."""
        return self._ends(0), self._ends(1)

    def _ends(self, player: Player) -> dict[str, Fact]:
        def points(move: int) -> dict[str, int]:
            both = self._payoffs(CentipedeState(move - 1))
            return {"own_points": both[player], "other_points": both[1 - player]}  # type: ignore[dict-item] # whole points

        taken = tuple({"move": move, **points(move)} for move in range(1, self.moves + 1))
        return {"moves": self.moves, "taken": taken, "passed": (points(self.moves + 1),)}


def _at(node: int) -> str:
    return f"take at move {node}"


GAME = Centipede
