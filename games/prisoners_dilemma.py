"""The prisoner's dilemma: defecting is better whatever the other does, yet both lose by it.

Source: Rapoport and Chammah (1965), Prisoner's Dilemma, chapter 1: the names and the order of the
four payoffs. The default numbers are those of Axelrod (1984), The Evolution of Cooperation, page 8.
"""

from dataclasses import dataclass
from types import MappingProxyType

from games.core.errors import BadInput
from games.core.matrix import Bimatrix
from games.core.types import Payoff


@dataclass(frozen=True)
class PrisonersDilemma(Bimatrix):
    """Two players cooperate or defect at the same time.

    Args:
        temptation: points for defecting against a cooperator (T).
        reward: points for mutual cooperation (R).
        punishment: points for mutual defection (P).
        sucker: points for cooperating against a defector (S).

    Raises:
        BadInput: a payoff is not a whole number, or not T > R > P > S.
    """

    temptation: int = 5
    reward: int = 3
    punishment: int = 1
    sucker: int = 0

    name = "prisoners_dilemma"
    version = 1
    options = ("cooperate", "defect")
    presets = MappingProxyType(
        {
            # Mozikov et al. (2024), EAI: Emotional Decision-Making of LLMs, its code's rewards.
            "eai": {"temptation": 4, "reward": 3, "punishment": 2, "sucker": 1},
            "axelrod": {"temptation": 5, "reward": 3, "punishment": 1, "sucker": 0},
            # Lanctot et al. (2019), OpenSpiel, its python_iterated_prisoners_dilemma.
            "openspiel": {"temptation": 10, "reward": 5, "punishment": 1, "sucker": 0},
        }
    )

    def __post_init__(self) -> None:
        """Check the order that makes it a dilemma."""
        values = (self.temptation, self.reward, self.punishment, self.sucker)
        for key, value in zip(
            ("temptation", "reward", "punishment", "sucker"), values, strict=True
        ):
            if type(value) is not int:
                raise BadInput(f"prisoners_dilemma: {key} must be a whole number, not {value!r}")
        if not self.temptation > self.reward > self.punishment > self.sucker:
            stated = "temptation {} > reward {} > punishment {} > sucker {}".format(*values)
            raise BadInput(f"prisoners_dilemma: payoffs must fall in this order: {stated}")

    @property
    def rewards_steady_cooperation(self) -> bool:
        """Whether 2 R > T + S: mutual cooperation earns more than taking turns at exploiting.

        A repeated prisoner's dilemma often requires it, a single one does not; here it is reported.
        Source: Axelrod (1984), page 10.
        """
        return 2 * self.reward > self.temptation + self.sucker

    def remarks(self) -> tuple[str, ...]:
        """Whether steady cooperation pays more than turns."""
        if self.rewards_steady_cooperation:
            return ("2R > T + S: to cooperate steadily pays more than to exploit in turns.",)
        return ("2R <= T + S: to exploit in turns pays no less than to cooperate steadily.",)

    def cell(self, first: str, second: str) -> tuple[Payoff, Payoff]:
        """R, R or P, P when both do the same; T for the defector and S for the cooperator."""
        if first == second:
            both = self.reward if first == "cooperate" else self.punishment
            return both, both
        if first == "defect":
            return self.temptation, self.sucker
        return self.sucker, self.temptation


GAME = PrisonersDilemma
