"""Many matches at once, as array operations.

Finite-state machines play a matrix game with two actions, once or repeatedly: `play` samples any
number of matches of two machines in bounded memory, `play_pairings` samples matches of many
pairings side by side, `play_each` plays matches that each depend on a key of their own, `expect`
computes what `play` estimates, with no sampling.

An outcome of a round is a number from 0 to 3: twice the own action plus the other's, where 0 is the
first action; what seat 0 calls 1, seat 1 calls 2.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games.core.errors import BadInput
from games.core.game import Game
from games.core.machine_table import OUTCOMES, MachineTable, drawn, keyed, starts
from games.core.machines import Machine
from games.core.matrix import Bimatrix
from games.core.repeated import Repeated
from games.core.types import Payoff

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CHUNK = 10_000
"""Matches played side by side: enough to make Python's share small, few enough for the cache."""

STATES = 4_000
"""Pairs of states that `expect` takes where chance decides about the length: it solves as many
linear equations, in memory that grows with the square."""

_MIRROR = (0, 2, 1, 3)


@dataclass(frozen=True)
class Batch:
    """What came of many matches of two strategies.

    Args:
        matches: how many.
        visits: per seat, how often each state of its machine saw each outcome; (states, 4). Of
            `expect`, the expected number in one match.
        points: per seat, own points after each outcome; exact.
        payoffs: points of each match, (matches, 2); None if not asked for.
        histories: outcomes as seat 0 counts them, (matches, rounds); -1 after the end of a match;
            None if not asked for.
    """

    matches: int
    visits: tuple[NDArray[Any], NDArray[Any]]
    points: tuple[tuple[Payoff, ...], tuple[Payoff, ...]]
    payoffs: Floats | None = None
    histories: NDArray[np.int8] | None = None

    @property
    def outcomes(self) -> NDArray[Any]:
        """How often each outcome was seen by seat 0; (4,)."""
        counts: NDArray[Any] = self.visits[0].sum(axis=0)
        return counts

    def actions(self, seat: int) -> NDArray[Any]:
        """How often a seat played each action in each state of its machine; (states, 2)."""
        counts: NDArray[Any] = self.visits[seat].reshape(-1, 2, 2).sum(axis=2)
        return counts

    def mean(self, seat: int) -> float:
        """Points per match of a seat; of a sample, the sum is exact before it is divided."""
        seen = self.visits[seat].sum(axis=0)
        if seen.dtype.kind == "f":
            return float(seen @ np.array(self.points[seat], float)) / self.matches
        total = sum((int(n) * Fraction(p) for n, p in zip(seen, self.points[seat], strict=True)))
        return float(Fraction(total) / self.matches)


def play(
    game: Game[Any],
    machines: tuple[Machine, Machine],
    matches: int,
    seed: int,
    *,
    payoffs: bool = False,
    histories: bool = False,
) -> Batch:
    """Sample matches of two machines.

    Args:
        game: a matrix game with two actions, or `Repeated` of one.
        machines: who plays, in seat order.
        matches: how many matches.
        seed: the same seed gives the same matches.
        payoffs: whether to keep the points of every match: 16 bytes each.
        histories: whether to keep every outcome: one byte per round.

    Raises:
        BadInput: another kind of game, or no matches.
    """
    gains = points(rules(game)[0])
    book, cut = MachineTable.of(machines, gains), len(machines[0].first)
    visits = np.zeros((book.states, OUTCOMES), np.int64)
    earned, told = [], []
    for rng, size in _chunks(matches, seed):
        start, draw = np.repeat([[0], [OUTCOMES * cut]], size, axis=1), drawn(rng)
        part = book.sample(start, _lengths(game, size, rng), draw, histories=histories)
        visits += part.visits
        if payoffs:
            earned.append(part.payoffs)
        if part.histories is not None:
            told.append(part.histories)
    return Batch(
        matches,
        (visits[:cut], visits[cut:]),
        gains,
        np.concatenate(earned) if payoffs else None,
        _stacked(told) if histories else None,
    )


def play_pairings(
    game: Game[Any],
    machines: Sequence[Machine],
    pairings: Sequence[tuple[int, int]],
    matches: int,
    seed: int,
) -> Floats:
    """Points of several matches of each of many pairings, such as those of a round robin.

    Args:
        game: a matrix game with two actions, or `Repeated` of one.
        machines: the strategies.
        pairings: who plays in seat 0 and in seat 1, as indices into `machines`.
        matches: how many matches each pairing plays.
        seed: the same seed gives the same matches.

    Returns:
        Points by pairing, match and seat: (pairings, matches, 2).

    Raises:
        BadInput: another kind of game, or no matches.
    """
    stage, _, _ = rules(game)
    book = MachineTable.of(machines, points(stage))
    start = starts(machines)[np.repeat(np.array(pairings), matches, axis=0)].T
    payoffs = np.empty((start.shape[1], 2))
    done = 0
    for rng, size in _chunks(len(payoffs), seed):
        here = slice(done, done + size)
        lengths = _lengths(game, size, rng)
        payoffs[here] = book.sample(start[:, here], lengths, drawn(rng)).payoffs
        done += size
    return payoffs.reshape(len(pairings), matches, 2)


