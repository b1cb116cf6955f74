"""Equilibrium play of any game that can be solved.

Kuhn poker for two with ante 1 and bet 1 is played in closed form: all equilibria of the first
player form a family with one parameter, the second player's is unique, and the value is -1/18 for
the first player. Other games are solved once, and the solution is kept on disk.

Source: Kuhn (1950), A simplified two-person poker, Contributions to the Theory of Games I, 97 to
103. The methods for other games are those of `games.core.solution`.
"""

from typing import Any

from pydantic import Field

from agents.core.solutions import solved
from agents.core.strategies.policy_table import TableAgent
from games import BadInput, Game
from games.core.policy import Policy
from games.core.repeated import stage_of
from games.core.solution import ITERATIONS, method
from games.kuhn_poker import KuhnPoker

_ALPHAS = tuple(at / 30 for at in range(11))


class Equilibrium(TableAgent):
    """Cannot be exploited, and does not exploit."""

    alpha: float | None = Field(None, ge=0, le=1 / 3)
    """Probability that the first player of Kuhn poker bluffs with the Jack; 1/3 if not given."""

    iterations: int = Field(ITERATIONS, ge=1)
    """Number of iterations of CFR+, in games that are solved by it."""

    def check(self, game: Game[Any]) -> None:
        """Refuse games that cannot be solved; alpha is for the closed form only."""
        stage = stage_of(game)
        if stage == KuhnPoker():
            return
        if self.alpha is not None:
            raise BadInput(
                "equilibrium: alpha belongs to kuhn_poker with ante 1, bet 1 and two players, "
                f"not to {stage}"
            )
        method(stage)

    def table(self, stage: Game[Any]) -> Policy:
        """The closed form if there is one, otherwise the computed solution."""
        if stage == KuhnPoker():
            return kuhn(1 / 3 if self.alpha is None else self.alpha)
        return solved(stage, self.iterations)


def kuhn(alpha: float) -> Policy:
    """The equilibrium of Kuhn poker in which the first player bets the Jack with `alpha`."""
    bets = {
        "first: dealt J;": alpha,
        "first: dealt Q;": 0.0,
        "first: dealt K;": 3 * alpha,
        "second: dealt J; moved 0 check;": 1 / 3,
        "second: dealt Q; moved 0 check;": 0.0,
        "second: dealt K; moved 0 check;": 1.0,
    }
    calls = {
        "first: dealt J; moved 0 check; moved 1 bet;": 0.0,
        "first: dealt Q; moved 0 check; moved 1 bet;": alpha + 1 / 3,
        "first: dealt K; moved 0 check; moved 1 bet;": 1.0,
        "second: dealt J; moved 0 bet;": 0.0,
        "second: dealt Q; moved 0 bet;": 1 / 3,
        "second: dealt K; moved 0 bet;": 1.0,
    }
    policy: Policy = {name: {"check": 1 - p, "bet": p} for name, p in bets.items()}
    return policy | {name: {"fold": 1 - p, "call": p} for name, p in calls.items()}


def family(stage: Game[Any] | None) -> dict[float, Policy]:
    """Members of the family of equilibria of a game, by its parameter; empty if none is known.

    Of Kuhn poker, equilibria by alpha, in steps of 1/30; every other equilibrium lies between two.
    """
    return {alpha: kuhn(alpha) for alpha in _ALPHAS} if stage == KuhnPoker() else {}


AGENT = Equilibrium
