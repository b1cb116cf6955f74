"""Many matches at once of policies, in games whose tree is known.

A match under fixed policies is a draw from the ends of the tree. Their probabilities are computed
once, exactly; `play` then draws ends, so that a match costs the same however long it is, and
`expect` takes the probabilities themselves. `play_each` goes down the tree move by move instead,
with all matches side by side, each depending on its deal and a key of its own.

Source: Walker (1977), An efficient method for generating discrete random variables with general
distributions, ACM Transactions on Mathematical Software 3, 253 to 256: the alias method.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games.core.draws import uniform
from games.core.errors import BadInput
from games.core.policy import Policy
from games.core.tree import OVER, Tree
from games.core.types import CHANCE, Action, Player

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Chance = Callable[[Ints, Ints], Ints]
"""Given some matches and the nodes they stand at, the number of the child that chance leads to."""

CHUNK = 50_000
"""Matches drawn side by side."""


@dataclass(frozen=True, eq=False)
class Batch:
    """What came of many matches in a tree.

    Args:
        tree: of the game.
        matches: how many.
        ends: how often each end was reached, [ends]; of `expect`, its probability in one match.
        plays: per match, the index of its end; `history` tells what it stands for. None if not
            asked for.
    """

    tree: Tree
    matches: int
    ends: NDArray[Any]
    plays: Ints | None = None

    @property
    def mean(self) -> Floats:
        """Points per match of each seat; [players]."""
        points: Floats = self.ends @ self.tree.payoffs / self.matches
        return points

    @property
    def payoffs(self) -> Floats | None:
        """Points of each match, if its end was kept; [matches, players]."""
        return None if self.plays is None else self.tree.payoffs[self.plays]

    @property
    def actions(self) -> NDArray[Any]:
        """How often each choice was made, by the numbers that `Tree` gives to choices; [choices].

        `tree.table` turns them into a table: information set to action to number.
        """
        tree = self.tree
        visits = np.zeros(len(tree.mover), self.ends.dtype)
        visits[tree.ends] = self.ends
        for start, stop in zip(tree.levels[-2:0:-1], tree.levels[:1:-1], strict=True):
            np.add.at(visits, tree.parent[start:stop], visits[start:stop])
        nodes, choices = _chosen(tree)
        counts = np.zeros(tree.choices, self.ends.dtype)
        np.add.at(counts, choices, visits[nodes])
        return counts


def play(
    tree: Tree, policies: Sequence[Policy], matches: int, seed: int, *, plays: bool = False
) -> Batch:
    """Sample matches.

    Args:
        tree: of the game.
        policies: one table per seat; of each, only the information sets of its seat matter.
        matches: how many matches.
        seed: the same seed gives the same matches.
        plays: whether to keep the end of every match: 8 bytes each.

    Raises:
        BadInput: a table does not fit the game, or there are no matches.
    """
    if matches < 1:
        raise BadInput(f"matches must be a whole number from 1, not {matches}")
    drawn, ends = _draws(_chances(tree, policies), matches, seed), np.zeros(len(tree.ends), int)
    kept = []
    for part in drawn:
        ends += np.bincount(part, minlength=len(ends))
        if plays:
            kept.append(part)
    return Batch(tree, matches, ends, np.concatenate(kept) if plays else None)


def play_each(
    tree: Tree,
    policies: Sequence[Policy],
    seats: Ints,
    deals: Ints,
    keys: NDArray[np.uint64],
    chance: Chance | None = None,
) -> Floats:
    """Points of matches that each depend on a key of their own, whatever is played beside them.

    Args:
        tree: of any game.
        policies: tables; of each, only the information sets of the seats it is given matter.
        seats: who plays in each seat, as indices into `policies`; [matches, players].
        deals: the node at which each match begins, after the deal; [matches].
        keys: where the choices of each match are drawn from; [matches].
        chance: what chance does after a player has moved, where it does.

    Returns:
        Points; [matches, players].

    Raises:
        BadInput: a table does not fit the game.
    """
    ladder = _ladder(tree, np.array([tree.array(policy) for policy in policies]))
    node = _ends(tree, ladder, seats, deals.copy(), keys, chance)
    return tree.payoffs[np.searchsorted(tree.ends, node)]


def _ends(
    tree: Tree,
    ladder: tuple[Floats, Ints],
    seats: Ints,
    node: Ints,
    keys: NDArray[np.uint64],
    chance: Chance | None,
) -> Ints:
    """The nodes at which matches end that stand at some nodes, level by level; as `play_each`."""
    match = np.arange(len(keys))
    for level in range(len(tree.levels)):
        match = match[tree.mover[node[match]] != OVER]
        if not len(match):
            break
        by_chance = tree.mover[node[match]] == CHANCE
        if (dealing := match[by_chance]).size:
            assert chance is not None
            here = node[dealing]
            node[dealing] = tree.first_child[here] + chance(dealing, here)
        deciding = match[~by_chance]
        drawn = uniform(keys[deciding], level)
        node[deciding] = _decided(tree, ladder, node[deciding], seats[deciding], drawn)
    return node


def _decided(
    tree: Tree, ladder: tuple[Floats, Ints], here: Ints, seats: Ints, drawn: Floats
) -> Ints:
    """The nodes that decisions lead to; [nodes].

    Args:
        tree: of the game.
        ladder: of all tables, as `_ladder` gives it.
        here: where somebody decides; [nodes].
        seats: who plays in each seat there; [nodes, players].
        drawn: a number from 0 and below 1 for each decision; [nodes].
    """
    steps, highest = ladder
    first, who = tree.first_choice[:-1], seats[np.arange(len(here)), tree.mover[here]]
    info = tree.set_of[here]
    wanted = drawn + info + len(tree.keys) * who
    choice = np.searchsorted(steps, wanted, side="right") - tree.choices * who
    choice = np.clip(choice, first[info], highest[who, info])
    decided: Ints = tree.first_child[here] + choice - first[info]
    return decided


def _ladder(tree: Tree, tables: Floats) -> tuple[Floats, Ints]:
    """Cumulative probabilities of all tables in one rising row, and the last possible choices.

    Within a set stand the probabilities up to and with each choice. Set s of table t lies between
    t * sets + s and the next whole number, so that one search finds any choice in any table.

    Args:
        tree: of the game.
        tables: probabilities; [tables, choices].

    Returns:
        The row; [tables * choices]. The last choice with a probability above 0; [tables, sets].
    """
    first, sets = tree.first_choice[:-1], len(tree.keys)
    sums = np.cumsum(tables, axis=1)
    within = sums - np.repeat(sums[:, first] - tables[:, first], np.diff(tree.first_choice), axis=1)
    steps = tree.spread(np.arange(sets)) + sets * np.arange(len(tables))[:, None]
    likely = np.where(tables > 0, np.arange(tree.choices), -1)
    return (within + steps).ravel(), np.maximum.reduceat(likely, first, axis=1)


def expect(tree: Tree, policies: Sequence[Policy]) -> Batch:
    """What the policies do in one match on average, exactly.

    Args:
        tree: of the game.
        policies: one table per seat; of each, only the information sets of its seat matter.

    Raises:
        BadInput: a table does not fit the game.
    """
    return Batch(tree, 1, _chances(tree, policies))


def history(tree: Tree, end: int) -> tuple[tuple[tuple[Player, Action], ...], ...]:
    """The moves that lead to an end: (seat, action), those made at the same time together."""
    return tuple(tuple(made.items()) for _, made in path(tree, int(tree.ends[end])) if made)


def path(tree: Tree, node: int) -> Iterator[tuple[Any, dict[Player, Action]]]:
    """Every position on the way to a node, with the moves made in it; none in the last.

    Args:
        tree: of the game.
        node: its number. One that stands between simultaneous moves belongs to their position.
    """
    way = [node]
    while way[-1]:
        way.append(int(tree.parent[way[-1]]))
    game, made = tree.game, dict[Player, Action]()
    state = game.initial_state()
    for above, child in pairwise(reversed(way)):
        player, number = int(tree.mover[above]), child - int(tree.first_child[above])
        chance = player == CHANCE
        options = tuple(game.chance(state)) if chance else tree.actions[tree.set_of[above]]
        made[player] = options[number]
        if len(made) == len(game.movers(state)):
            yield state, made
            state, made = game.apply(state, made), {}
    yield state, {}


def _chosen(tree: Tree) -> tuple[Ints, Ints]:
    """The nodes to which a player's choice has led, and the choices."""
    nodes = 1 + np.flatnonzero(tree.mover[tree.parent[1:]] >= 0)
    before = tree.parent[nodes]
    return nodes, tree.first_choice[tree.set_of[before]] + nodes - tree.first_child[before]


