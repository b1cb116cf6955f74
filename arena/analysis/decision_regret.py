"""Regret of single decisions against equilibrium play, in games of private deals and open play.

The loss of a decision is what the best choice in its information set would have been worth more, as
in `ratings.regret`; sets to which equilibrium opponents never lead have none.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from agents.core.solutions import solved
from games import BadInput, Game
from games.core.dealt import Private
from games.core.outcomes import Outcome
from games.core.solution import ITERATIONS, method
from games.core.solve import worths
from games.core.tree import build
from games.core.types import Action

REGRET = "regret"


class Regrets:
    """Regrets of the decisions of one game, in points.

    Args:
        stage: the rules of one round.
    """

    def __init__(self, stage: Game[Any]) -> None:
        self._stage = stage

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Regret, if the game can be solved."""
        if not self._losses:
            return ()
        most = max(loss for losses in self._losses.values() for loss in losses.values())
        return (Outcome(REGRET, 0, most, yes_no=False),)

    def of(
        self, place: str, action: Action | None, p: Mapping[Action, float] | None = None
    ) -> Iterator[tuple[float | None, float | None]]:
        """The loss of an action, None if none was taken; nothing where it is not known.

        Args:
            place: name of the information set.
            action: the action taken.
            p: probabilities of all options, if they are known.

        Yields:
            The loss and None; or the expected loss and the expected square of it.
        """
        if (losses := self._losses.get(place)) is None:
            return
        if p is None:
            yield None if action is None else losses[action], None
            return
        mean, square = (sum(q * losses[a] ** power for a, q in p.items()) for power in (1, 2))
        yield mean, square

    @cached_property
    def _losses(self) -> dict[str, dict[Action, float]]:
        """Losses of all actions by information set; empty if the game cannot be solved."""
        if not isinstance(self._stage, Private):
            return {}
        try:
            method(self._stage)
            tree = build(self._stage)
        except BadInput:  # of another kind than can be solved, or too large
            return {}
        policy = solved(self._stage, ITERATIONS)
        worth = worths(tree, tree.array(policy))
        known = np.nan_to_num(worth, nan=-np.inf)
        best = tree.spread(np.maximum.reduceat(known, tree.first_choice[:-1]))
        loss = iter((best - worth).tolist())
        every = {
            name: dict(zip(options, loss, strict=False))
            for name, options in zip(tree.keys, tree.actions, strict=True)
        }
        return {
            name: losses
            for name, losses in every.items()
            if not np.isnan(list(losses.values())).any()
        }
