"""A model in this process: no request is lost, and answers come in the order of the questions."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from random import Random
from typing import Any

import agents
from agents.core.ledger import Ledger
from agents.core.models.model import Completion, Failure, Model, ModelSpec, Request
from agents.core.types import Decision
from games import Game
from prompts import View

Answer = Callable[[Request, int], Mapping[str, Any] | str]
"""From a request, and the number of requests before it, to the reply."""


class Stub:
    """Replies to every request what a function says."""

    form = "json"
    continues = False

    def __init__(self, answer: Answer) -> None:
        self.answer, self.requests = answer, list[Request]()

    async def reach(self, spec: ModelSpec) -> Model:  # noqa: ARG002 - one model for all
        return self  # type: ignore[return-value] # nothing is weighed

    async def complete(self, request: Request) -> Completion | Failure:
        self.requests.append(request)
        said = self.answer(request, len(self.requests) - 1)
        text = said if isinstance(said, str) else json.dumps(said)
        return Completion(text, "stop", {}, 0.0, "stub", 0.0)


def decision(
    stub: Stub, game: Game[Any], player: int, rng: Random, **fields: Any
) -> Coroutine[Any, Any, Decision]:
    """The first decision of an agent in a game.

    Args:
        stub: the model that it asks.
        game: the rules.
        player: the seat of the agent.
        rng: its source of chance.
        fields: its fields, of which `agent` is its kind.
    """
    kind, rest = fields["agent"], {k: v for k, v in fields.items() if k != "agent"}
    spec = agents.load(kind, {"model": "stub", **rest}).ready(game)
    view = View(game.observe(game.initial_state(), player))
    return spec.seat(stub, Ledger()).decide(view, rng)


def decided(answer: Answer, game: Game[Any], **fields: Any) -> Decision:
    """The same of the first player."""
    return asyncio.run(decision(Stub(answer), game, 0, Random(1), **fields))
