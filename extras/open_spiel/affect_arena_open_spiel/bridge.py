"""`SpielGame`: the rules of an OpenSpiel game, asked of OpenSpiel move by move."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, make_dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, ClassVar

import pyspiel

from affect_arena_open_spiel.catalogue import ROLES, playable
from games import BadInput, Game
from games.core.types import CHANCE, Action, Choice, Event, Observation, Payoff, Player

Moves = tuple[tuple[int, ...], ...]
"""Move by move, OpenSpiel's numbers of actions: one, or one of each player if they move at once."""

_REPEATING = {"rounds", "continuation", "preset"}
"""Names of parameters that mean something else here; such settings stay as OpenSpiel has them."""
_DENOMINATOR = 10**9
"""Fractions that OpenSpiel gives as floating-point numbers have smaller denominators."""


@dataclass(frozen=True, slots=True)
class SpielState:
    """The moves that were made, chance included."""

    moves: Moves = ()


@dataclass(frozen=True)
class SpielGame(Game[SpielState]):
    """A game of OpenSpiel; a subclass for each has its parameters as fields.

    Raises:
        BadInput: OpenSpiel refuses the parameters.
    """

    version = 1
    unstudied = "no human data: nobody has described people's play in the measures of this program"
    short_name: ClassVar[str]

    def __post_init__(self) -> None:
        """Load the game; take its seats from it."""
        players = self.loaded.num_players()
        if not 1 < players <= len(ROLES):
            raise BadInput(f"{self.name}: {players} players, and 2 to {len(ROLES)} can be seated")
        object.__setattr__(self, "roles", ROLES[:players])

    def initial_state(self) -> SpielState:
        """No move."""
        return SpielState()

    def movers(self, state: SpielState) -> tuple[Player, ...]:
        """As OpenSpiel says."""
        at = self._at(state)
        if at.is_terminal():
            return ()
        if at.is_chance_node():
            return (CHANCE,)
        if not at.is_simultaneous_node():
            return (at.current_player(),)
        return tuple(p for p in range(len(self.roles)) if at.legal_actions(p))

    def space(self, state: SpielState, player: Player) -> Choice:
        """OpenSpiel's names of the legal actions."""
        return Choice(tuple(_named(self._at(state), player)))

    def chance(self, state: SpielState) -> Mapping[Action, Fraction]:
        """OpenSpiel's names of the outcomes, with the fractions that its numbers stand for."""
        at = self._at(state)
        odds = {a: Fraction(p).limit_denominator(_DENOMINATOR) for a, p in at.chance_outcomes()}
        whole = sum(odds.values())
        return {n: odds[a] / whole for n, a in _named(at, CHANCE).items() if odds[a] > 0}

    def observe(self, state: SpielState, player: Player) -> Observation:
        """Own moves, and each change of what OpenSpiel tells the player."""
        settings = ", ".join(f"{f.name} {getattr(self, f.name)}" for f in fields(self))
        game = self.loaded
        facts = {
            "players": len(self.roles),
            "settings": settings or "none",
            "least": _exact(game.min_utility()),
            "most": _exact(game.max_utility()),
        }
        space = self.space(state, player) if player in self.movers(state) else None
        events = self._events(state.moves, player)
        role = self.roles[player]
        return Observation(self.name, player, len(self.roles), role, facts, events, space)

    def _payoffs(self, state: SpielState) -> tuple[Payoff, ...]:
        """OpenSpiel's returns."""
        return tuple(map(_exact, self._at(state).returns()))

    def _next(self, state: SpielState, moves: Mapping[Player, Action]) -> SpielState:
        at = self._at(state)
        if not at.is_simultaneous_node():
            ((player, action),) = moves.items()
            return SpielState((*state.moves, (_named(at, player)[str(action)],)))
        seats = range(len(self.roles))
        joint = tuple(_named(at, p)[str(moves[p])] if p in moves else 0 for p in seats)
        return SpielState((*state.moves, joint))

    @property
    def loaded(self) -> Any:  # noqa: ANN401 - of OpenSpiel
        """The game of OpenSpiel."""
        given = tuple((f.name, getattr(self, f.name)) for f in fields(self))
        return _load(self.short_name, given)

    def _at(self, state: SpielState) -> Any:  # noqa: ANN401 - a state of OpenSpiel
        return _position(self, state.moves)

    def _events(self, moves: Moves, player: Player) -> tuple[Event, ...]:
        return _seen(self, moves, player)

    def news(self, moves: Moves, player: Player) -> Iterator[Event]:
        """The news of a player since the last move; before any move, its first sight.

        Args:
            moves: all of them, the last one included.
            player: who looks.
        """
        now = _told(self, moves, player)
        if not moves:
            if now:
                yield Event("seen", {"text": now})
            return
        before = _position(self, moves[:-1])
        if player in self.movers(SpielState(moves[:-1])):
            number = moves[-1][player if before.is_simultaneous_node() else 0]
            names = {number: name for name, number in _named(before, player).items()}
            yield Event("moved", {"action": names[number]})
        if now and now != _told(self, moves[:-1], player):
            yield Event("seen", {"text": now})


