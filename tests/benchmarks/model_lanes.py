"""One call of a model past LiteLLM's logging, beside `acompletion` and beside bare aiohttp.

Calls per second are those of the processor: it decides how many fit in a second of one core.
"""

import json
import os
import subprocess
import sys
from functools import cache, partial

from agents.core.models.codec import PROVIDERS
from tests import ROOT
from tests.benchmarks.core import Bound

CALLS, MANY = 2_000, 100_000
MODELS = {
    "openai": "openai/m",
    "hosted_vllm": "hosted_vllm/m",
    "mistral": "mistral/mistral-large-latest",
    "deepseek": "deepseek/deepseek-chat",
    "anthropic": "anthropic/claude-sonnet-4-5",
}


@cache
def _figures(lane: str, name: str, calls: int, flight: int) -> dict[str, float]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.peers.lanes"]
    done = subprocess.run(
        [*command, lane, name, str(calls), str(flight)], cwd=ROOT, capture_output=True, text=True,
        check=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _speed(lane: str, name: str, flight: int = 100) -> float:
    return _figures(lane, name, CALLS, flight)["figure"]


def _beside(lane: str, name: str, flight: int = 100) -> float:
    """How many calls of a lane fit into the time of one direct call."""
    return _speed("direct", name, flight) / _speed(lane, name, flight)


def _own(name: str) -> float:
    """Microseconds of the processor of a direct call beyond those of bare aiohttp."""
    return (1 / _speed("direct", name) - 1 / _speed("aiohttp", name)) * 1e6


ROWS = (
    *(
        Bound(
            f"{name}/ direct beside bare acompletion, 100 in flight", "of its speed", 4,
            partial(_beside, "bare", MODELS[name]), least=True,
            asides={"calls/s direct": partial(_speed, "direct", MODELS[name])},
        )
        for name in PROVIDERS
    ),
    Bound(
        "openai/ direct beside bare aiohttp, 100 in flight", "of its speed", 0.6,
        partial(_beside, "aiohttp", MODELS["openai"]), least=True,
        asides={"calls/s aiohttp": partial(_speed, "aiohttp", MODELS["openai"])},
    ),
    *(
        Bound(f"{name}/ direct, own work of a call", "µs", 250, partial(_own, MODELS[name]))
        for name in PROVIDERS
    ),
    Bound(
        "openai/ direct, 500 in flight", "calls/s of the processor", 1_100,
        partial(_speed, "direct", MODELS["openai"], 500), least=True,
        asides={"aiohttp": partial(_speed, "aiohttp", MODELS["openai"], 500)},
    ),
    Bound(
        "openai/ direct, memory added by 100,000 calls", "MB", 10,
        lambda: _figures("direct", MODELS["openai"], MANY, 100)["MB"],
    ),
)  # fmt: skip
