"""Walking through a game: names of information sets, an estimate of its size, every position.

Simultaneous movers move one at a time here, in seat order; nobody sees what the earlier ones did,
because each is shown the position from before all of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from random import Random
from statistics import fmean
from typing import Any, Final

from games.core.errors import BadInput
from games.core.game import Game
from games.core.repeated import Repeated
from games.core.types import (
    CHANCE,
    Action,
    Event,
    Observation,
    Payoff,
    Player,
    actions,
)

OVER: Final = -2
"""Stands for a mover where the game is over."""

LIMIT: Final = 500_000
"""A tree with more nodes is refused."""

_DIVES, _MANY_DIVES, _DEEPEST = 100, 500, 1_000


def key(seen: Observation) -> str:
    """The name of the information set that an observation is, equal wherever the two are equal.

    >>> import games
    >>> poker = games.load("kuhn_poker")
    >>> state = poker.initial_state()
    >>> for card in ("Q", "K"):
    ...     state = poker.apply(state, {CHANCE: card})
    >>> key(poker.observe(poker.apply(state, {0: "check"}), 1))
    'second: dealt K; moved 0 check;'
    """
    return f"{seen.role}:{told(seen.events)}"


def told(events: Sequence[Event]) -> str:
    """Events in a line: what happened, with its details. What was told earlier comes first.

    >>> told([Event("dealt", {"card": "K"}), Event("moved", {"player": 0, "action": "check"})])
    ' dealt K; moved 0 check;'
    """
    return "".join([f" {e.kind} {' '.join(map(str, e.facts.values()))};" for e in events])


@dataclass
class Sets:
    """Information sets, as columns.

    Attributes:
        owners: the seat that decides.
        depths: how often the owner has decided before.
        keys: names.
        actions: what the owner may do.
    """

    owners: list[Player] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    actions: list[tuple[Action, ...]] = field(default_factory=list)

    def add(
        self, owner: Player, depth: int, keys: Sequence[str], actions: tuple[Action, ...]
    ) -> None:
        """Sets that differ in their names alone."""
        self.owners += [owner] * len(keys)
        self.depths += [depth] * len(keys)
        self.keys += keys
        self.actions += [actions] * len(keys)


@dataclass
class Growth:
    """A tree in breadth-first order, as it comes from a walk.

    Attributes:
        movers: per node, the seat that moves, CHANCE or OVER.
        arities: per node, the number of its children.
        odds: probabilities of the children of chance nodes, in the order of nodes.
        places: per node, the index of its information set, or -1.
        sizes: number of nodes of each level.
        payoffs: per end, in the order of nodes, points per seat.
        sets: the information sets.
    """

    movers: list[int] = field(default_factory=list)
    arities: list[int] = field(default_factory=list)
    odds: list[float] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    payoffs: list[tuple[Payoff, ...]] = field(default_factory=list)
    sets: Sets = field(default_factory=Sets)

    def add(self, mover: int, arity: int, place: int = -1) -> None:
        """One more node."""
        self.movers.append(mover)
        self.arities.append(arity)
        self.places.append(place)


@dataclass(frozen=True, slots=True)
class _Node:
    """A position, the moves already made of a simultaneous one, and decisions so far per seat."""

    state: Any
    made: tuple[Action, ...]
    depths: tuple[int, ...]


def walk(game: Game[Any], limit: int = LIMIT) -> Growth:
    """Every position of any finite game.

    Raises:
        BadInput: there are more than `limit` nodes.
    """
    growth, known = Growth(), dict[str, int]()
    frontier = [_Node(game.initial_state(), (), (0,) * len(game.roles))]
    while frontier:
        growth.sizes.append(len(frontier))
        following: list[_Node] = []
        for node in frontier:
            following += _visit(game, node, growth, known)
        frontier = following
        if (size := len(growth.movers) + len(frontier)) > limit:
            raise too_large(game, size, limit)
    return growth


def _visit(game: Game[Any], node: _Node, growth: Growth, known: dict[str, int]) -> list[_Node]:
    """Note a node and return its children."""
    movers = game.movers(node.state)
    if not movers:
        growth.payoffs.append(game.payoffs(node.state))
        growth.add(OVER, 0)
        return []
    if movers == (CHANCE,):
        odds = game.chance(node.state)
        growth.add(CHANCE, len(odds))
        growth.odds += map(float, odds.values())
        return [_Node(game.apply(node.state, {CHANCE: o}), (), node.depths) for o in odds]
    player = movers[len(node.made)]
    options, name = _asked(game, node.state, player)
    if name not in known:
        known[name] = len(known)
        growth.sets.add(player, node.depths[player], [name], options)
    growth.add(player, len(options), known[name])
    depths = tuple(d + (seat == player) for seat, d in enumerate(node.depths))
    made = [(*node.made, option) for option in options]
    if len(made[0]) < len(movers):
        return [_Node(node.state, moves, depths) for moves in made]
    joint = [dict(zip(movers, moves, strict=True)) for moves in made]
    return [_Node(game.apply(node.state, moves), (), depths) for moves in joint]


def _asked(game: Game[Any], state: Any, player: Player) -> tuple[tuple[Action, ...], str]:  # noqa: ANN401
    seen = game.observe(state, player)
    assert seen.space is not None
    return actions(seen.space), key(seen)


def moments(game: Game[Any], limit: int) -> dict[str, tuple[Player, Any]]:
    """One position of each information set, with its owner, in the order of a breadth-first walk.

    Args:
        game: any game whose players remember what they saw and did.
        limit: how many information sets are accepted.

    Raises:
        BadInput: there are more, or too many positions to walk through.
    """
    positions: dict[str, tuple[Player, Any]] = {}
    frontier, seen = [game.initial_state()], 0
    while frontier:
        following = []
        for state in frontier:
            movers = game.movers(state)
            for player in movers if movers != (CHANCE,) else ():
                positions.setdefault(_asked(game, state, player)[1], (player, state))
            if len(positions) > limit:
                raise BadInput(f"{game.name} has more than {limit:,} information sets")
            following += [game.apply(state, moves) for moves in _joint(game, state, movers)]
        seen, frontier = seen + len(frontier), following
        if seen + len(frontier) > LIMIT:
            raise too_large(game, seen + len(frontier), LIMIT)
    return positions


def _joint(
    game: Game[Any],
    state: Any,  # noqa: ANN401
    movers: tuple[Player, ...],
) -> Iterator[dict[Player, Action]]:
    """Every combination of what the movers can do."""
    if not movers:
        return
    options = [
        list(game.chance(state)) if player == CHANCE else actions(game.space(state, player))
        for player in movers
    ]
    for made in product(*options):
        yield dict(zip(movers, made, strict=True))


def estimate(game: Game[Any], dives: int = _DIVES) -> float:
    """About how many nodes the tree has.

    Each of a few random plays weighs its nodes by how many such nodes there would be if the whole
    tree branched as it does; the mean is unbiased, though it may vary much.

    Args:
        game: any finite game.
        dives: how many plays.

    Source: Knuth (1975), Estimating the efficiency of backtrack programs, Mathematics of
    Computation 29, 121 to 136.

    Raises:
        BadInput: the game has no finite tree.
    """
    if isinstance(game, Repeated) and game.continuation is not None:
        raise BadInput(f"{game.name} with a random number of rounds has no finite tree")
    rng = Random(0)
    return fmean(_dive(game, rng) for _ in range(dives))


def _dive(game: Game[Any], rng: Random) -> float:
    state, weight, nodes = game.initial_state(), 1.0, 1.0
    for _ in range(_DEEPEST):
        movers, moves = game.movers(state), dict[Player, Action]()
        for player in movers:
            chance = player == CHANCE
            options = list(game.chance(state)) if chance else actions(game.space(state, player))
            moves[player] = rng.choice(options)
            weight *= len(options)
            nodes += weight
        if not movers:
            break
        state = game.apply(state, moves)
    return nodes


def too_large(game: Game[Any], size: float, limit: int) -> BadInput:
    """The refusal of a game, with its size as far as known and the limit."""
    about = max(size, estimate(game, _MANY_DIVES))
    shown = f"{about:,.0f}" if about < 1e7 else f"{about:.0e}"  # noqa: PLR2004 - readable digits
    return BadInput(f"{game.name} is too large: about {shown} nodes, and the limit is {limit:,}")
