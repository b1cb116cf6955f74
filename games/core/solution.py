"""Which method solves which game, and what a solution says."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from games.core import exact
from games.core.errors import BadInput
from games.core.game import Game
from games.core.policy import Policy
from games.core.solve import cfr_plus, expected_payoffs, exploitability
from games.core.tree import Tree, build

ITERATIONS = 1_000
"""Of CFR+, unless somebody asks for another number."""

VERSION = 1
"""Rises whenever a solution may come out differently: part of the name of what is cached."""


@dataclass(frozen=True)
class Solution:
    """An equilibrium of a game, exact or approximate.

    Args:
        method: how it was found.
        policy: what is played in each information set.
        values: points that each player expects, exact where the method is.
        exploitability: points that a player gains on average by the best response to the others;
            0 in an exact equilibrium.
        equilibria: of a 2x2 game, all that were found; the policy is one of them.
    """

    method: str
    policy: Policy
    values: tuple[Fraction | float, ...]
    exploitability: float
    equilibria: Sequence[exact.Equilibrium] = ()


def solve(game: Game[Any], iterations: int = ITERATIONS) -> Solution:
    """An equilibrium of any solvable game: 2x2, of perfect information, or two-player zero-sum.

    Args:
        game: the rules.
        iterations: of CFR+, where that is the method.

    Raises:
        BadInput: the game is of another kind, or its tree is too large.
    """
    if exact.two_by_two(game):
        found = exact.equilibria(game)
        played = exact.selected(found)
        return _measured(game, "closed form", exact.as_policy(game, played), played.points, found)
    tree = build(game)
    if tree.perfect_information:
        policy, points = exact.backward_induction(game)
        return _measured(game, "backward induction", policy, points, tree=tree)
    if len(game.roles) != 2 or not game.zero_sum:  # noqa: PLR2004
        kinds = "neither 2x2, nor of perfect information, nor two-player zero-sum"
        raise BadInput(f"{game.name} cannot be solved: it is {kinds}")
    average = cfr_plus(tree, iterations)
    method = f"CFR+, {iterations} iterations"
    values = tuple(expected_payoffs(tree, average).tolist())
    return Solution(method, tree.table(average), values, exploitability(tree, average))


def _measured(
    game: Game[Any],
    method: str,
    policy: Policy,
    values: tuple[Fraction, ...],
    equilibria: Sequence[exact.Equilibrium] = (),
    tree: Tree | None = None,
) -> Solution:
    """An exact solution; its exploitability is measured all the same."""
    tree = tree or build(game)
    left = max(0.0, exploitability(tree, tree.array(policy)))
    return Solution(method, policy, values, left, equilibria)
