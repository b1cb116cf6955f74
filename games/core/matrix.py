"""One-shot simultaneous games of two players, given by a table of payoffs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from games.core.game import Game
from games.core.outcomes import Due, Outcome
from games.core.types import Action, Choice, Event, Observation, Payoff, Player


@dataclass(frozen=True, slots=True)
class MatrixState:
    """Empty before the moves, afterwards the two actions in seat order."""

    moves: tuple[str, ...] = ()


class Bimatrix(Game[MatrixState]):
    """Base of two-player matrix games.

    A subclass states `cell` and `options`, the actions; or, where the seats have different ones,
    `options_of`.
    """

    roles = ("first", "second")
    zero_sum = False
    options: tuple[str, ...]

    def cell(self, first: str, second: str) -> tuple[Payoff, Payoff]:
        """Points of both seats when they play these actions."""
        raise NotImplementedError

    def options_of(self, player: Player) -> tuple[str, ...]:  # noqa: ARG002 - same for all
        """Actions of a seat."""
        return self.options

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The measures of human studies; without one, whether each option, of two the first."""
        if self._measured:
            return tuple(Outcome(name, by_round=True) for name in self._measured.values())
        named = dict.fromkeys(option for seat in (0, 1) for option in self._counted(seat))
        return tuple(Outcome(f"plays {option}", by_round=True) for option in named)

    def due(self, state: MatrixState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:  # noqa: ARG002
        """Of either player, what its decision comes to; measures may need both decisions."""
        if self._measured:
            yield from self._in_measures(moves)
            return
        for player, action in moves.items():
            for option in self._counted(player):
                value = None if action is None else float(action == option)
                yield Due(player, f"plays {option}", value)

    @property
    def _measured(self) -> Mapping[str, str]:
        """Measures of single decisions, each with the name of its outcome."""
        return {each.name: each.name.replace("_", " ") for each in self.measures if not each.of}

    def _in_measures(self, moves: Mapping[Player, Action | None]) -> Iterator[Due]:
        made = {player: [action] for player, action in moves.items() if action is not None}
        if len(made) < len(moves):
            yield from (Due(seat, name, None) for seat in moves for name in self._measured.values())
            return
        for each in self.measured(made):
            yield Due(each.player, self._measured[each.measure], each.value)

    def _counted(self, player: Player) -> tuple[str, ...]:
        """Options whose frequency is an outcome: of two, one says it all."""
        options = self.options_of(player)
        return options[:1] if len(options) == 2 else options  # noqa: PLR2004

    def initial_state(self) -> MatrixState:
        """Nobody has moved."""
        return MatrixState()

    def movers(self, state: MatrixState) -> tuple[Player, ...]:
        """Both at once, then nobody."""
        return () if state.moves else (0, 1)

    def space(self, state: MatrixState, player: Player) -> Choice:  # noqa: ARG002 - moved once
        """The actions."""
        return Choice(self.options_of(player))

    def chance(self, state: MatrixState) -> Mapping[Action, Fraction]:
        """Never asked: nothing is left to chance."""
        raise NotImplementedError

    def observe(self, state: MatrixState, player: Player) -> Observation:
        """The table from the player's own side; both actions once they are played."""
        events: tuple[Event, ...] = ()
        if state.moves:
            own, other = state.moves[player], state.moves[1 - player]
            events = (Event("played", {"own": own, "other": other}),)
        space = None if state.moves else Choice(self.options_of(player))
        role = self.roles[player]
        return Observation(self.name, player, 2, role, self._facts[player], events, space)

    def _payoffs(self, state: MatrixState) -> tuple[Payoff, ...]:
        """The cell that was played."""
        first, second = state.moves
        return self.cell(first, second)

    def _next(self, state: MatrixState, moves: Mapping[Player, Action]) -> MatrixState:  # noqa: ARG002
        return MatrixState((str(moves[0]), str(moves[1])))

    @cached_property
    def _facts(self) -> tuple[dict[str, tuple[dict[str, Payoff | str], ...]], ...]:
        """The table as either seat sees it."""
        return self._table(0), self._table(1)

    def _table(self, player: Player) -> dict[str, tuple[dict[str, Payoff | str], ...]]:
        def seen(own: str, other: str) -> dict[str, Payoff | str]:
            cell = self.cell(own, other) if player == 0 else self.cell(other, own)
            points = {"own_points": cell[player], "other_points": cell[1 - player]}
            return {"own": own, "other": other} | points

        others = self.options_of(1 - player)
        return {"payoffs": tuple(seen(a, b) for a in self.options_of(player) for b in others)}
