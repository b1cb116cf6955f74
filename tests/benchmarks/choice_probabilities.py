"""Requests for the same standard error over the same wordings: one-shot choices of two options.

The embedded model plays the prisoner's dilemma. Of one wording, a drawn choice has the variance
p (1 - p), and a probability that is told has that between its repeats.
"""

import asyncio
from functools import cache
from random import Random

import numpy as np

import agents
import games
from agents.core.ledger import Ledger
from agents.core.models.pool import ModelPool
from prompts import View, Wording
from tests.benchmarks.core import Bound

WORDINGS, REPEATS = 8, 12


@cache
def needed(decide_by: str) -> float:
    """Requests in proportion to those of drawn choices."""
    return asyncio.run(_needed(decide_by))


async def _needed(decide_by: str) -> float:
    fields = {"model": "embedded/smollm2", "decide_by": decide_by, "max_tokens": 64}
    spec, game = agents.kind("llm").model_validate(fields), games.load("prisoners_dilemma")
    view = View(game.observe(game.initial_state(), 0))
    told, requests = np.empty((WORDINGS, REPEATS)), 0
    async with ModelPool(slots=1) as pool:
        for repeat in range(REPEATS):
            for block in range(WORDINGS):
                agent = spec.seat(pool, Ledger(), Wording(block, order=block))
                decision = await agent.decide(view, Random(f"{repeat} {block}"))
                assert decision.weights is not None
                told[block, repeat] = decision.weights.p["cooperate"]
                requests += max(1, decision.weights.passes)
    drawn = told.mean(axis=1)
    spread = told.var(axis=1, ddof=1).mean() / (drawn * (1 - drawn)).mean()
    return float(spread * requests / told.size)


ROWS = (
    Bound(
        "requests in situ, per request of drawn choices", "requests", 1 / 25,
        lambda: needed("sampling"), asides={"times fewer": lambda: 1 / needed("sampling")},
    ),
    Bound(
        "requests weighed, per request of drawn choices", "requests", 1 / 50,
        lambda: needed("probabilities"),
        asides={"times fewer": lambda: 1 / needed("probabilities")},
    ),
)  # fmt: skip
