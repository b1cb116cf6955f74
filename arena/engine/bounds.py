"""`bounds`: the limits of a model as the design states them."""

from dataclasses import replace

from agents.core.models.gate import Bounds
from arena.design.tournament import Tournament

WIDTH = 5_000
"""Questions that wait for batches at the same time, for each model that is asked in them."""


def bounds(tournament: Tournament, model: str, *, batched: bool = False) -> Bounds:
    """How fast a model may be asked, as the design states it.

    Args:
        tournament: the design.
        model: name of the model.
        batched: whether it is asked in batches, which rates do not limit.
    """
    stated = tournament.limits.get(model)
    if batched:
        usual = Bounds(WIDTH, batched=True)
        if stated is None:
            return usual
        return replace(usual, failing=stated.failing, longest_wait=stated.longest_wait)
    if stated is None:
        return Bounds(tournament.concurrency)
    return Bounds(
        stated.concurrency or tournament.concurrency,
        stated.requests_per_minute,
        stated.tokens_per_minute,
        stated.failing,
        stated.longest_wait,
    )
