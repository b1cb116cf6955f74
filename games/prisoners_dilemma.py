"""The prisoner's dilemma: defecting is better whatever the other does, yet both lose by it.

Source: Rapoport and Chammah (1965), Prisoner's Dilemma, chapter 1: the names and the order of the
four payoffs. The default numbers are those of Axelrod (1984), The Evolution of Cooperation, page 8.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from types import MappingProxyType

from games.core.measures import Draw, Measure, Measured
from games.core.symmetric import Symmetric
from games.core.types import Action, Event, Observation, Player


@dataclass(frozen=True)
class PrisonersDilemma(Symmetric):
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
    family = "social dilemmas"
    options = ("cooperate", "defect")
    order = ("temptation > reward > punishment > sucker",)
    counted = "cooperate"
    situations = ("CC", "CD", "DC", "DD")
    measures = (
        Measure("cooperation", rounds=(0, 0)),
        Measure("first_cooperation", of="cooperation", rounds=(1, 1)),
        Measure("overall_cooperation", of="cooperation", rounds=(1, inf)),
        Measure("cooperation_by_round", of="cooperation", rounds=(1, inf), x="round"),
        Measure("cooperation_after", of="cooperation", rounds=(2, inf), x="outcome"),
        Measure("strategies", of="cooperation", rounds=(1, inf), estimated=True),
    )
    presets = MappingProxyType(
        {
            # Mozikov et al. (2024), EAI: Emotional Decision-Making of LLMs, its code's rewards.
            "eai": {"temptation": 4, "reward": 3, "punishment": 2, "sucker": 1},
            "axelrod": {"temptation": 5, "reward": 3, "punishment": 1, "sucker": 0},
            # Lanctot et al. (2019), OpenSpiel, its python_iterated_prisoners_dilemma.
            "openspiel": {"temptation": 10, "reward": 5, "punishment": 1, "sucker": 0},
        }
    )

    @property
    def rewards_steady_cooperation(self) -> bool:
        """Whether 2 R > T + S: mutual cooperation earns more than taking turns at exploiting.

        A repeated prisoner's dilemma often requires it, a single one does not; here it is reported.
        Source: Axelrod (1984), page 10.
        """
        return 2 * self.reward > self.temptation + self.sucker

    def measured(self, made: Mapping[Player, Sequence[Action]]) -> Iterator[Measured]:
        """Cooperation, with the outcome of the round before."""
        for player, own in made.items():
            other = made[1 - player]
            for turn, action in enumerate(own):
                before = _outcome(own[turn - 1], other[turn - 1]) if turn else None
                yield Measured(player, turn, "cooperation", self._counts(action), before)

    def situation(self, seen: Sequence[Event]) -> str:
        """Both moves of the last round, the own move first."""
        played = [event.facts for event in seen if event.kind == "played"]
        return _outcome(played[-1]["own"], played[-1]["other"]) if played else ""

    def needed(self, *, repeated: bool) -> tuple[tuple[str, ...], ...]:
        """Cooperation; of a repeated game, in its first round."""
        return (("first_cooperation", "cooperation_by_round") if repeated else ("cooperation",),)

    @classmethod
    def draws(cls, seen: Observation) -> tuple[Draw, ...]:
        """Cooperation once; in the first round; after the outcome of the round before; by round."""
        if not {"rounds", "continuation"} & seen.facts.keys():
            return (cls.draw("cooperation"),)
        played = [event.facts for event in seen.events if event.kind == "played"]
        by_round = cls.draw("cooperation_by_round", len(played) + 1)
        if not played:
            return cls.draw("first_cooperation"), by_round
        last = _outcome(played[-1]["own"], played[-1]["other"])
        return cls.draw("cooperation_after", last), by_round

    def remarks(self) -> tuple[str, ...]:
        """Whether steady cooperation pays more than turns."""
        if self.rewards_steady_cooperation:
            return ("2R > T + S: to cooperate steadily pays more than to exploit in turns.",)
        return ("2R <= T + S: to exploit in turns pays no less than to cooperate steadily.",)


def _outcome(own: object, other: object) -> str:
    """A round, own move first: CC, CD, DC or DD."""
    return "".join("C" if action == "cooperate" else "D" for action in (own, other))


GAME = PrisonersDilemma
