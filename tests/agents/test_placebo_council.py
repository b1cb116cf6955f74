"""A council of neutral members under a lot cannot be told from one neutral agent; others can."""

import asyncio
import math
import re
from itertools import cycle, islice
from random import Random
from typing import Any

import numpy as np
import pytest

import games
from agents.core.models.model import Request
from ratings.core.statistics.equivalence import tost
from tests.agents.stub import Stub, decision

MARGIN, DECISIONS = 0.05, 400
OFFERS = range(0, 101, 4)


def responding(rng: Random) -> Stub:
    """A responder who is the likelier to accept the higher the offer; who is angry wants more."""

    def answer(request: Request, _number: int) -> dict[str, Any]:
        system, user = (message.content for message in request.messages[:2])
        offer = int(re.findall(r"\d+", user)[0])
        wanted = 60 if "You are angry right now" in system else 35
        accepts = rng.random() < 1 / (1 + math.exp((wanted - offer) / 4))
        said = {"action": "accept" if accepts else "reject"}
        assert request.wanted is not None
        if "strength" not in request.wanted["properties"]:
            return said
        return {"reasoning": "So be it.", **said, "strength": 50}

    return Stub(answer)


def accepted(seed: int, **fields: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Whether each of the offers is accepted, in order."""
    stub, rng = responding(Random(seed)), Random(seed)

    async def every() -> list[float]:
        made = []
        for offer in islice(cycle(OFFERS), DECISIONS):
            game = games.load("ultimatum", {"fixed_offer": offer})
            one = await decision(stub, game, 1, rng, **fields)
            made.append(float(one.action == "accept"))
        return made

    return np.array(asyncio.run(every()))


def same(one: Any, other: Any) -> float:
    """p value of the test that two agents accept equally often, paired on the offer."""
    gap = one - other
    error = gap.std(ddof=1) / math.sqrt(len(gap))
    return float(tost(gap.mean(), error, len(gap) - 1, MARGIN))


NEUTRAL = {"agent": "council", "members": ["neutral"] * 5}


@pytest.fixture(scope="module")
def alone() -> Any:
    return accepted(1, agent="llm")


def test_a_placebo_council_under_a_lot_is_one_neutral_agent(alone: Any) -> None:
    assert same(accepted(2, rule="random", **NEUTRAL), alone) < 0.05


def test_a_council_with_a_feeling_is_told_from_it(alone: Any) -> None:
    angry = accepted(3, agent="council", members=["anger", "neutral"], rule="random")
    assert same(angry, alone) > 0.5
    assert angry.mean() < alone.mean() - MARGIN
