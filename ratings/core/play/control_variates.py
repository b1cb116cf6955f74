"""Payoffs corrected for luck by control variates, given the opponent's action probabilities.

A player meets chance and an opponent with a known policy. Given the player's information, the
probabilities of chance and of the opponent's actions can then be computed, averaged over the
opponent's private cards. A match starts at its expected value. Every own choice adds its value
minus the mean value of the player's choices. The outcomes of chance and of the opponent's choices
are left out. The mean is unbiased for all values that do not depend on the match. Better values
give a smaller variance. The values come from an estimate of the player's policy on other matches
(cross-fitting).

Source: Burch, Schmid, Moravčík, Morrill and Bowling (2018), AIVAT: a new variance reduction
technique for agent evaluation in imperfect information games, AAAI 32, 949 to 956. The form here is
that of one player with known opponents; terms for chance, for the opponent and for its possible
cards are summed in closed form.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games.core.dealt import Dealt
from games.core.errors import BadInput
from games.core.product import product
from games.core.tree import Tree
from games.core.types import CHANCE, Player
from games.core.walk import LIMIT
from ratings.core.statistics.bootstrap import Floats

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Levels:
    """A tree of deals and open play as tables: [deals, positions] for each level of the play.

    Args:
        nodes: per level, the number of each node.
        types: [players, deals] number of each player's private deal.
        chances: [deals] their probabilities.
    """

    nodes: tuple[Ints, ...]
    types: Ints
    chances: Floats


def corrected(tree: Tree, player: Player, opponents: Floats, guess: Floats) -> Floats:
    """Corrected payoff of a player at each end of the tree, with luck removed.

    Args:
        tree: tree of a game with private deals and open play.
        player: the player with these payoffs.
        opponents: [choices] exact policy of the others. The player's own entries are ignored.
        guess: [choices] assumed policy of the player. Every policy is valid; a closer one reduces
            the variance. The others' entries are ignored.

    Returns:
        [ends] points. Under every policy of the player, the mean equals that of the payoffs.

    Raises:
        BadInput: the game is of another kind.
    """
    levels = _levels(tree)
    mine = levels.types[player]
    hands = np.zeros((mine.max() + 1, len(mine)))
    hands[mine, np.arange(len(mine))] = 1
    profile = np.where(tree.spread(tree.owner) == player, guess, opponents)
    reach = _reach(tree, player, levels, profile)
    values = _values(tree, player, levels, hands, reach, profile)
    start = float((hands @ reach[0])[:, 0] @ values[0][:, 0])
    credit = np.full(len(tree.mover), start)
    # Sums from the root: values of own choices along the path to each node.
    for above, below, value, later in zip(
        levels.nodes[:-1], levels.nodes[1:], values[:-1], values[1:], strict=True
    ):
        parent = tree.parent[below]
        column = parent - above[:, :1]
        gained = later[mine] - np.take_along_axis(value[mine], column, axis=1)
        own = tree.mover[parent] == player
        credit[below] = credit[parent] + np.where(own, gained, 0)
    return credit[tree.ends]


def _reach(tree: Tree, player: Player, levels: _Levels, profile: Floats) -> list[Floats]:
    """Reach probability of each node without own choices; per level, [deals, positions]."""
    reach = [np.broadcast_to(levels.chances[:, None], levels.nodes[0].shape)]
    for above, below in zip(levels.nodes[:-1], levels.nodes[1:], strict=True):
        parent = tree.parent[below]
        choice = tree.first_choice[tree.set_of[parent]] + below - tree.first_child[parent]
        played = np.where(tree.mover[parent] == player, 1.0, profile[choice])
        reach.append(np.take_along_axis(reach[-1], parent - above[:, :1], axis=1) * played)
    return reach


def _values(
    tree: Tree, player: Player, levels: _Levels, hands: Floats, reach: list[Floats], profile: Floats
) -> list[Floats]:
    """Expected payoff given the player's hand and the play; per level, [hands, positions]."""
    payoff = np.zeros(len(tree.mover))
    payoff[tree.ends] = tree.payoffs[:, player]
    values: list[Floats] = []
    for level in range(len(levels.nodes) - 1, -1, -1):
        nodes = levels.nodes[level]
        weight = hands @ reach[level]
        total = hands @ (reach[level] * payoff[nodes])
        if values:
            total += _continued(
                tree, player, levels, hands, level, values[0], weight, reach, profile
            )
        values.insert(0, np.divide(total, weight, out=np.zeros_like(total), where=weight > 0))
    return values


