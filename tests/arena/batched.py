"""Runs in batches: designs, quick times, and interruptions."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agents.core.batches.courier import Pace
from arena.design.tournament import Tournament
from arena.engine.interruption import Interruption
from arena.engine.options import RunOptions
from arena.engine.runner import run
from arena.record.run import Run
from tests.arena.designs import Silent, design
from tests.batches import PROVIDERS, Fault, Provider
from tests.loopback import Loopback, Reply

PRICE = {"prompt": 1_000, "completion": 2_000}
"""US dollars per million tokens."""


KEY = "sk-loopback-of-tests"

each_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=str)


PACE = Pace(quiet=0.05, patience=5, poll=0.01, longest=0.02, doubt=0.1)
"""Short times."""


class Heard(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.cost = 0.0

    def paid(self, cost: float) -> None:
        self.cost += cost

    def attempted(self, attempt: Any, model: str) -> None:  # noqa: ARG002
        done = attempt.completion
        self.cost += (done.cost or 0.0) if done else 0.0

    def noted(self, kind: str, about: str) -> None:
        self.lines.append(f"{kind}: {about}")


def dilemma(
    server: Loopback, provider: Provider, repetitions: int = 2, rounds: int = 1, **model: Any
) -> dict[str, Any]:
    """Two models in the prisoner's dilemma; each match is 2 x rounds questions."""
    common = {"agent": "llm", "form": "json", "api_base": server.url, "backoff": 0.001, **model}
    names = [f"{provider}/m{n}" for n in range(2)]
    players = [{"name": name[-2:], "model": name, **common} for name in names]
    game = {"name": "prisoners_dilemma", "params": {"rounds": rounds}}
    prices = dict.fromkeys(names, PRICE)
    return design(games=[game], contestants=players, repetitions=repetitions, prices=prices)


def alone(server: Loopback, provider: Provider) -> dict[str, Any]:
    """One model as a dictator: two matches of one question each."""
    data = dilemma(server, provider)
    data["games"] = [{"name": "dictator"}]
    del data["contestants"][1], data["prices"][f"{provider}/m1"]
    return data


def play(data: dict[str, Any], folder: Path, watch: Any = None, **how: Any) -> str | None:
    how = {"preflight": False, "batch": True, "max_cost": 1_000.0, **how}
    return run(Tournament(data), folder, watch or Silent(), how=RunOptions(**how))


def kept(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(Run(folder)) as found:
        return list(found.rows(query))


def interrupted_at(
    endpoint: str, signals: list[Interruption], *, after: bool, number: int = 0
) -> Fault:
    """An interruption at a request of an endpoint, before or after it did its work."""

    def fault(at: str, asked: int) -> Reply | None:
        if (at, asked) != (endpoint, number):
            return None
        signals[0].interrupt()
        return Reply(drop=True) if after else Reply("too late", status=500)

    return fault
