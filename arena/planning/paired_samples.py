"""Blocks of a game as two equal stand-ins would play them: what `arena power` draws from.

Both stand-ins meet the same opponent. In two-player zero-sum games of private deals the opponent
plays an equilibrium and the stand-ins a logit quantal response, as far as these can be computed; in
other games all three choose at random.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import agents
from agents.core.solutions import solved
from arena.core.types import Match, seed_of
from arena.engine.interruption import in_own_loop
from arena.engine.match import play
from games import BadInput, Game
from games.core.batch_trees import Batch
from games.core.dealt import Dealt
from games.core.solution import ITERATIONS
from games.core.solve import quantal_response
from games.core.tree import Tree, build
from ratings.core.play.control_variates import corrected

if TYPE_CHECKING:
    from agents.core.spec import Scripted

Floats = NDArray[np.float64]

BLOCKS = 20_000
_PLAYED = 500
"""Blocks that are played by the ordinary loop, where there is no quicker way."""
_LEARNED = 100
"""Number of matches from which control variates estimate a contestant's policy."""
_NOISE = 0.2
"""Share of random play where quantal response is out of reach."""


@dataclass(frozen=True, eq=False)
class Scheme:
    """One way to compare two contestants.

    Args:
        name: in words.
        matches: of each of the two, per block.
        points: [blocks] difference in points per match.
        ties: share of comparisons that end equal; None where wins are not counted.
        compared: matches of each of the two, per comparison.
    """

    name: str
    matches: int
    points: Floats
    ties: float | None = None
    compared: int = 1


@dataclass(frozen=True, eq=False)
class Pool:
    """The schemes of a game.

    Args:
        about: who stands in for whom.
        decisions: of one stand-in, per match, on average.
        schemes: from the plainest on.
    """

    about: str
    decisions: float
    schemes: tuple[Scheme, ...]


def pool(game: Game[Any], rationality: float, seed: int) -> Pool:
    """The blocks of a game.

    Args:
        game: the rules.
        rationality: lambda of the stand-ins, per point.
        seed: seed of all random choices.
    """
    if isinstance(game, Dealt) and game.zero_sum and len(game.roles) == 2:  # noqa: PLR2004
        return _of_tree(build(game), rationality, seed)
    return _of_loop(game, seed)


def _of_tree(tree: Tree, rationality: float, seed: int) -> Pool:
    rng = np.random.default_rng(seed)
    equal = tree.array(solved(tree.game, ITERATIONS))
    try:
        noisy, words = (
            quantal_response(tree, rationality),
            f"quantal response, lambda {rationality:g}",
        )
    except BadInput:
        noisy = (1 - _NOISE) * equal + _NOISE * tree.uniform()
        words = f"equilibrium with {_NOISE:.0%} random play"
    seats = (0, 1)
    dealer = _Dealer(tree, rng)
    odds = [_ends(tree, np.where(tree.spread(tree.owner) == s, noisy, equal)) for s in seats]
    better = [corrected(tree, seat, equal, _learned(tree, odds[seat], rng)) for seat in seats]
    deals = dealer.deals(BLOCKS)
    plain, calm = np.zeros((2, 2, BLOCKS))  # [contestant, block], both seats on the same deal
    for contestant in (0, 1):
        for seat in seats:
            ends = dealer.ends(odds[seat], deals)
            plain[contestant] += tree.payoffs[ends, seat] / 2
            calm[contestant] += better[seat][ends] / 2
    alone = [_alone(tree, dealer, odds, rng) for _ in (0, 1)]
    head = _ends(tree, noisy)
    margin = sum(tree.payoffs[dealer.ends(head, deals), seat] for seat in seats)
    tie = float((np.abs(margin) < 1e-9).mean())  # noqa: PLR2004
    single = float((np.abs(tree.payoffs[dealer.ends(head, dealer.deals(BLOCKS)), 0]) < 1e-9).mean())  # noqa: PLR2004
    turns = [_turns(tree, chances, seat) for seat, chances in zip(seats, odds, strict=True)]
    return Pool(
        f"{words}; against equilibrium for points, against each other for Elo",
        float(np.mean(turns)),
        (
            Scheme("independent matches", 1, alone[0] - alone[1], single),
            Scheme("mirrored, on the same deals", 2, plain[0] - plain[1], tie, 2),
            Scheme("mirrored, with control variates", 2, calm[0] - calm[1]),
        ),
    )


def _learned(tree: Tree, odds: Floats, rng: np.random.Generator) -> Floats:
    """A policy as it would be guessed from a few matches, which is what control variates get."""
    counts = rng.poisson(_LEARNED * Batch(tree, 1, odds).actions) + 0.5
    guess: Floats = counts / tree.spread(np.add.reduceat(counts, tree.first_choice[:-1]))
    return guess


