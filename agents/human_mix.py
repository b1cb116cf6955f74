"""Human mix: each match, a conditional contributor, a free rider or a full contributor by chance.

Which it is shows in its first contribution: conditional contributors begin with less than nine
tenths of the endowment, full contributors with more. So it needs no memory.

Source: the shares are those of Kurzban and Houser (2005), Experiments investigating cooperative
types in humans, Proceedings of the National Academy of Sciences 102, 1803 to 1807: 63 per cent
reciprocators, 20 free riders, 13 cooperators, without the rest; recalled, not checked in print. The
mix as an opponent: Mozikov et al. (2024), EAI, NeurIPS 37.
"""

from random import Random
from typing import Any

from agents.core.strategies.contributing import (
    GENEROUS,
    SELFISH,
    Contributor,
    last_average,
    own_contributions,
    whole,
    within,
)
from games import BadInput, Game
from games.core.types import Observation

SHARES = {"conditional": 63, "free rider": 20, "full": 13}
"""Of 96 people who could be told to be one or another."""
_FIRST = {"conditional": (0.8, 0.89), "free rider": SELFISH, "full": (0.9, 1.0)}
_FEWEST = 10
"""Points of the endowment from which on first contributions tell the kinds apart."""


class HumanMix(Contributor):
    """One of three kinds in each match, as people are."""

    def check(self, game: Game[Any]) -> None:
        """Only public goods in which first contributions can tell the kinds apart."""
        super().check(game)
        endowment = whole(game.observe(game.initial_state(), 0).facts["endowment"])
        if endowment < _FEWEST:
            raise BadInput(f"human_mix needs an endowment of at least {_FEWEST}, not {endowment}")

    def share(self, seen: Observation, rng: Random) -> int:
        """As its kind does."""
        own = own_contributions(seen)
        if not own:
            (kind,) = rng.choices([*SHARES], [*SHARES.values()])
            return within(seen, _FIRST[kind], rng)
        kind, average = _kind(seen), last_average(seen)
        if kind == "conditional":
            return within(seen, _FIRST[kind], rng) if average is None else average
        return within(seen, SELFISH if kind == "free rider" else GENEROUS, rng)

    def answer(self, seen: Observation, average: int, rng: Random) -> int:
        """As its kind does."""
        return average if _kind(seen) == "conditional" else self.share(seen, rng)


def _kind(seen: Observation) -> str:
    """The kind that began with the player's first contribution."""
    share = own_contributions(seen)[0] / whole(seen.facts["endowment"])
    if share <= SELFISH[1]:
        return "free rider"
    return "full" if share >= _FIRST["full"][0] else "conditional"


AGENT = HumanMix
