"""Equilibrium play of Kuhn poker, in closed form.

Source: Kuhn (1950), A simplified two-person poker, Contributions to the Theory of Games I, 97 to
103: all equilibria of the first player form a family with one parameter, the second player's is
unique. The value is -1/18 for the first player.
"""

from random import Random
from typing import Any

from pydantic import Field

from agents.core.spec import Scripted
from games import BadInput, Game
from games.core.repeated import Repeated
from games.core.types import Observation
from games.kuhn_poker import KuhnPoker


class Equilibrium(Scripted):
    """Cannot be exploited, and does not exploit."""

    alpha: float = Field(1 / 3, ge=0, le=1 / 3)
    """How often the first player bluffs with the Jack."""

    def check(self, game: Game[Any]) -> None:
        """Only Kuhn poker with ante 1 and bet 1, once or repeatedly."""
        stage = game.stage if isinstance(game, Repeated) else game
        if not (isinstance(stage, KuhnPoker) and stage.ante == stage.bet == 1):
            raise BadInput(f"equilibrium knows kuhn_poker with ante 1 and bet 1, not {game.name}")

    def act(self, seen: Observation, rng: Random) -> str:
        """Bet or call with the equilibrium's probability."""
        card, moves = "", list[str]()
        for event in seen.events:
            if event.kind == "dealt":
                card, moves = str(event.facts["card"]), []
            elif event.kind == "moved":
                moves.append(str(event.facts["action"]))
        assert seen.space is not None
        aggressive = rng.random() < self.policy()[card, tuple(moves)]
        if "call" in seen.space:
            return "call" if aggressive else "fold"
        return "bet" if aggressive else "check"

    def policy(self) -> dict[tuple[str, tuple[str, ...]], float]:
        """Probability of betting or calling, by card and moves of the hand so far."""
        return {
            ("J", ()): self.alpha,
            ("Q", ()): 0,
            ("K", ()): 3 * self.alpha,
            ("J", ("check", "bet")): 0,
            ("Q", ("check", "bet")): self.alpha + 1 / 3,
            ("K", ("check", "bet")): 1,
            ("J", ("check",)): 1 / 3,
            ("Q", ("check",)): 0,
            ("K", ("check",)): 1,
            ("J", ("bet",)): 0,
            ("Q", ("bet",)): 1 / 3,
            ("K", ("bet",)): 1,
        }


AGENT = Equilibrium
