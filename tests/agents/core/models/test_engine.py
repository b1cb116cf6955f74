"""The embedded engine weighs options as it draws them."""

import asyncio
import sys
from collections.abc import Sequence

import pytest

from agents.core.models.embedded import Server, weights
from agents.core.models.lite import LiteModel
from agents.core.models.model import Completion, ModelSpec, Request
from agents.core.models.weights import Weights
from games.core.types import Action
from prompts import Message
from tests.agents.core.models.draws import agreement, one_line
from tests.agents.core.models.exact import Tree

RULES = "Two players choose at the same time. Both earn 3 points if both cooperate, 1 if neither."
PAIR = ("cooperate", "defect")
BIDS = tuple(f"{n}x{face}" for n in (1, 2) for face in range(1, 7))
GIFTS = tuple(range(101))
RUSSIAN = ("сотрудничать", "предать")
"""Tokens of the embedded model hold parts of these letters."""


def question(options: Sequence[Action]) -> tuple[Message, Message]:
    listed = ", ".join(map(str, options)) if len(options) < 50 else "a number from 0 to 100"
    return (
        Message("system", f'{RULES} Answer in JSON: {{"action": your answer}}.'),
        Message("user", f"What do you do? You can answer: {listed}."),
    )


def test_options_are_weighed_as_another_walk_weighs_them() -> None:
    async def session() -> list[tuple[Sequence[Action], Weights, dict[str, float]]]:
        server = await Server.start(weights("smollm2"), slots=1, context=1024)
        found: list[tuple[Sequence[Action], Weights, dict[str, float]]] = []
        try:
            model = LiteModel(ModelSpec(model="embedded/smollm2"), server.url)
            for options in (PAIR, BIDS, GIFTS):
                asked, replies = question(options), one_line(options)
                outcome = await model.weigh(Request(asked), replies)
                assert isinstance(outcome, Completion)
                assert outcome.weights is not None
                given = server.url, asked, replies.values(), outcome.weights.frame
                tree = await asyncio.to_thread(Tree, *given)
                expected = await asyncio.to_thread(tree.probabilities)
                found.append((options, outcome.weights, expected))
        finally:
            await server.stop()
        return found

    for options, found, expected in asyncio.run(session()):
        assert sum(found.p.values()) == pytest.approx(1)
        assert found.missing == 0
        assert 0 < found.coverage <= 1
        rests = {each: text.removeprefix(found.frame) for each, text in one_line(options).items()}
        gaps = [abs(found.p[each] - expected.get(rests[each], 0)) for each in options]
        assert sum(gaps) / 2 < 0.03, "the engine's own drift is less"


def test_a_few_draws_agree() -> None:
    """Of options that share parts of letters."""
    found = asyncio.run(agreement(question(RUSSIAN), RUSSIAN, 24, timed=False))
    assert found.p > 0.001, found


@pytest.mark.soak
@pytest.mark.parametrize("options", [PAIR, RUSSIAN, BIDS, GIFTS])
def test_draws_agree_and_cost_no_less(options: Sequence[Action]) -> None:
    """2,000 untruncated draws; of up to 12 options, weighing all costs at most one reply."""
    found = asyncio.run(agreement(question(options), options, 2_000))
    sys.stdout.write(f"{len(options)} options: {found}\n")
    assert found.p > 0.001, found
    if len(options) <= len(BIDS):
        assert found.weighing <= found.sampling, found