def _continued(
    tree: Tree,
    player: Player,
    levels: _Levels,
    hands: Floats,
    level: int,
    later: Floats,
    weight: Floats,
    reach: list[Floats],
    profile: Floats,
) -> Floats:
    """Values of the following level, times the weight: [hands, positions]."""
    above, below = levels.nodes[level], levels.nodes[level + 1]
    first = np.array([np.flatnonzero(hand)[0] for hand in hands])  # a deal for each hand
    parent = tree.parent[below[first]]
    column = parent - above[first][:, :1]
    choice = tree.first_choice[tree.set_of[parent]] + below[first] - tree.first_child[parent]
    own = tree.mover[parent] == player
    played = np.where(own, profile[choice], 1.0) * np.where(
        own, np.take_along_axis(weight, column, axis=1), hands @ reach[level + 1]
    )
    worth = np.zeros_like(weight)
    np.add.at(worth, (np.arange(len(hands))[:, None], column), played * later)
    return worth


@lru_cache(maxsize=4)
def _levels(tree: Tree) -> _Levels:
    game: Any = tree.game
    if not isinstance(game, Dealt):
        raise BadInput(f"{game.name}: control variates need a game of private deals and open play")
    types = np.array(product(game, LIMIT).types)
    deals = types.shape[1]
    bounds = [
        (int(low), int(high))
        for low, high in zip(tree.levels[:-1], tree.levels[1:], strict=True)
        if tree.mover[low] != CHANCE
    ]
    nodes = tuple(np.arange(low, high).reshape(deals, -1) for low, high in bounds)
    reach = tree.chance.copy()
    for low, high in zip(tree.levels[1:-1], tree.levels[2:], strict=True):
        reach[low:high] *= reach[tree.parent[low:high]]
    return _Levels(nodes, types, reach[nodes[0][:, 0]])


def cross_fitted(
    tree: Tree, player: Player, opponents: Floats, ends: Ints, clusters: Ints, folds: int = 5
) -> Floats:
    """Corrected payoffs of recorded matches, each with values from other clusters of matches.

    Args:
        tree: as for `corrected`.
        player: the player with these payoffs.
        opponents: [choices] policy of the others.
        ends: [matches] index of the end of each.
        clusters: [matches] numbers. Matches of one cluster share chance, and therefore a fold.
        folds: number of parts into which the clusters are divided in turn.

    Returns:
        [matches] points.
    """
    payoffs, fold = np.empty(len(ends)), clusters % folds
    for number in np.unique(fold):
        here = fold == number
        counts = chosen(tree, player, ends[~here]) + 0.5
        total = tree.spread(np.add.reduceat(counts, tree.first_choice[:-1]))
        payoffs[here] = corrected(tree, player, opponents, counts / total)[ends[here]]
    return payoffs


def chosen(tree: Tree, player: Player, ends: Ints) -> Ints:
    """Number of times that a player made each choice on the way to these ends: [choices]."""
    counts, last = np.zeros(tree.choices, np.int64), tree.end_choice[player, ends]
    while len(last := last[last >= 0]):
        counts += np.bincount(last, minlength=tree.choices)
        last = tree.set_parent[np.searchsorted(tree.first_choice, last, side="right") - 1]
    return counts