def _alone(
    tree: Tree, dealer: "_Dealer", odds: Sequence[Floats], rng: np.random.Generator
) -> Floats:
    """Points in matches with a deal and a seat of their own."""
    deals, seat = dealer.deals(BLOCKS), rng.integers(0, 2, BLOCKS)
    both = [tree.payoffs[dealer.ends(odds[s], deals), s] for s in (0, 1)]
    points: Floats = np.where(seat == 0, *both)
    return points


class _Dealer:
    """Draws deals, and ends that follow them."""

    def __init__(self, tree: Tree, rng: np.random.Generator) -> None:
        self._tree, self._rng = tree, rng
        level = next(n for n, low in enumerate(tree.levels[:-1]) if tree.mover[low] >= 0)
        low, high = tree.levels[level], tree.levels[level + 1]
        owner = np.arange(len(tree.mover))
        for start, stop in zip(tree.levels[level + 1 : -1], tree.levels[level + 2 :], strict=True):
            owner[start:stop] = owner[tree.parent[start:stop]]
        self._deal = owner[tree.ends] - low
        self._order = np.argsort(self._deal, kind="stable")
        self._count = int(high - low)
        chances = np.bincount(self._deal, _ends(tree, tree.uniform()), self._count)
        self._chances = chances / chances.sum()

    def deals(self, count: int) -> NDArray[np.int64]:
        """Numbers of deals."""
        return self._rng.choice(self._count, count, p=self._chances)

    def ends(self, odds: Floats, deals: NDArray[np.int64]) -> NDArray[np.int64]:
        """An end after each deal, with these probabilities of ends."""
        sums = np.cumsum(odds[self._order])
        mass = np.bincount(self._deal, odds, self._count)
        start = np.concatenate([[0], np.cumsum(mass)])[deals]
        drawn = start + self._rng.random(len(deals)) * mass[deals]
        at = np.minimum(np.searchsorted(sums, drawn, side="right"), len(sums) - 1)
        return self._order[at]


def _ends(tree: Tree, policy: Floats) -> Floats:
    """Probability of each end: [ends]."""
    reach = tree.chance.copy()
    nodes = 1 + np.flatnonzero(tree.mover[tree.parent[1:]] >= 0)
    above = tree.parent[nodes]
    reach[nodes] = policy[tree.first_choice[tree.set_of[above]] + nodes - tree.first_child[above]]
    for start, stop in zip(tree.levels[1:-1], tree.levels[2:], strict=True):
        reach[start:stop] *= reach[tree.parent[start:stop]]
    return reach[tree.ends]


def _turns(tree: Tree, chances: Floats, seat: int) -> float:
    """Decisions of a seat per match."""
    depth = np.zeros(len(tree.mover))
    for start, stop in zip(tree.levels[1:-1], tree.levels[2:], strict=True):
        parent = tree.parent[start:stop]
        depth[start:stop] = depth[parent] + (tree.mover[parent] == seat)
    return float(chances @ depth[tree.ends])


def _of_loop(game: Game[Any], seed: int) -> Pool:
    """Points by contestant, seat and block of random play; all seatings on the same chance seed."""
    agent: Scripted = agents.load("uniform").ready(game)  # type: ignore[assignment]
    seats = tuple(game.deciders)
    points, turns = np.zeros((2, len(seats), _PLAYED)), 0
    for block in range(_PLAYED):
        for contestant in (0, 1):
            for place, seat in enumerate(seats):
                key = str(seed_of("power", seed, block, contestant, seat))
                names = tuple(f"{key}:{n}" for n in range(len(game.roles)))
                match = Match(key, game.name, names, block, seed_of("chance", seed, block))
                playing = play(match, game, [agent] * len(names))
                done = in_own_loop(partial(asyncio.run, playing))
                assert done.payoffs is not None
                points[contestant, place, block] = float(done.payoffs[seat])
                turns += sum(played.player == seat for played in done.decisions)
    rng = Random(seed)
    alone = [
        np.array(
            [points[c, rng.randrange(len(seats)), b] for b in rng.sample(range(_PLAYED), _PLAYED)]
        )
        for c in (0, 1)
    ]
    margin = points[0] - points[1]
    return Pool(
        "random play of all",
        turns / points.size,
        (
            Scheme("independent matches", 1, alone[0] - alone[1], _tied(alone[0] - alone[1])),
            Scheme(
                "same seats, opponents and seeds", len(seats), margin.mean(axis=0), _tied(margin),
            ),
        ),
    )  # fmt: skip


def _tied(margin: Floats) -> float:
    return float((np.abs(margin) < 1e-9).mean())  # noqa: PLR2004
