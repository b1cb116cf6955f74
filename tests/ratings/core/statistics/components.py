"""Simulated decisions whose components of variance are known."""

from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pandas as pd

from ratings.core.statistics.bootstrap import Floats
from ratings.core.statistics.variance import AGAIN

FACTORS = ("wording", "order", "event", "seat", "opponent")
ARMS = ("none", "anger", "fear")


@dataclass(frozen=True)
class World:
    """Where decisions come from.

    Args:
        name: of the world.
        parts: variance of each factor of FACTORS, and of AGAIN; a factor without one is null.
        yes_no: whether decisions are 0 or 1; then the variance of AGAIN follows.
        wordings: in each of two blocks, one for each direction of the order.
        levels: of the factors that are no sample.
    """

    name: str
    parts: dict[str, float]
    yes_no: bool = False
    wordings: int = 12
    levels: dict[str, int] = field(
        default_factory=lambda: {"order": 2, "event": 3, "seat": 2, "opponent": 4}
    )

    def shares(self) -> dict[str, float]:
        """The true shares. Events concern two arms of three."""
        parts = {name: self.parts.get(name, 0.0) for name in FACTORS}
        parts["event"] *= 2 / 3
        again = self.parts.get(AGAIN, 0.0)
        if self.yes_no:
            means = np.array([_mean(arm) for arm in ARMS])
            again = float((means * (1 - means)).mean()) - sum(parts.values())
        total = sum(parts.values()) + again
        return {name: part / total for name, part in {**parts, AGAIN: again}.items()}

    def decisions(self, seed: int) -> pd.DataFrame:
        """One study: columns FACTORS, treatment and value."""
        rng = np.random.default_rng(seed)
        blocks = range(2 * self.wordings)
        rest = (range(self.levels["seat"]), range(self.levels["opponent"]), ARMS)
        rows = pd.DataFrame(
            product(blocks, *rest), columns=["wording", "seat", "opponent", "treatment"]
        )
        rows["order"] = rows["wording"] % self.levels["order"]
        number = rows["wording"] // 2 % self.levels["event"]
        told = rows["treatment"] != "none"
        rows["event"] = (rows["treatment"] + " " + number.astype(str)).where(told)
        mean = np.array([_mean(arm) for arm in rows["treatment"]])
        spread = np.sqrt(3 * self.parts.get("wording", 0.0))
        mean += rng.uniform(-spread, spread, len(blocks))[rows["wording"]]
        for name, at in (
            ("order", rows["order"]),
            ("seat", rows["seat"]),
            ("opponent", rows["opponent"]),
        ):
            mean += self._fixed(name)[at]
        mean += np.where(told, self._fixed("event")[number], 0)
        if self.yes_no:
            assert mean.min() >= 0
            assert mean.max() <= 1
            return rows.assign(value=(rng.random(len(mean)) < mean).astype(float))
        return rows.assign(value=mean + rng.normal(0, np.sqrt(self.parts[AGAIN]), len(mean)))

    def _fixed(self, name: str) -> Floats:
        """Effects of levels that are all there are, with exactly this variance over them."""
        count = self.levels[name]
        if count == 1:
            return np.zeros(1)
        spread = np.arange(count) - (count - 1) / 2
        return np.asarray(spread / spread.std() * np.sqrt(self.parts.get(name, 0.0)))


def _mean(arm: str) -> float:
    return {"none": 0.52, "anger": 0.48, "fear": 0.5}[arm]
