"""Turns per second of two stochastic strategies that look back one round."""

import agents
import games
from agents.core.strategies.machine import MachineAgent
from games.core.batch import play
from tests.benchmarks.core import Row, best

MATCHES, TURNS = 20_000, 200


def ours() -> float:
    """Payoffs of every match and the counts of every state, of generous tit for tat v extortion."""
    game = games.load("prisoners_dilemma", {"rounds": TURNS})
    generous, extortion = (_machine(k) for k in ("generous_tit_for_tat", "zero_determinant"))
    seconds = best(lambda: play(game, (generous, extortion), MATCHES, 1, payoffs=True))
    return MATCHES * TURNS / seconds


def _machine(kind: str):  # type: ignore[no-untyped-def] # noqa: ANN202
    spec = agents.load(kind)
    assert isinstance(spec, MachineAgent)
    return spec.machine_for((3, 0, 5, 1))


ROWS = (
    Row(
        "repeated PD, batch, memory-one stochastic", "turns/s", 100, "axelrod Match",
        "axelrod_match", ours,
    ),
)  # fmt: skip
