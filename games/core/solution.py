"""Which method solves which game, and what a solution says."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from games.core import closed_form
from games.core.errors import BadInput
from games.core.game import Game
from games.core.policy import Policy
from games.core.solve import cfr_plus, expected_payoffs, exploitability
from games.core.tree import build

ITERATIONS = 1_000
"""Of CFR+, unless somebody asks for another number."""

CLOSED_FORM, BACKWARD_INDUCTION, CFR_PLUS = "closed form", "backward induction", "CFR+"

_tree = lru_cache(maxsize=2)(build)

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
    equilibria: Sequence[closed_form.Equilibrium] = ()


def solve(game: Game[Any], iterations: int = ITERATIONS) -> Solution:
    """An equilibrium of any solvable game.

    That is one which states its own, is 2x2, of perfect information, or two-player zero-sum.

    Args:
        game: the rules.
        iterations: of CFR+, where that is the method.

    Raises:
        BadInput: the game is of another kind, or its tree is too large.
    """
    how = method(game)
    if (stated := game.equilibrium()) is not None:
        if stated.points is not None:
            return Solution(how, stated.policy, stated.points, stated.gain)
        tree = _tree(game)
        points = tuple(expected_payoffs(tree, tree.array(stated.policy)).tolist())
        return _measured(game, how, stated.policy, points)
    if how == CLOSED_FORM:
        equilibria = closed_form.equilibria(game)
        played = closed_form.selected(equilibria)
        policy = closed_form.as_policy(game, played)
        return _measured(game, how, policy, played.points, equilibria)
    if how == BACKWARD_INDUCTION:
        return _measured(game, how, *closed_form.backward_induction(game))
    tree = _tree(game)
    average = cfr_plus(tree, iterations)
    values = tuple(expected_payoffs(tree, average).tolist())
    left = exploitability(tree, average)
    return Solution(f"{how}, {iterations} iterations", tree.table(average), values, left)


def method(game: Game[Any]) -> str:
    """How a game is solved.

    Raises:
        BadInput: the game is of a kind that is not solved here, or its tree is too large.
    """
    if (stated := game.equilibrium()) is not None:
        return stated.method
    if closed_form.two_by_two(game):
        return CLOSED_FORM
    if _tree(game).perfect_information:
        return BACKWARD_INDUCTION
    if len(game.roles) == 2 and game.zero_sum:  # noqa: PLR2004
        return CFR_PLUS
    kinds = "neither 2x2, nor of perfect information, nor two-player zero-sum"
    raise BadInput(f"{game.name} cannot be solved: it is {kinds}")


def _measured(
    game: Game[Any],
    method: str,
    policy: Policy,
    values: tuple[Fraction | float, ...],
    equilibria: Sequence[closed_form.Equilibrium] = (),
) -> Solution:
    """An exact solution; its exploitability is measured all the same."""
    tree = _tree(game)
    left = max(0.0, exploitability(tree, tree.array(policy)))
    return Solution(method, policy, values, left, equilibria)