def _chances(tree: Tree, policies: Sequence[Policy]) -> Floats:
    """Probability of each end; [ends]."""
    if len(policies) != tree.players:
        raise BadInput(f"{tree.game.name} needs {tree.players} policies, not {len(policies)}")
    tables = np.array([tree.array(policy) for policy in policies])
    profile = tables[tree.spread(tree.owner), np.arange(tree.choices)]
    nodes, choices = _chosen(tree)
    reach = tree.chance.copy()
    reach[nodes] = profile[choices]
    for start, stop in zip(tree.levels[1:-1], tree.levels[2:], strict=True):
        reach[start:stop] *= reach[tree.parent[start:stop]]
    return reach[tree.ends]


def _draws(chances: Floats, matches: int, seed: int) -> Iterator[Ints]:
    """Indices drawn with these probabilities, chunk by chunk."""
    possible = np.flatnonzero(chances)
    keep, other = _alias(chances[possible])
    first, second = possible, possible[other]
    for number, done in enumerate(range(0, matches, CHUNK)):
        rng = np.random.default_rng([seed, number])
        drawn = rng.random(min(CHUNK, matches - done)) * len(possible)
        column = drawn.astype(np.int64)
        drawn -= column
        stays = drawn < keep.take(column)
        yield np.where(stays, first.take(column), second.take(column))


def _alias(chances: Floats) -> tuple[Floats, Ints]:
    """Walker's two tables: when to keep the column drawn, and which to take instead."""
    keep, other = (chances * len(chances) / chances.sum()).tolist(), list(range(len(chances)))
    poor = [n for n, k in enumerate(keep) if k < 1]
    rich = [n for n, k in enumerate(keep) if k >= 1]
    while poor and rich:
        here, donor = poor.pop(), rich[-1]
        other[here] = donor
        keep[donor] -= 1 - keep[here]
        if keep[donor] < 1:
            poor.append(rich.pop())
    for rest in (*poor, *rich):  # one, but for rounding
        keep[rest] = 1.0
    return np.array(keep), np.array(other)
