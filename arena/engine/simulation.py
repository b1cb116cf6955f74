"""Matches between scripted contestants as array operations, for designs that record outcomes only.

`games.core.batch` and `games.core.batch_trees` replace the ordinary loop, which plays one decision
at a time. The probabilities are the same. Deals and lengths are the same too, since both come from
the seed of the match. All other random numbers come from the match's id, so the result of a match
does not depend on the other matches.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any, Protocol

from agents.core.spec import Scripted
from arena.core.types import Ending, Match, Transcript, seed_of
from arena.design.table import Seats
from arena.design.tournament import Tournament
from arena.engine.match import draw
from games import BadInput, Game
from games.core.matrix import Bimatrix
from games.core.repeated import GO_ON, Repeated, RepeatedState, without_talk
from games.core.types import CHANCE, Action

if TYPE_CHECKING:  # loading it takes a while
    from numpy.typing import NDArray

CHUNK = 10_000
"""Number of matches played and recorded at once."""
_OVER = Ending("completed")
_OVER = Ending("completed")


class _Table(Protocol):
    """The strategies of one game, as arrays."""

    names: tuple[str, ...]

    def points(self, matches: Sequence[Match], keys: "NDArray[Any]") -> "NDArray[Any]":
        """Points by match and seat."""
        ...

    def sample(self, seatings: Sequence[Seats], matches: int, seed: int) -> "NDArray[Any]":
        """Points by seating, match and seat, of so many matches each, without recorded seeds."""
        ...


class Simulation:
    """All matches of a tournament that can be played as array operations.

    Args:
        tournament: its design.
    """

    def __init__(self, tournament: Tournament) -> None:
        tables = {key: _table(tournament, key) for key in tournament.entries}
        self._tables = {key: table for key, table in tables.items() if table is not None}

    @property
    def covers(self) -> dict[str, list[str]]:
        """Per game, contestants whose matches with each other are simulated."""
        return {key: sorted(table.names) for key, table in self._tables.items()}

    def takes(self, match: Match) -> bool:
        """Whether a match is simulated."""
        table = self._tables.get(match.game)
        return table is not None and not match.at and set(match.seats) <= set(table.names)

    def play(self, matches: Sequence[Match]) -> Iterator[list[Transcript]]:
        """Play matches in chunks; all of them must be simulated ones.

        A transcript holds payoffs only, without deals and decisions.
        """
        for key, table in self._tables.items():
            mine = [match for match in matches if match.game == key]
            for begin in range(0, len(mine), CHUNK):
                chunk = mine[begin : begin + CHUNK]
                points = table.points(chunk, _keys(chunk)).astype(int).tolist()
                yield [
                    Transcript(match, (), (), _OVER, tuple(each))
                    for match, each in zip(chunk, points, strict=True)
                ]

    def play_own(
        self, todo: Iterator[Match], keep: Callable[[list[Transcript]], bool]
    ) -> Iterator[Match]:
        """Play the matches that are simulated; give back the others.

        Args:
            todo: matches of any kind.
            keep: is given what was played; returns whether more may be played.
        """
        while chunk := list(islice(todo, CHUNK)):
            for transcripts in self.play([match for match in chunk if self.takes(match)]):
                if not keep(transcripts):
                    return
            yield from (match for match in chunk if not self.takes(match))

    def sample(
        self, key: str, seatings: Sequence[Seats], matches: int, seed: int
    ) -> "NDArray[Any]":
        """Points by seating, match and seat; all seatings must be simulated ones.

        Chance comes from the seed alone, without a hash for each match, and much faster.
        """
        return self._tables[key].sample(seatings, matches, seed)


def _table(tournament: Tournament, key: str) -> _Table | None:
    """Strategies of a game in arrays; None if the game or its contestants do not allow it."""
    game = without_talk(tournament.games[key])  # scripts read no messages
    names = tournament.entries[key].contestants or ()
    specs = {name: tournament.contestants[name][1].ready(game) for name in names}
    scripted = {name: spec for name, spec in specs.items() if isinstance(spec, Scripted)}
    stage = game.stage if isinstance(game, Repeated) else game
    if isinstance(stage, Bimatrix):
        return _machines(game, scripted)
    return None if isinstance(game, Repeated) else _policies(game, scripted)


class _Machines:
    """Finite-state machines in a matrix game with two actions."""

    def __init__(self, game: Game[Any], machines: dict[tuple[str, int], Any]) -> None:
        self.names = tuple(dict.fromkeys(name for name, _ in machines))
        self._game = game
        self._number = {place: at for at, place in enumerate(machines)}
        self._machines = list(machines.values())

    def points(self, matches: Sequence[Match], keys: "NDArray[Any]") -> "NDArray[Any]":
        """Points by match and seat."""
        import numpy as np  # noqa: PLC0415

        from games.core.batch import play_each  # noqa: PLC0415

        length = cache(lambda seed: _length(self._game, seed))
        lengths = np.array([length(match.seed) for match in matches])
        seats = np.array([[self._number[n, s] for s, n in enumerate(m.seats)] for m in matches])
        return play_each(self._game, self._machines, seats, lengths, keys)

    def sample(self, seatings: Sequence[Seats], matches: int, seed: int) -> "NDArray[Any]":
        """Points by seating, match and seat."""
        from games.core.batch import play_pairings  # noqa: PLC0415

        pairings = [(self._number[first, 0], self._number[second, 1]) for first, second in seatings]
        return play_pairings(self._game, self._machines, pairings, matches, seed)


def _machines(game: Game[Any], specs: dict[str, Scripted]) -> _Machines | None:
    from games.core.batch import points, rules  # noqa: PLC0415

    try:
        stage, _, _ = rules(game)
    except BadInput:  # more than two actions
        return None
    own = points(stage)
    if not all(isinstance(p, int) for seat in own for p in seat):
        return None  # arrays hold floats, records hold exact numbers
    machines = {
        (name, seat): machine
        for name, spec in specs.items()
        for seat in (0, 1)
        if (machine := spec.machine_in(own[seat])) is not None
    }
    return _Machines(game, machines) if machines else None


def _length(game: Game[Any], seed: int) -> int:
    """Rounds of a match with this seed, drawn as in the ordinary loop."""
    if not isinstance(game, Repeated):
        return 1
    if game.rounds is not None:
        return game.rounds
    between: RepeatedState[Any] = RepeatedState(None, (), (), 1, (CHANCE,))
    chance, rounds = Random(seed), 1
    while draw(game.chance(between), chance) == GO_ON:
        rounds += 1
    return rounds


class _Policies:
    """Policy tables in a game with a sufficiently small tree."""

    def __init__(self, tree: Any, policies: dict[str, Any]) -> None:  # noqa: ANN401 - loads numpy
        self.names = tuple(policies)
        self._tree = tree
        self._policies = list(policies.values())
        self._number = {name: at for at, name in enumerate(policies)}

    def points(self, matches: Sequence[Match], keys: "NDArray[Any]") -> "NDArray[Any]":
        """Points by match and seat."""
        import numpy as np  # noqa: PLC0415

        from games.core.batch_trees import play_each  # noqa: PLC0415

        chance = _Chance(self._tree)
        dealt = cache(chance.dealt)  # mirrored matches have the same deals
        seeds = [match.seed for match in matches]
        deals = np.array([dealt(seed) for seed in seeds])
        seats = np.array([[self._number[name] for name in match.seats] for match in matches])

        def drawn(at: "NDArray[Any]", nodes: "NDArray[Any]") -> "NDArray[Any]":
            pairs = zip(at.tolist(), nodes.tolist(), strict=True)
            return np.array([chance.drawn(seeds[match], node) for match, node in pairs])

        return play_each(self._tree, self._policies, seats, deals, keys, drawn)

    def sample(self, seatings: Sequence[Seats], matches: int, seed: int) -> "NDArray[Any]":
        """Points by seating, match and seat."""
        import numpy as np  # noqa: PLC0415

        from games.core.batch_trees import play  # noqa: PLC0415

        found = np.empty((len(seatings), matches, self._tree.payoffs.shape[1]))
        for at, names in enumerate(seatings):
            policies = [self._policies[self._number[name]] for name in names]
            drawn = play(self._tree, policies, matches, seed_of(seed, *names), plays=True)
            found[at] = drawn.payoffs
        return found


def _policies(game: Game[Any], specs: dict[str, Scripted]) -> _Policies | None:
    import numpy as np  # noqa: PLC0415

    from games.core.tree import build  # noqa: PLC0415

    try:
        tree = build(game)
    except BadInput:  # too large for arrays, not for the ordinary loop
        return None
    if np.any(tree.payoffs % 1):
        return None  # arrays hold floats, records hold exact numbers
    policies = {
        name: policy for name, spec in specs.items() if (policy := spec.policy_in(tree)) is not None
    }
    return _Policies(tree, policies) if policies else None


class _Chance:
    """Chance moves, drawn as in the ordinary loop."""

    def __init__(self, tree: Any) -> None:  # noqa: ANN401 - loads numpy
        self._tree = tree
        self._odds = cache(self._asked)

    def dealt(self, seed: int) -> int:
        """Node after the deal of a match with this seed."""
        chance, node = Random(seed), 0
        while self._tree.mover[node] == CHANCE:
            odds = self._odds(node)[-1]
            node = int(self._tree.first_child[node]) + list(odds).index(draw(odds, chance))
        return node

    def drawn(self, seed: int, node: int) -> int:
        """Number of the child to which a match with this seed continues."""
        chance, at = Random(seed), 0
        for odds in self._odds(node):
            at = list(odds).index(draw(odds, chance))
        return at

    def _asked(self, node: int) -> tuple[Mapping[Action, Fraction], ...]:
        """Probabilities of all chance moves along the path to a node, and at the node."""
        from games.core.batch_trees import path  # noqa: PLC0415

        states = [state for state, _ in path(self._tree, node)]
        game = self._tree.game
        return tuple(game.chance(at) for at in states if game.movers(at) == (CHANCE,))


def _keys(matches: Sequence[Match]) -> "NDArray[Any]":
    import numpy as np  # noqa: PLC0415

    return np.array([int(match.id, 16) for match in matches], np.uint64)
