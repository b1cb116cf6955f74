"""`bounds`: the limits of a model as the design states them."""

from agents.core.models.gate import Bounds
from arena.design.tournament import Tournament


def bounds(tournament: Tournament, model: str) -> Bounds:
    """How fast a model may be asked, as the design states it."""
    stated = tournament.limits.get(model)
    if stated is None:
        return Bounds(tournament.concurrency)
    return Bounds(
        stated.concurrency or tournament.concurrency,
        stated.requests_per_minute,
        stated.tokens_per_minute,
        stated.failing,
        stated.longest_wait,
    )