@cache
def rules(short_name: str) -> type[SpielGame]:
    """The class of an OpenSpiel game, with its parameters as fields.

    Args:
        short_name: such as leduc_poker; one of `playable`.
    """
    kind = playable()[short_name]
    parameters = [
        (key, type(value), field(default=value))
        for key, value in sorted(kind.parameter_specification.items())
        if _settable(key) and type(value) in {bool, int, float, str}
    ]
    game = pyspiel.load_game(short_name)
    about = {
        "__doc__": f"{kind.long_name}, by OpenSpiel's rules.",
        "__module__": f"{__package__}.games",
        "name": f"open_spiel:{short_name}",
        "short_name": short_name,
        "roles": ROLES[: game.num_players()],
        "zero_sum": kind.utility == pyspiel.GameType.Utility.ZERO_SUM,
    }
    made: type[SpielGame] = make_dataclass(
        short_name, parameters, bases=(SpielGame,), namespace=about, frozen=True
    )
    return made


def _settable(key: str) -> bool:
    """Whether a setting can be a field: its name is free, and one that Python allows."""
    taken = key in _REPEATING or key in Game.__annotations__ or hasattr(SpielGame, key)
    return key.isidentifier() and not taken


@lru_cache(maxsize=64)
def _load(short_name: str, given: tuple[tuple[str, Any], ...]) -> Any:  # noqa: ANN401
    """A game of OpenSpiel.

    Raises:
        BadInput: it refuses the parameters.
    """
    known = playable()[short_name].parameter_specification
    for key, value in given:
        if type(value) is not type(known[key]):
            wanted = type(known[key]).__name__
            raise BadInput(
                f"open_spiel:{short_name}: {key} must be of type {wanted}, not {value!r}"
            )
    try:
        return pyspiel.load_game(short_name, dict(given))
    except pyspiel.SpielError as error:
        raise BadInput(f"open_spiel:{short_name}: OpenSpiel says: {error}") from error


@lru_cache(maxsize=100_000)
def _position(game: SpielGame, moves: Moves) -> Any:  # noqa: ANN401 - of OpenSpiel; never changed
    """The position after these moves."""
    if not moves:
        return game.loaded.new_initial_state()
    at = _position(game, moves[:-1]).clone()
    if at.is_simultaneous_node():
        at.apply_actions(list(moves[-1]))
    else:
        at.apply_action(moves[-1][0])
    return at


@lru_cache(maxsize=100_000)
def _seen(game: SpielGame, moves: Moves, player: Player) -> tuple[Event, ...]:
    """The observations of a player."""
    before = _seen(game, moves[:-1], player) if moves else ()
    return (*before, *game.news(moves, player))


def _told(game: SpielGame, moves: Moves, player: Player) -> str:
    """OpenSpiel's text for a player: the position if it is open, else the information state."""
    at, kind = _position(game, moves), game.loaded.get_type()
    if kind.information == pyspiel.GameType.Information.PERFECT_INFORMATION:
        return str(at).strip()
    return str(at.information_state_string(player)).strip()


def _named(at: Any, player: Player) -> dict[str, int]:  # noqa: ANN401
    """Numbers of the legal actions by their names; equal names are told apart by the number."""
    if player == CHANCE:
        legal = [action for action, _ in at.chance_outcomes()]
        spoken = pyspiel.PlayerId.CHANCE
    else:
        legal, spoken = at.legal_actions(player), player
    names = [" ".join(at.action_to_string(spoken, action).split()) for action in legal]
    return {
        name if name and names.count(name) == 1 else f"{name} ({action})".strip(): action
        for name, action in zip(names, legal, strict=True)
    }


def _exact(value: float) -> Payoff:
    """The whole number or fraction that a floating-point number stands for."""
    found = Fraction(value).limit_denominator(_DENOMINATOR)
    return int(found) if found.denominator == 1 else found
