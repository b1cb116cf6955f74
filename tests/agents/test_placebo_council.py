"""A council of neutral members under a lot cannot be told from one neutral agent; others can."""

import asyncio
import json
import math
import re
from dataclasses import dataclass, field
from itertools import cycle, islice
from random import Random
from typing import Any

import numpy as np
import pytest

import agents
import games
from agents.core.ledger import Ledger
from agents.core.models.model import Completion, Failure, Model, ModelSpec, Request
from prompts import View
from ratings.core.statistics.equivalence import tost

MARGIN, DECISIONS = 0.05, 400
OFFERS = range(0, 101, 4)


@dataclass
class Stub:
    """A responder who is the likelier to accept the higher the offer; who is angry wants more."""

    form = "json"
    continues = False
    calls: int = 0
    rng: Random = field(default_factory=lambda: Random(0))

    async def reach(self, spec: ModelSpec) -> Model:  # noqa: ARG002 - one model for all
        return self  # type: ignore[return-value] # nothing is weighed

    async def complete(self, request: Request) -> Completion | Failure:
        self.calls += 1
        system, user = (message.content for message in request.messages[:2])
        offer = int(re.findall(r"\d+", user)[0])
        wanted = 60 if "You are angry right now" in system else 35
        accepts = self.rng.random() < 1 / (1 + math.exp((wanted - offer) / 4))
        said: dict[str, Any] = {"action": "accept" if accepts else "reject"}
        assert request.wanted is not None
        if "strength" in request.wanted["properties"]:
            said = {"reasoning": "So be it.", **said, "strength": 50}
        return Completion(json.dumps(said), "stop", {}, 0.0, "stub", 0.0)


def accepted(seed: int, **fields: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Whether each of the offers is accepted, in order."""
    spec = agents.load(fields.pop("agent"), {"model": "stub", **fields})
    stub = Stub(rng=Random(seed))
    rng = Random(seed)

    async def decide(offer: int) -> float:
        game = games.load("ultimatum", {"fixed_offer": offer})
        player = spec.ready(game).seat(stub, Ledger())
        made = await player.decide(View(game.observe(game.initial_state(), 1)), rng)
        return float(made.action == "accept")

    async def every() -> list[float]:
        return [await decide(offer) for offer in islice(cycle(OFFERS), DECISIONS)]

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
