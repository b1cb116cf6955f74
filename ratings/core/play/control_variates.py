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

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games.core.dealt import Dealt, Private
from games.core.errors import BadInput
from games.core.product import product
from games.core.tree import Tree
from games.core.types import CHANCE, Player, actions
from games.core.walk import LIMIT, told
from ratings.core.statistics.bootstrap import Floats

Ints = NDArray[np.int64]


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
    known = _known(tree, player)
    parent, above = tree.parent, np.maximum(tree.parent, 0)
    own = tree.mover[above] == player
    moved = tree.mover[above] >= 0
    choice = np.zeros(len(parent), np.int64)
    choice[moved] = (
        tree.first_choice[tree.set_of[above]] + np.arange(len(parent)) - tree.first_child[above]
    )[moved]
    played = np.where(moved, np.where(own, guess[choice], opponents[choice]), tree.chance)
    values = _values(tree, player, known, own, played)
    gained = np.where(own, values[known] - values[known[above]], 0)
    credit = np.full(len(parent), values[known[0]])
    # Added up from the top: what own choices were worth, over the way to each node.
    for start, stop in zip(tree.levels[1:-1], tree.levels[2:], strict=True):
        credit[start:stop] = credit[parent[start:stop]] + gained[start:stop]
    return credit[tree.ends]


def _values(
    tree: Tree, player: Player, known: Ints, own: NDArray[np.bool_], played: Floats
) -> Floats:
    """Expected payoff of the player by its information, [groups].

    Args:
        tree: tree of `corrected`.
        player: player of `corrected`.
        known: [nodes] group of nodes that the player cannot distinguish.
        own: [nodes] whether a choice of the player leads to the node.
        played: [nodes] probability of the move to the node.
    """
    reach = np.where(own, 1.0, played)
    reach[0] = 1.0
    for start, stop in zip(tree.levels[1:-1], tree.levels[2:], strict=True):
        reach[start:stop] *= reach[tree.parent[start:stop]]
    groups = int(known.max()) + 1
    weight = np.bincount(known, reach, groups)
    total = np.bincount(known[tree.ends], reach[tree.ends] * tree.payoffs[:, player], groups)
    values = np.zeros(groups)
    for start, stop in zip(tree.levels[-2::-1], tree.levels[:0:-1], strict=True):
        here = slice(start, stop)
        which = known[here]
        values[which] = np.divide(
            total[which], weight[which], out=np.zeros(len(which)), where=weight[which] > 0
        )
        if start:  # what a group is worth, it is worth to the group above
            worth = reach[here] * np.where(own[here], played[here], 1.0) * values[which]
            np.add.at(total, known[tree.parent[here]], worth)
    return values


@lru_cache(maxsize=8)
def _known(tree: Tree, player: Player) -> Ints:
    """Nodes that a player cannot distinguish, level by level: [nodes] numbers of groups."""
    game: Any = tree.game
    if not isinstance(game, Private):
        raise BadInput(f"{game.name}: control variates need a game of private deals and open play")
    return _dealt(tree, player) if isinstance(game, Dealt) else _seen(tree, player)


def _dealt(tree: Tree, player: Player) -> Ints:
    """Groups in a game that begins with deals: the player's deal and the position of the play.

    During the deal all nodes of a level form one group, since there are no decisions yet.
    """
    game: Any = tree.game
    mine = np.array(product(game, LIMIT).types[player])
    known, count = np.empty(len(tree.mover), np.int64), 0
    for low, high in zip(tree.levels[:-1], tree.levels[1:], strict=True):
        if tree.mover[low] == CHANCE:
            known[low:high] = count
            count += 1
            continue
        positions = (high - low) // len(mine)
        groups = mine[:, None] * positions + np.arange(positions)
        known[low:high] = count + groups.ravel()
        count += (int(mine.max()) + 1) * positions
    return known


def _seen(tree: Tree, player: Player) -> Ints:
    """Groups in other games: the observations of the player, position by position."""
    game, frontier = tree.game, [tree.game.initial_state()]
    known, groups = np.empty(len(tree.mover), np.int64), dict[tuple[int, str], int]()
    for level, low in enumerate(tree.levels[:-1].tolist()):
        following = []
        for node, state in enumerate(frontier, low):
            name = level, told(game.observe(state, player).events)
            known[node] = groups.setdefault(name, len(groups))
            for mover in game.movers(state):
                chance = mover == CHANCE
                moves = game.chance(state) if chance else actions(game.space(state, mover))
                following += [game.apply(state, {mover: move}) for move in moves]
        frontier = following
    return known


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
