"""The engine's own work per decision: everything but LiteLLM, with full recording."""

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from agents.core.models.lite import LiteModel
from agents.core.models.model import Completion, Request
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.runner import run
from tests.arena.designs import Silent
from tests.benchmarks.peers.engine import design
from tests.benchmarks.peers.provider import ANSWER

DECISIONS = 2_000


async def _at_once(self: LiteModel, request: Request) -> Completion:  # noqa: ARG001 - a method
    """What LiteLLM would give."""
    usage = {"prompt_tokens": 300, "completion_tokens": 7, "total_tokens": 307}
    return Completion(ANSWER, "stop", usage, 0.0001, "m", 0.05)


def microseconds() -> float:
    """Of the processor per decision, in one run."""
    os.environ["OPENAI_API_KEY"] = "none"
    usual, LiteModel.complete = LiteModel.complete, _at_once  # type: ignore[method-assign]
    try:
        with TemporaryDirectory() as folder:
            tournament = Tournament(design("http://127.0.0.1:9/v1", DECISIONS))
            LiteModel(next(iter(tournament.contestants.values()))[1].model_specs()[0])
            began = time.process_time()
            run(tournament, Path(folder), Silent(), how=RunOptions(preflight=False))
            return (time.process_time() - began) / DECISIONS * 1e6
    finally:
        LiteModel.complete = usual  # type: ignore[method-assign]
