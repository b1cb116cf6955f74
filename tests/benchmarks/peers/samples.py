"""A thousand matches of one decision each, answered by LiteLLM itself without a network."""

import os
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import litellm

from arena.runner import How, run
from arena.tournament import Tournament
from tests.arena.designs import Silent

SAMPLES = 1_000


def samples_per_second() -> float:
    """Of the processor, from the design to the record."""
    os.environ["OPENAI_API_KEY"] = "none"
    litellm.acompletion = partial(litellm.acompletion, mock_response='{"action": 40}')
    model = {"agent": "llm", "model": "openai/m", "form": "json"}
    data = {
        "name": "samples", "repetitions": SAMPLES // 2, "concurrency": 20,
        "games": [{"name": "dictator"}],
        "contestants": [{"name": "model", **model}, {"name": "same", **model}],
    }  # fmt: skip
    times = []
    for _ in range(3):
        with TemporaryDirectory() as folder:
            began = time.process_time()
            run(Tournament(data), Path(folder), Silent(), how=How(preflight=False))
            times.append(time.process_time() - began)
    return SAMPLES / min(times)
