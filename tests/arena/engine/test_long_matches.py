"""Long matches take linear time and memory."""

import asyncio
import sys
import time
import tracemalloc
from types import FrameType
from typing import Any

import pytest

import agents
import games
from agents import AgentSpec
from agents.core.ledger import Ledger
from agents.core.models.model import Completion, Failure, Model, ModelSpec, Request
from arena.core.types import Match, Transcript
from arena.engine.match import play
from prompts import PLAIN, Form

SCRIPTS = ["tit_for_tat", "random_choice"]


class Cooperates:
    """A model that cooperates, and keeps the lengths of its prompts."""

    form: Form = "json"
    continues = False

    def __init__(self) -> None:
        self.lengths: list[int] = []

    async def reach(self, spec: ModelSpec) -> Model:  # noqa: ARG002
        return self

    async def complete(self, request: Request) -> Completion | Failure:
        self.lengths.append(sum(len(message.content) for message in request.messages))
        return Completion('{"action": "cooperate"}', "stop", {}, None, "m", 0.0)

    async def weigh(self, request: Request, replies: Any) -> Completion | Failure:
        raise NotImplementedError


def repeated(rounds: int, specs: list[AgentSpec], models: Any = None, **talk: Any) -> Transcript:
    game = games.load("prisoners_dilemma", {"rounds": rounds, **talk})
    seats = [spec.ready(game).seat(models, Ledger(), PLAIN) for spec in specs]
    return asyncio.run(play(Match("m", "g", ("a", "b"), 0, 1), game, seats))


def calls(rounds: int, specs: list[AgentSpec], models: Any = None, **talk: Any) -> int:
    """Number of calls of functions during a match, builtin ones included."""
    counted = 0

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        repeated(rounds, specs, models, **talk)
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("talk", [{}, {"talk": {"length": 20, "each_round": True}}])
def test_scripts_do_not_look_at_old_rounds_again(talk: dict[str, Any]) -> None:
    specs = [agents.load(name, {}, "t") for name in SCRIPTS]
    repeated(3, specs, **talk)
    few, many = (calls(rounds, specs, **talk) for rounds in (50, 200))
    assert many < 4.1 * few


def test_models_with_a_short_history_neither() -> None:
    spec = agents.load("llm", {"model": "m", "history": 5}, "t")
    model = Cooperates()
    specs = [spec, agents.load("random_choice", {}, "t")]
    repeated(60, specs, model)
    assert max(model.lengths[10:]) - min(model.lengths[10:]) < 100
    few, many = (calls(rounds, specs, model) for rounds in (50, 200))
    assert many < 4.2 * few


@pytest.mark.soak
def test_ten_thousand_rounds() -> None:
    specs = [agents.load(name, {}, "t") for name in SCRIPTS]
    cpu, memory = {}, {}
    for rounds in (2_500, 10_000):
        begun = time.process_time()
        repeated(rounds, specs)
        cpu[rounds] = time.process_time() - begun
        tracemalloc.start()
        played = repeated(rounds, specs)
        memory[rounds] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert len(played.decisions) == 2 * rounds
    assert cpu[10_000] < 6 * cpu[2_500]
    assert memory[10_000] < 5 * memory[2_500]
