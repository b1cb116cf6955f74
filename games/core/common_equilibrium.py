"""Symmetric equilibria: what everybody plays in a game in which all players are alike."""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from games.core.types import Action


class CommonEquilibrium(NamedTuple):
    """An equilibrium in which all players play the same.

    Args:
        odds: probability of each action; actions left out have none.
        value: points that each player expects.
        gain: points that a player gains by the best other action; 0 if the equilibrium is exact.
    """

    odds: Mapping[Action, Fraction | float]
    value: Fraction | float
    gain: float = 0.0
