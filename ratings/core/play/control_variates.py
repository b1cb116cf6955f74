"""Payoffs with the luck taken out, where the opponent's action probabilities are known.

A player meets chance and an opponent who plays a known policy. Given what the player knows, the
chances of everything but its own choices can then be computed, the opponent's private cards being
averaged over. A match is worth its expected value to begin with; every own choice changes that by
what it is worth more or less than the player's choices are on average; what chance and the opponent
did is left out. The mean is unchanged whatever values are used for that, as long as they do not
depend on the match; the better they are, the smaller the variance. They come from a guess at the
player's policy, which is estimated from other matches (cross-fitting).

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
    """A tree of deals and open play as tables: of each level of the play, [deals, positions].

    Args:
        nodes: per level, the number of each node.
        types: [players, deals] what each player was dealt, as a number.
        chances: [deals] their probabilities.
    """

    nodes: tuple[Ints, ...]
    types: Ints
    chances: Floats


def corrected(tree: Tree, player: Player, opponents: Floats, guess: Floats) -> Floats:
    """What each end counts for a player: its payoff with the luck taken out.

    Args:
        tree: of a game that deals in private and is played in the open.
        player: whose payoffs.
        opponents: [choices] what the others play, exactly; the player's own entries do not matter.
        guess: [choices] what the player may play; any policy, the truer the better. The others'
            entries do not matter.

    Returns:
        [ends] points. Under any policy of the player its mean is that of the payoffs.

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
    # Added up from the top: what own choices were worth, over the way to each node.
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
    """Chance times the others' choices on the way to each node; per level, [deals, positions]."""
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
    """What the player may expect, knowing its hand and the play; per level, [hands, positions]."""
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
    """What follows a level is worth, times the weight: [hands, positions]."""
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
        player: whose payoffs.
        opponents: [choices] what the others play.
        ends: [matches] index of the end of each.
        clusters: [matches] numbers; matches of one cluster share chance, and so a fold.
        folds: parts into which the clusters are cut, in turn.

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
    """How often a player made each choice on the way to these ends: [choices]."""
    counts, last = np.zeros(tree.choices, np.int64), tree.end_choice[player, ends]
    while len(last := last[last >= 0]):
        counts += np.bincount(last, minlength=tree.choices)
        last = tree.set_parent[np.searchsorted(tree.first_choice, last, side="right") - 1]
    return counts
