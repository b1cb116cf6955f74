"""Calls per second of one lane, the provider 50 ms away; prints one JSON object.

Arguments: the lane (aiohttp, acompletion or direct), LiteLLM's name of the provider, calls in all
and calls in flight.
"""

import asyncio
import gc
import json
import os
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

from tests.benchmarks.peers.provider import provider

SYSTEM, USER = "x" * 1000, "y" * 200
Call = Callable[[], Awaitable[object]]


async def _aiohttp(stack: AsyncExitStack, url: str) -> Call:
    import aiohttp  # noqa: PLC0415 - only this lane

    connector = aiohttp.TCPConnector(limit=0)
    session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
    talk = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": USER}]
    body = {"model": "m", "messages": talk, "max_tokens": 64, "temperature": 1, "top_p": 1}

    async def call() -> object:
        async with session.post(f"{url}/chat/completions", json=body) as response:
            return json.loads(await response.read())

    return call


async def _model(stack: AsyncExitStack, url: str, name: str, lane: str) -> Call:
    from agents.core.models.carrier import connections  # noqa: PLC0415 - not of aiohttp's
    from agents.core.models.lite import LiteModel  # noqa: PLC0415 - not of aiohttp's
    from agents.core.models.model import ModelSpec, Request  # noqa: PLC0415
    from prompts import Message  # noqa: PLC0415

    await stack.enter_async_context(connections())
    model = LiteModel(ModelSpec(model=name, api_base=url, max_tokens=64))
    if lane == "acompletion":
        model._direct = None
    request = Request((Message("system", SYSTEM), Message("user", USER)))
    outcome = await model.complete(request)
    if (outcome.lane == "direct") != (lane == "direct"):
        raise SystemExit(f"{name}: {lane} was asked for, and it was {outcome.lane}: {outcome}")
    return lambda: model.complete(request)


async def _bare(url: str, name: str) -> Call:
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm  # noqa: PLC0415 - reads the environment

    talk = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": USER}]
    about = {"api_base": url, "api_key": "none", "max_retries": 0, "num_retries": 0}
    return lambda: litellm.acompletion(name, messages=talk, max_tokens=64, **about)


async def measure(lane: str, name: str, calls: int, flight: int, url: str) -> dict[str, float]:
    """Calls per second of the processor and of the clock, and megabytes added meanwhile."""
    async with AsyncExitStack() as stack:
        if lane == "aiohttp":
            call = await _aiohttp(stack, url)
        elif lane == "bare":
            call = await _bare(url, name)
        else:
            call = await _model(stack, url, name, lane)
        left = iter(range(calls))

        async def work() -> None:
            for _ in left:
                await call()

        for _ in range(3):
            await asyncio.gather(*(call() for _ in range(flight)))
        gc.freeze()  # as the engine does: LiteLLM is large, and stays
        before = _resident()
        began, clock = time.process_time(), time.monotonic()
        await asyncio.gather(*(work() for _ in range(flight)))
        worked, waited = time.process_time() - began, time.monotonic() - clock
        return {"figure": calls / worked, "clock": calls / waited, "MB": _resident() - before}


def _resident() -> float:
    """Megabytes of memory in use."""
    with Path("/proc/self/statm").open(encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


if __name__ == "__main__":
    which, model, calls, flight = sys.argv[1:]
    for variable in ("OPENAI", "HOSTED_VLLM", "MISTRAL", "DEEPSEEK", "ANTHROPIC"):
        os.environ[f"{variable}_API_KEY"] = "none"
    with provider() as address:
        found = asyncio.run(measure(which, model, int(calls), int(flight), address))
    sys.stdout.write(json.dumps(found) + "\n")