def play_each(
    game: Game[Any],
    machines: Sequence[Machine],
    seats: Ints,
    lengths: Ints,
    keys: NDArray[np.uint64],
) -> Floats:
    """Points of matches that each depend on a key of their own, whatever is played beside them.

    Args:
        game: a matrix game with two actions, or `Repeated` of one.
        machines: the strategies.
        seats: who plays in seat 0 and in seat 1, as indices into `machines`; (matches, 2).
        lengths: rounds of each match; (matches,).
        keys: where the chance of each match comes from; (matches,).

    Returns:
        Points by match and seat: (matches, 2).

    Raises:
        BadInput: another kind of game.
    """
    stage, _, _ = rules(game)
    book, first = MachineTable.of(machines, points(stage)), starts(machines)
    payoffs = np.empty((len(keys), 2))
    for begin in range(0, len(keys), CHUNK):
        here = slice(begin, begin + CHUNK)
        # The longest matches stand first, so that those still being played are a range.
        order = np.argsort(-lengths[here], kind="stable")
        mine = keys[here][order]
        sample = book.sample(first[seats[here][order]].T, lengths[here][order], keyed(mine))
        payoffs[begin + order] = sample.payoffs
    return payoffs


def expect(game: Game[Any], machines: tuple[Machine, Machine]) -> Batch:
    """What two machines do in one match on average, by the Markov chain of their states.

    Args:
        game: a matrix game with two actions, or `Repeated` of one.
        machines: who plays, in seat order.

    Raises:
        BadInput: another kind of game, or a random length and more than `STATES` pairs of states.

    Source: Nowak and Sigmund (1993), Nature 364, 56 to 58, for the chain of two strategies that
    look back one round.
    """
    stage, rounds, continuation = rules(game)
    pairs, moves, chances = _chain(machines)
    occupied = np.zeros(len(pairs))
    occupied[0] = 1
    if continuation is None:
        expected = np.zeros(len(pairs))
        for _ in range(rounds):
            expected += occupied
            flow = occupied[:, None] * chances
            occupied = np.zeros(len(pairs))
            np.add.at(occupied, moves, flow)
    else:
        if len(pairs) > STATES:
            raise BadInput(
                f"{game.name}: these strategies have {len(pairs)} pairs of states, the limit for "
                f"exact results with a continuation probability is {STATES}"
            )
        step = np.zeros((len(pairs), len(pairs)))
        np.add.at(step, (moves, np.arange(len(pairs))[:, None]), chances)
        left = np.eye(len(pairs)) - float(continuation) * step
        expected = np.asarray(np.linalg.solve(left, occupied), float)
    seen = expected[:, None] * chances
    visits = tuple(np.zeros((len(machine.first), OUTCOMES)) for machine in machines)
    np.add.at(visits[0], pairs[:, 0], seen)
    np.add.at(visits[1], pairs[:, 1], seen[:, _MIRROR])
    return Batch(1, (visits[0], visits[1]), points(stage))


def rules(game: Game[Any]) -> tuple[Bimatrix, int, Fraction | None]:
    """The game of one round, the number of rounds, or the continuation probability.

    Raises:
        BadInput: it is no matrix game with two actions.
    """
    stage = game.stage if isinstance(game, Repeated) else game
    if not (isinstance(stage, Bimatrix) and _two(stage)):
        raise BadInput(f"{game.name} is no matrix game with two actions: machines cannot play it")
    if not isinstance(game, Repeated):
        return stage, 1, None
    return stage, game.rounds or 0, game.continuation


def points(stage: Bimatrix) -> tuple[tuple[Payoff, ...], tuple[Payoff, ...]]:
    """Own points of each seat after each outcome as it counts them."""
    options = stage.options_of(0)
    pairs = [(own, other) for own in options for other in options]
    first = tuple(stage.cell(own, other)[0] for own, other in pairs)
    return first, tuple(stage.cell(other, own)[1] for own, other in pairs)


def _two(stage: Bimatrix) -> bool:
    """Whether both seats have the same two actions."""
    return stage.options_of(0) == stage.options_of(1) and len(stage.options_of(0)) == 2  # noqa: PLR2004


def _chunks(matches: int, seed: int) -> Iterator[tuple[np.random.Generator, int]]:
    """A generator of random numbers and a number of matches, until all are played."""
    if matches < 1:
        raise BadInput(f"matches must be a whole number from 1, not {matches}")
    for number, done in enumerate(range(0, matches, CHUNK)):
        yield np.random.default_rng([seed, number]), min(CHUNK, matches - done)


def _lengths(game: Game[Any], size: int, rng: np.random.Generator) -> Ints:
    """Numbers of rounds of so many matches."""
    _, rounds, continuation = rules(game)
    if continuation is None:
        return np.full(size, rounds)
    return rng.geometric(1 - float(continuation), size)


def _stacked(parts: Sequence[NDArray[np.int8]]) -> NDArray[np.int8]:
    """Histories of several chunks, the shorter ones filled up."""
    rounds = max(part.shape[1] for part in parts)
    return np.concatenate(
        [np.pad(p, ((0, 0), (0, rounds - p.shape[1])), constant_values=-1) for p in parts]
    )


def _chain(machines: tuple[Machine, Machine]) -> tuple[Ints, Ints, Floats]:
    """Pairs of states that can be reached, and where each outcome leads with what probability.

    Returns:
        The pairs, (pairs, 2), the first one first; per pair and outcome as seat 0 counts it, the
        number of the next pair and the probability; (pairs, 4) each.
    """
    one, two = machines
    number = {(0, 0): 0}
    pairs, moves, chances = [(0, 0)], [], []
    for mine, theirs in pairs:  # grows while it is read
        p, q = one.first[mine], two.first[theirs]
        chance = (p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q))
        row = []
        for outcome, probability in enumerate(chance):
            to = (one.after[mine][outcome], two.after[theirs][_MIRROR[outcome]])
            if probability and to not in number:
                number[to] = len(pairs)
                pairs.append(to)
            row.append(number.get(to, 0))  # what has no probability leads anywhere
        moves.append(row)
        chances.append(chance)
    return np.array(pairs), np.array(moves), np.array(chances)
