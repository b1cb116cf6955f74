"""Zero-determinant extortion: its surplus over P is a multiple of the other's, for every opponent.

Source: Press and Dyson (2012), Iterated Prisoner's Dilemma contains strategies that dominate any
evolutionary opponent, PNAS 109, 10409 to 10413, section "Extortionate strategies". The first move,
which the source leaves open, is cooperation.
"""

from fractions import Fraction
from typing import Any

from pydantic import Field

from agents.core.spec import Points
from agents.core.strategies.machine import MachineAgent, dilemma
from games import BadInput, Game
from games.core.machines import Machine, memory_one


class ZeroDeterminant(MachineAgent):
    """Enforces own payoff - P = chi (other's payoff - P) in the long run."""

    chi: float = Field(3, ge=1, le=1_000_000)
    """Extortion factor; 1 is fair."""

    phi: float | None = Field(None, gt=0)
    """Strength of the reaction; None is half of the largest possible value, as in the source."""

    def check(self, game: Game[Any]) -> None:
        """Refuse games other than a prisoner's dilemma, and a phi that gives no probabilities."""
        stage = dilemma("zero_determinant", game)
        points = (stage.reward, stage.sucker, stage.temptation, stage.punishment)
        if self.phi is not None and not self.phi <= (most := self._most(points)):
            raise BadInput(f"zero_determinant: phi must be at most {most:.6g}, not {self.phi}")

    def machine_for(self, points: Points, /) -> Machine:
        """The four probabilities of the source."""
        r, s, t, p = points
        phi = self._most(points) / 2 if self.phi is None else self.phi
        gain, loss = float(Fraction(r - p) / (p - s)), float(Fraction(t - p) / (p - s))
        exact = (
            1 - phi * (self.chi - 1) * gain,
            1 - phi * (1 + self.chi * loss),
            phi * (self.chi + loss),
            0.0,
        )
        # At the largest phi, rounding may put a probability a hair outside.
        first, second, third, fourth = (min(1.0, max(0.0, value)) for value in exact)
        return memory_one(1, (first, second, third, fourth))

    def _most(self, points: Points) -> float:
        """The largest phi for which all four are probabilities.

        The source states the first bound, of the second probability; where T - P < P - S, the third
        one binds.
        """
        _, s, t, p = points
        second = (p - s) / (p - s + self.chi * (t - p))
        third = (p - s) / (self.chi * (p - s) + t - p)
        return float(min(second, third))


AGENT = ZeroDeterminant
