"""Level k: guesses as one who thinks k steps ahead of somebody who guesses at random.

Level 0 guesses any number; level k guesses as if all others were level k - 1: the middle of the
numbers, or later the last average, times the factor to the power of k.

Source: Nagel (1995), Unraveling in guessing games: an experimental study, American Economic Review
85, 1313 to 1326.
"""

from fractions import Fraction
from random import Random
from typing import Any

from pydantic import Field

from agents.core.spec import Scripted
from games import BadInput, Game
from games.core.repeated import stage_of
from games.core.types import Observation
from games.guess_two_thirds import GuessTwoThirds


class LevelK(Scripted):
    """Plays the guessing game at one level of reasoning."""

    level: int = Field(1, ge=0)
    """Steps of reasoning; 0 draws any number."""
    noise: float = Field(0, ge=0)
    """Standard deviation of what is added to the number, before it is rounded."""

    def check(self, game: Game[Any]) -> None:
        """The guessing game alone, once or repeatedly."""
        if not isinstance(stage_of(game), GuessTwoThirds):
            raise BadInput(f"level_k guesses in guess_two_thirds and cannot play {game.name}")

    def act(self, seen: Observation, rng: Random) -> int:
        """The number."""
        highest = int(seen.facts["highest"])  # type: ignore[arg-type]
        if self.level == 0:
            return rng.randint(0, highest)
        told = [event.facts["average"] for event in seen.events if event.kind == "average"]
        before = Fraction(told[-1]) if told else Fraction(highest, 2)  # type: ignore[arg-type]
        factor = Fraction(seen.facts["factor"])  # type: ignore[arg-type]
        exact = float(before * factor**self.level) + rng.gauss(0, self.noise)
        return min(max(round(exact), 0), highest)


AGENT = LevelK
