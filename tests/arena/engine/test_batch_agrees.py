"""The batch and the ordinary match loop play the same."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest

import agents
import games
from agents.core.strategies.machine import MachineAgent
from arena.core.types import Match, Transcript
from arena.engine.match import play
from games.core import batch, batch_trees
from games.core.machines import Machine
from games.core.tree import build

POINTS = (3, 0, 5, 1)
PARAMS: dict[str, dict[str, Any]] = {
    "conditional_cooperator": {"threshold": 6},
    "soft_majority": {"rounds": 40},
}
KINDS = [n for n in agents.available() if issubclass(agents.kind(n), MachineAgent)]


def machine(kind: str) -> tuple[MachineAgent, Machine]:
    spec = agents.load(kind, PARAMS.get(kind))
    assert isinstance(spec, MachineAgent)
    return spec, spec.machine_for(POINTS)


def deterministic(kind: str) -> bool:
    return set(machine(kind)[1].first) <= {0, 1}


def transcripts(game: Any, seats: Sequence[Any], matches: int) -> list[Transcript]:
    async def all_of_them() -> list[Transcript]:
        return [
            await play(Match(f"{n:x}", game.name, ("a", "b"), 0, n), game, seats)
            for n in range(matches)
        ]

    return asyncio.run(all_of_them())


def outcomes(transcript: Transcript) -> tuple[int, ...]:
    acts = [int(p.decision.action == "defect") for p in transcript.decisions]
    return tuple(2 * a + b for a, b in zip(acts[::2], acts[1::2], strict=True))


@pytest.mark.parametrize(
    ("one", "two"), list(product(filter(deterministic, KINDS), filter(deterministic, KINDS)))
)
def test_deterministic_strategies_have_the_same_history(one: str, two: str) -> None:
    game = games.load("prisoners_dilemma", {"rounds": 15})
    (first, m1), (second, m2) = machine(one), machine(two)
    (transcript,) = transcripts(game, [first, second], 1)
    found = batch.play(game, (m1, m2), 2, 1, payoffs=True, histories=True)
    assert found.histories is not None
    assert found.payoffs is not None
    assert transcript.payoffs is not None
    assert [tuple(row) for row in found.histories] == [outcomes(transcript)] * 2
    assert found.payoffs.tolist() == [list(transcript.payoffs)] * 2


def homogeneous(one: dict[Any, int], two: dict[Any, int]) -> tuple[float, int]:
    """Chi-square of two samples with rare cells put together, and its degrees of freedom."""
    cells = [(one.get(k, 0), two.get(k, 0)) for k in {*one, *two}]
    often = np.array([c for c in cells if sum(c) >= 20], float)
    rare = np.array([c for c in cells if sum(c) < 20], float).reshape(-1, 2).sum(axis=0)
    table = np.vstack([often, rare]) if rare.sum() >= 20 else often
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    return float(((table - expected) ** 2 / expected).sum()), len(table) - 1


def agree(one: dict[Any, int], two: dict[Any, int]) -> bool:
    """Whether chi-square is within five standard deviations of its mean."""
    statistic, degrees = homogeneous(one, two)
    assert degrees > 10
    return bool(statistic < degrees + 5 * (2 * degrees) ** 0.5)


MATCHES = 20_000


def test_stochastic_strategies_have_the_same_distribution_of_histories() -> None:
    game = games.load("prisoners_dilemma", {"rounds": 2})
    (first, m1), (second, m2) = machine("zero_determinant"), machine("random_choice")
    ordinary = Counter(map(outcomes, transcripts(game, [first, second], MATCHES)))
    assert len(ordinary) == 8, "extortion begins with cooperation, all else is possible"
    found = batch.play(game, (m1, m2), MATCHES, 1, histories=True)
    assert found.histories is not None
    sampled = Counter(tuple(map(int, row)) for row in found.histories)
    statistic, degrees = homogeneous(ordinary, sampled)
    assert degrees == 7
    assert statistic < 40, "has a probability of one in a million"
    other = batch.play(game, (m1, machine("generous_tit_for_tat")[1]), MATCHES, 1, histories=True)
    assert other.histories is not None
    apart = Counter(tuple(map(int, row)) for row in other.histories)
    assert homogeneous(ordinary, apart)[0] > 200, "the test cannot tell strategies apart"


def test_policies_have_the_same_distribution_of_hands() -> None:
    game = games.load("kuhn_poker")
    tree, uniform = build(game), agents.load("uniform")
    policy = tree.table(tree.uniform())
    ordinary = Counter(
        (t.deals, tuple(p.decision.action for p in t.decisions))
        for t in transcripts(game, [uniform, uniform], MATCHES)
    )
    found = batch_trees.play(tree, [policy, policy], MATCHES, 1)
    sampled = {}
    for end, times in enumerate(found.ends):
        moves = [m for (m,) in batch_trees.history(tree, end)]
        deals = tuple(action for _, action in moves[:2])
        sampled[deals, tuple(action for _, action in moves[2:])] = int(times)
    assert len(ordinary) == len(sampled) == 30
    assert agree(ordinary, sampled)
