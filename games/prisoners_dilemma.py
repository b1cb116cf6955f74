"""The prisoner's dilemma: defecting is better whatever the other does, yet both lose by it.

Source: Rapoport and Chammah (1965), Prisoner's Dilemma, chapter 1: the names and the order of the
four payoffs. The default numbers are those of Axelrod (1984), The Evolution of Cooperation, page 8.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from types import MappingProxyType

from games.core.errors import BadInput
from games.core.matrix import Bimatrix, MatrixState
from games.core.measures import Draw, Measure, Measured
from games.core.outcomes import Due, Outcome
from games.core.types import Action, Event, Observation, Payoff, Player


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
    family = "social dilemmas"
    options = ("cooperate", "defect")
    situations = ("CC", "CD", "DC", "DD")
    measures = (
        Measure("cooperation", rounds=(0, 0)),
        Measure("first_cooperation", of="cooperation", rounds=(1, 1)),
        Measure("overall_cooperation", of="cooperation", rounds=(1, inf)),
        Measure("cooperation_by_round", of="cooperation", rounds=(1, inf), x="round"),
        Measure("cooperation_after", of="cooperation", rounds=(2, inf), x="outcome"),
        Measure("strategies", of="cooperation", rounds=(1, inf)),
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

    def measured(self, made: Mapping[Player, Sequence[Action]]) -> Iterator[Measured]:
        """Cooperation, with the outcome of the round before."""
        for player, own in made.items():
            other = made[1 - player]
            for turn, action in enumerate(own):
                before = _outcome(own[turn - 1], other[turn - 1]) if turn else None
                yield Measured(player, turn, "cooperation", float(action == "cooperate"), before)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Cooperation."""
        return (Outcome("cooperation", by_round=True),)

    def due(self, state: MatrixState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:  # noqa: ARG002
        """Cooperation of either player."""
        for player, action in moves.items():
            value = None if action is None else float(action == "cooperate")
            yield Due(player, "cooperation", value)

    def situation(self, seen: Sequence[Event]) -> str:
        """Both moves of the last round, the own move first."""
        played = [event.facts for event in seen if event.kind == "played"]
        return _outcome(played[-1]["own"], played[-1]["other"]) if played else ""

    def needed(self, *, repeated: bool) -> tuple[tuple[str, ...], ...]:
        """Cooperation; of a repeated game, in its first round."""
        return (("first_cooperation", "cooperation_by_round") if repeated else ("cooperation",),)

    @staticmethod
    def draws(seen: Observation) -> tuple[Draw, ...]:
        """Cooperation once; in the first round; after the outcome of the round before; by round."""
        if not {"rounds", "continuation"} & seen.facts.keys():
            return (_draw("cooperation"),)
        played = [event.facts for event in seen.events if event.kind == "played"]
        by_round = _draw("cooperation_by_round", len(played) + 1)
        if not played:
            return _draw("first_cooperation"), by_round
        last = _outcome(played[-1]["own"], played[-1]["other"])
        return _draw("cooperation_after", last), by_round

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


def _outcome(own: object, other: object) -> str:
    """A round, own move first: CC, CD, DC or DD."""
    return "".join("C" if action == "cooperate" else "D" for action in (own, other))


def _draw(measure: str, x: int | str = 1) -> Draw:
    return Draw(measure, x, ("cooperate", "defect"), "cooperation")


GAME = PrisonersDilemma
