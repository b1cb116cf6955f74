"""`Tree`: a finite game as flat arrays, built once.

Any game is walked through position by position. Games that deal in private and play in the open
(`Dealt`) are built as the product of the deals and the play, which is many times quicker.

Source: Kuhn (1953), Extensive games and the problem of information, Contributions to the Theory of
Games II, 193 to 216. Sequences of own choices: von Stengel (1996), Efficient computation of
behavior strategies, Games and Economic Behavior 14, 220 to 246.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games.core.dealt import Dealt
from games.core.game import Game
from games.core.policy import Policy, check
from games.core.product import Product, product
from games.core.types import CHANCE, Action
from games.core.walk import LIMIT, OVER, Sets, estimate, key, too_large, walk

__all__ = ["OVER", "Tree", "build", "key"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Tree:
    """A finite game as flat arrays.

    Nodes are numbered breadth first, so that each level is a range of nodes, and the children of a
    node are a range in the order of its actions: child `a` of `n` is `first_child[n] + a`. A
    *choice* is an action in an information set; choice `a` of set `s` is `first_choice[s] + a`.
    Sets are ordered by owner, then by how often the owner has decided before. Simultaneous movers
    are successive nodes; the information sets of the later ones do not show the earlier moves.

    Attributes:
        game: the rules.
        mover: [nodes] seat that moves; CHANCE (-1), or OVER (-2) at an end.
        arity: [nodes] number of children.
        first_child: [nodes] the first child; meaningless where the arity is 0.
        parent: [nodes] -1 at the root.
        levels: [levels + 1] level `l` is the nodes from `levels[l]` to `levels[l + 1]`.
        chance: [nodes] probability that chance, if it moves at the parent, leads here; else 1.
        set_of: [nodes] information set of the mover; -1 where no player moves.
        ends: [ends] nodes at which the game is over.
        payoffs: [ends, players] points.
        end_chance: [ends] product of all chance probabilities on the way.
        end_choice: [players, ends] each player's last choice on the way; -1 for none.
        keys: [sets] readable names, as `key` gives them for an observation.
        actions: [sets] what may be done.
        owner: [sets] who decides.
        depth: [sets] how often the owner has decided before.
        first_choice: [sets + 1] the first choice of each set; last, the number of choices.
        set_parent: [sets] the owner's last choice before; -1 for none.
    """

    game: Game[Any]
    mover: Ints
    arity: Ints
    first_child: Ints
    parent: Ints
    levels: Ints
    chance: Floats
    set_of: Ints
    ends: Ints
    payoffs: Floats
    end_chance: Floats
    end_choice: Ints
    keys: tuple[str, ...]
    actions: tuple[tuple[Action, ...], ...]
    owner: Ints
    depth: Ints
    first_choice: Ints
    set_parent: Ints

    @property
    def players(self) -> int:
        """Number of seats."""
        return len(self.game.roles)

    @property
    def choices(self) -> int:
        """Number of choices."""
        return int(self.first_choice[-1])

    @property
    def perfect_information(self) -> bool:
        """Whether every mover knows all that has happened: each information set is one node."""
        return bool(np.bincount(self.set_of[self.set_of >= 0], minlength=1).max() <= 1)

    def spread(self, per_set: NDArray[Any]) -> NDArray[Any]:
        """Values per information set, repeated for each of its choices: [sets] to [choices]."""
        return np.repeat(per_set, np.diff(self.first_choice))

    def uniform(self) -> Floats:
        """The policy under which all actions are equally likely: [choices]."""
        sizes = np.diff(self.first_choice)
        return np.repeat(1 / sizes, sizes)

    def array(self, policy: Policy) -> Floats:
        """A policy table as probabilities of choices: [choices].

        Raises:
            BadInput: an information set or action is missing or unknown, or probabilities do not
                sum to one.
        """
        return np.array(check(policy, self.keys, self.actions), dtype=np.float64)

    def table(self, probabilities: Floats) -> Policy:
        """Values of choices as a table: information set to action to value."""
        values, first = probabilities.tolist(), self.first_choice.tolist()
        return {
            name: dict(zip(options, values[start : start + len(options)], strict=True))
            for name, options, start in zip(self.keys, self.actions, first[:-1], strict=True)
        }


def build(game: Game[Any], limit: int = LIMIT) -> Tree:
    """The tree of a game.

    Args:
        game: any finite game whose players remember what they saw and did.
        limit: how many nodes are accepted.

    Raises:
        BadInput: the tree is not finite, or has more than `limit` nodes.
    """
    about = estimate(game)
    if about > 3 * limit:  # the estimate is rough: nearer ones are counted
        raise too_large(game, about, limit)
    if isinstance(game, Dealt):
        return _multiplied(game, product(game, limit))
    growth = walk(game, limit)
    walked = growth.sets
    order = sorted(range(len(walked.keys)), key=lambda s: (walked.owners[s], walked.depths[s]))
    columns = (walked.owners, walked.depths, walked.keys, walked.actions)
    sets = Sets(*([column[s] for s in order] for column in columns))  # type: ignore[arg-type]
    rank = np.empty(len(order) + 1, dtype=np.int64)
    rank[order], rank[-1] = np.arange(len(order)), -1
    return _planted(
        game,
        _Nodes(
            np.array(growth.movers),
            np.array(growth.arities),
            rank[np.array(growth.places)],
            np.array(growth.sizes),
            np.array(growth.odds),
            np.array(growth.payoffs, dtype=np.float64),
        ),
        sets,
    )


@dataclass(frozen=True)
class _Nodes:
    """A tree breadth first: what cannot be derived from the rest.

    Args:
        mover: [nodes]
        arity: [nodes]
        set_of: [nodes]
        sizes: [levels] number of nodes.
        odds: [children of chance nodes] probabilities.
        payoffs: [ends, players]
    """

    mover: Ints
    arity: Ints
    set_of: Ints
    sizes: Ints
    odds: Floats
    payoffs: Floats


def _multiplied(game: Dealt[Any], factors: Product) -> Tree:
    """A tree from its factors: level by level, every deal with every position of the play.

    Within a level all positions of the first deal come first, then all of the second, and so on;
    the children of these nodes in turn have just this order.
    """
    deals, play = factors.deals, factors.play
    count, types = len(deals.dealt), np.array(factors.types)
    mover, arity, mark = np.array(play.movers), np.array(play.arities), np.array(play.marks)
    points = np.array(factors.payoffs, dtype=np.float64)
    chances = len(deals.arities)
    movers, arities = [np.full(chances, CHANCE)], [np.array(deals.arities, dtype=np.int64)]
    sets, payoffs = [np.full(chances, -1)], []
    bounds = np.cumsum([0, *play.sizes])
    for start, stop in pairwise(bounds):
        who, marked = mover[start:stop], mark[start:stop]
        over = who == OVER
        movers.append(np.tile(who, count))
        arities.append(np.tile(arity[start:stop], count))
        sets.append(np.where(over, -1, marked + types[who].T).ravel())
        payoffs.append(points[marked[over]].swapaxes(0, 1).reshape(-1, len(game.roles)))
    nodes = _Nodes(
        np.concatenate(movers),
        np.concatenate(arities),
        np.concatenate(sets),
        np.array([*deals.sizes, *(count * size for size in play.sizes)]),
        np.array(deals.odds),
        np.concatenate(payoffs),
    )
    return _planted(game, nodes, factors.sets)


def _planted(game: Game[Any], nodes: _Nodes, sets: Sets) -> Tree:
    """Derive everything else: parents, levels, probabilities, sequences of own choices."""
    first_child = 1 + np.cumsum(nodes.arity) - nodes.arity
    parent = np.concatenate([[-1], np.repeat(np.arange(len(nodes.mover)), nodes.arity)])
    levels = np.concatenate([[0], np.cumsum(nodes.sizes)])
    by_chance = np.concatenate([[False], nodes.mover[parent[1:]] == CHANCE])
    chance = np.ones(len(nodes.mover))
    chance[by_chance] = nodes.odds
    first_choice = np.concatenate([[0], np.cumsum([len(options) for options in sets.actions])])
    last = _last_choices(len(game.roles), nodes, parent, first_child, levels, first_choice)
    reach = chance.copy()
    for before, start, stop in zip(levels[:-2], levels[1:-1], levels[2:], strict=True):
        reach[start:stop] *= np.repeat(reach[before:start], nodes.arity[before:start])
    ends = np.flatnonzero(nodes.mover == OVER)
    decided = np.flatnonzero(nodes.mover >= 0)
    own = last[nodes.mover[decided], decided]
    set_parent = np.full(len(sets.keys), -1)
    set_parent[nodes.set_of[decided]] = own
    if (set_parent[nodes.set_of[decided]] != own).any():
        raise ValueError(f"{game.name}: somebody forgets what it did: no perfect recall")
    return Tree(
        game=game,
        mover=nodes.mover,
        arity=nodes.arity,
        first_child=first_child,
        parent=parent,
        levels=levels,
        chance=chance,
        set_of=nodes.set_of,
        ends=ends,
        payoffs=nodes.payoffs,
        end_chance=reach[ends],
        end_choice=last[:, ends],
        keys=tuple(sets.keys),
        actions=tuple(sets.actions),
        owner=np.array(sets.owners, dtype=np.int64),
        depth=np.array(sets.depths, dtype=np.int64),
        first_choice=first_choice,
        set_parent=set_parent,
    )


def _last_choices(
    players: int, nodes: _Nodes, parent: Ints, first_child: Ints, levels: Ints, first_choice: Ints
) -> Ints:
    """Each player's last choice on the way to each node, -1 for none: [players, nodes]."""
    above = parent[1:]
    mover = nodes.mover[above]  # who has just moved, of each node but the root
    choice = first_choice[nodes.set_of[above]] + np.arange(1, len(parent)) - first_child[above]
    last = np.full((players, len(parent)), -1)
    bounds = zip(levels[:-2], levels[1:-1], levels[2:], strict=True)
    for before, start, stop in bounds:
        arity = nodes.arity[before:start]
        moved, chosen = mover[start - 1 : stop - 1], choice[start - 1 : stop - 1]
        for player in range(players):
            kept = np.repeat(last[player, before:start], arity)
            last[player, start:stop] = np.where(moved == player, chosen, kept)
    return last
