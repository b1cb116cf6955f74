"""Human cooperation as a function of the payoffs T, R, P and S: a formula, and a map of games."""

from collections.abc import Mapping
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

_KEYS = ("temptation", "reward", "punishment", "sucker")


def mengel(formula: Mapping[str, float], game: Mapping[str, float]) -> float:
    """Cooperation that a linear formula of three indices of the payoffs predicts, within 0 and 1.

    Source: Mengel (2018), Economic Journal 128: the indices.

    >>> terms = {"constant": 0.455, "risk": -0.269, "temptation": -0.055, "efficiency": 0.308}
    >>> axelrod = {"temptation": 5, "reward": 3, "punishment": 1, "sucker": 0}
    >>> round(mengel(terms, axelrod), 3)
    0.369
    """
    t, r, p, s = (game[key] for key in _KEYS)
    indices = {"constant": 1.0, "risk": (p - s) / p, "temptation": (t - r) / t}
    indices["efficiency"] = (r - p) / r
    return float(np.clip(sum(formula[key] * indices[key] for key in indices), 0, 1))


class PayoffMap(BaseModel):
    """Cooperation in games whose reward and punishment are fixed and whose T and S vary.

    Attributes:
        reward: of both who cooperate.
        punishment: of both who defect, below the reward.
        temptation: [columns] rising.
        sucker: [rows] falling.
        rates: [rows, columns] probability of cooperating.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    reward: float
    punishment: float
    temptation: tuple[float, ...]
    sucker: tuple[float, ...]
    rates: tuple[tuple[float, ...], ...]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.punishment >= self.reward:
            raise ValueError("the punishment must lie below the reward")
        if list(self.temptation) != sorted(set(self.temptation)):
            raise ValueError("temptation must rise")
        if list(self.sucker) != sorted(set(self.sucker), reverse=True):
            raise ValueError("sucker must fall")
        shape = (len(self.sucker), len(self.temptation))
        if {len(row) for row in self.rates} != {shape[1]} or len(self.rates) != shape[0]:
            raise ValueError(f"rates must have {shape[0]} rows of {shape[1]}")
        if not all(0 <= rate <= 1 for row in self.rates for rate in row):
            raise ValueError("a probability is below 0 or above 1")
        return self

    def at(self, game: Mapping[str, float]) -> float:
        """Cooperation at a game's payoffs, between four games by bilinear interpolation.

        Payoffs in other units, or with a constant added, are the same payoffs. NaN outside the map.
        """
        t, r, p, s = (float(game[key]) for key in _KEYS)
        unit = (self.reward - self.punishment) / (r - p)
        t, s = (self.punishment + (value - p) * unit for value in (t, s))
        suckers, rates = np.array(self.sucker[::-1]), np.array(self.rates)[::-1]
        rows = [np.interp(t, self.temptation, row, np.nan, np.nan) for row in rates]
        return float(np.interp(s, suckers, rows, np.nan, np.nan))
