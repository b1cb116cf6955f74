"""Chicken: to dare pays against one who swerves, and ruins both if both dare.

Also called snowdrift or hawk-dove.

Source: Rapoport and Chammah (1966), The game of chicken, American Behavioral Scientist 10, 10 to
28. The default numbers are those of Aumann (1974), Subjectivity and correlation in randomized
strategies, Journal of Mathematical Economics 1, 67 to 96.
"""

from dataclasses import dataclass
from types import MappingProxyType

from games.core.measures import Measure
from games.core.symmetric import Symmetric


@dataclass(frozen=True)
class Chicken(Symmetric):
    """Two players swerve or dare at the same time.

    Args:
        temptation: points for daring while the other swerves (T).
        reward: points for swerving both (R).
        punishment: points for daring both (P).
        sucker: points for swerving while the other dares (S).

    Raises:
        BadInput: a payoff is not a whole number, or not T > R > S > P.
    """

    temptation: int = 7
    reward: int = 6
    punishment: int = 0
    sucker: int = 2

    name = "chicken"
    version = 1
    family = "social dilemmas"
    options = ("swerve", "dare")
    order = ("temptation > reward > sucker > punishment",)
    counted = "dare"
    measures = (Measure("daring", rounds=(0, 0)),)
    presets = MappingProxyType(
        {
            "aumann": {"temptation": 7, "reward": 6, "punishment": 0, "sucker": 2},
            # Lanctot et al. (2019), OpenSpiel, its matrix_cd.
            "openspiel": {"temptation": 4, "reward": 3, "punishment": 0, "sucker": 1},
        }
    )


GAME = Chicken
