"""Calls per second through the whole engine, in one process or on Ray; prints one JSON object.

Arguments: the executor, and the lane of the calls: direct or acompletion.
"""

import json
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.runner import run
from tests.benchmarks.peers.litellm_calls import CALLS, IN_FLIGHT
from tests.benchmarks.peers.provider import provider

ROUNDS = 5
WARM = 15 * IN_FLIGHT
"""Calls before anything is measured. All workers are at work by then."""


class Timer:
    """A watcher that takes the time of the attempts and what the processor had done by then."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.worked: list[float] = []

    def begin(self, planned: int, closed: int) -> None: ...
    def finished(self, transcript: object) -> None: ...
    def noted(self, kind: str, about: str) -> None: ...
    def paid(self, cost: float) -> None: ...
    def attempted(self, attempt: object, model: str) -> None:  # noqa: ARG002 - only when
        """Note when."""
        self.times.append(time.monotonic())
        self.worked.append(time.process_time())


def design(url: str, calls: int, **model: Any) -> dict[str, Any]:
    """Two contestants of one model in the repeated prisoner's dilemma."""
    common = {"agent": "llm", "model": "openai/m", "form": "json", "max_tokens": 64}
    players = [{"name": n, **common, "api_base": url, **model} for n in ("a", "b")]
    game = {"name": "prisoners_dilemma", "params": {"rounds": ROUNDS}}
    repetitions = calls // (2 * 2 * ROUNDS)
    base = {"name": "bench", "games": [game], "contestants": players, "concurrency": IN_FLIGHT}
    return {**base, "repetitions": repetitions}


def figures(executor: str, lane: str) -> dict[str, float]:
    """Calls per second of this process's processor, and of the clock; microseconds of a call."""
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    os.environ["OPENAI_API_KEY"] = "none"
    timer = Timer()
    with provider() as url, TemporaryDirectory() as folder:
        # LiteLLM interprets this setting outside of the configurations that the direct lane uses.
        extra = {} if lane == "direct" else {"extra": {"drop_params": True}}
        data = design(url, CALLS + WARM, **extra)
        how = RunOptions(preflight=False, executor=executor)
        run(Tournament(data), Path(folder), timer, how=how)
    calls = len(timer.times) - 1 - WARM
    worked, waited = timer.worked[-1] - timer.worked[WARM], timer.times[-1] - timer.times[WARM]
    return {"figure": calls / worked, "clock": calls / waited, "µs": worked / calls * 1e6}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(figures(*sys.argv[1:])) + "\n")
