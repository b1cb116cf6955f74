"""Kits that check what a package adds: a game, an agent, a rating method, a study, texts.

Our own tests use the same checks.
"""

from arena.testing.agents import check_agent
from arena.testing.baselines import check_baseline
from arena.testing.conformance import Nonconforming
from arena.testing.games import check_game
from arena.testing.ratings import check_rating
from arena.testing.texts import check_texts

__all__ = [
    "Nonconforming",
    "check_agent",
    "check_baseline",
    "check_game",
    "check_rating",
    "check_texts",
]
