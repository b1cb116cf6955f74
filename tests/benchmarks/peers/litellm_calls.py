"""Calls per second of LiteLLM alone, the provider 50 ms away, 100 calls in flight."""

import asyncio
import json
import os
import sys
import time

from tests.benchmarks.peers.provider import provider

CALLS, IN_FLIGHT = 2_000, 100


async def _measure(url: str) -> tuple[float, float]:
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm  # noqa: PLC0415 - reads the environment

    messages = [{"role": "system", "content": "x" * 1000}, {"role": "user", "content": "y" * 200}]
    left = iter(range(CALLS))

    async def call() -> None:
        await litellm.acompletion(
            "openai/m", messages=messages, api_base=url, api_key="none", max_tokens=64,
            max_retries=0, num_retries=0,
        )  # fmt: skip

    async def work() -> None:
        for _ in left:
            await call()

    await asyncio.gather(*(call() for _ in range(IN_FLIGHT)))
    began, clock = time.process_time(), time.monotonic()
    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))
    return CALLS / (time.process_time() - began), CALLS / (time.monotonic() - clock)


if __name__ == "__main__":
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    with provider() as address:
        figure, clock = asyncio.run(_measure(address))
    sys.stdout.write(json.dumps({"figure": figure, "clock": clock}) + "\n")
