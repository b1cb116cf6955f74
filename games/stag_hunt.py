"""Stag hunt: to hunt the stag pays most if both do, and a hare is safer.

Source: Rousseau (1755), Discourse on Inequality, part 2; Skyrms (2004), The Stag Hunt and the
Evolution of Social Structure, chapter 1. The default numbers are game R of Battalio, Samuelson and
Van Huyck (2001), Optimization incentives and coordination failure in laboratory stag hunt games,
Econometrica 69, 749 to 764: the stag is payoff dominant, the hare risk dominant.
"""

from dataclasses import dataclass
from types import MappingProxyType

from games.core.measures import Measure
from games.core.symmetric import Symmetric


@dataclass(frozen=True)
class StagHunt(Symmetric):
    """Two players hunt the stag or a hare at the same time.

    Args:
        temptation: points for a hare while the other hunts the stag (T).
        reward: points for hunting the stag together (R).
        punishment: points for a hare each (P).
        sucker: points for hunting the stag alone (S).

    Raises:
        BadInput: a payoff is not a whole number, or not R > T and R > P > S.
    """

    temptation: int = 40
    reward: int = 45
    punishment: int = 20
    sucker: int = 0

    name = "stag_hunt"
    version = 1
    family = "coordination"
    options = ("stag", "hare")
    order = ("reward > temptation", "reward > punishment > sucker")
    counted = "stag"
    measures = (Measure("stag_hunting", rounds=(0, 0)),)
    presets = MappingProxyType(
        {
            # Battalio et al. (2001): one mixed equilibrium, 4/5, and incentives of three sizes.
            "battalio_2r": {"temptation": 35, "reward": 45, "punishment": 40, "sucker": 0},
            "battalio_r": {"temptation": 40, "reward": 45, "punishment": 20, "sucker": 0},
            "battalio_06r": {"temptation": 42, "reward": 45, "punishment": 12, "sucker": 0},
            # Cooper, DeJong, Forsythe and Ross (1992), Quarterly Journal of Economics 107.
            "cooper": {"temptation": 800, "reward": 1000, "punishment": 800, "sucker": 0},
            # Lanctot et al. (2019), OpenSpiel, its matrix_sh.
            "openspiel": {"temptation": 1, "reward": 2, "punishment": 1, "sucker": 0},
        }
    )


GAME = StagHunt
