"""Dyadic game: two players cooperate or defect, whatever the temptation and the sucker's payoff.

Depending on these, it is a prisoner's dilemma, chicken, a stag hunt, or a harmony game, in which to
cooperate is best. Under one name and in the same words they can be compared with each other.

Source: Poncela-Casasnovas et al. (2016), Humans display a reduced set of consistent behavioral
phenotypes in dyadic games, Science Advances 2, e1600451: 121 games, with R = 10, P = 5, T from 5 to
15 and S from 0 to 10. The default is the one in the middle of their prisoner's dilemmas.
"""

from dataclasses import dataclass

from games.core.measures import Measure
from games.core.symmetric import Symmetric


@dataclass(frozen=True)
class DyadicGame(Symmetric):
    """Two players cooperate or defect at the same time.

    Args:
        temptation: points for defecting against a cooperator (T).
        reward: points for mutual cooperation (R).
        punishment: points for mutual defection (P).
        sucker: points for cooperating against a defector (S).

    Raises:
        BadInput: a payoff is not a whole number, or not R > P.
    """

    temptation: int = 13
    reward: int = 10
    punishment: int = 5
    sucker: int = 2

    name = "dyadic_game"
    version = 1
    family = "social dilemmas"
    options = ("cooperate", "defect")
    order = ("reward > punishment",)
    counted = "cooperate"
    measures = (Measure("dyadic_cooperation", rounds=(0, 0)),)

    @property
    def quadrant(self) -> str:
        """Which game it is; on the borders, where T = R or S = P, the one with the larger side.

        Source: Poncela-Casasnovas et al. (2016), figure 1.
        """
        if self.temptation > self.reward:
            return "chicken" if self.sucker > self.punishment else "prisoner's dilemma"
        return "harmony" if self.sucker > self.punishment else "stag hunt"

    def remarks(self) -> tuple[str, ...]:
        """Which of the four games it is."""
        return (f"T and S make it: {self.quadrant}.",)


GAME = DyadicGame
