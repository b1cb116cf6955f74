"""Responses of providers as received, before LiteLLM translates them.

LiteLLM translates responses: it turns unknown words into "stop", and drops parts and fields of
messages. All its clients send through httpx, so response bodies are captured there. Nothing changes
outside a `with hearing()` block.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from agents.core.responses.storable import storable

_bodies: ContextVar[list[bytes] | None] = ContextVar("bodies", default=None)


@contextmanager
def hearing() -> Iterator[list[bytes]]:
    """Collect the bodies of all successful responses that this task receives, in order."""
    listen()
    heard: list[bytes] = []
    token = _bodies.set(heard)
    try:
        yield heard
    finally:
        _bodies.reset(token)


@cache
def listen() -> None:
    """Make httpx pass received bodies to the tasks that record them; once per process."""
    import httpx  # noqa: PLC0415 - it takes a while, and comes with LiteLLM

    send = httpx.AsyncClient.send

    async def heard(self: httpx.AsyncClient, *args: Any, **options: Any) -> httpx.Response:  # noqa: ANN401
        response = await send(self, *args, **options)
        bodies = _bodies.get()
        if bodies is not None and response.is_success and not options.get("stream"):
            bodies.append(response.content)
        return response

    httpx.AsyncClient.send = heard  # type: ignore[method-assign]


def objects(bodies: list[bytes]) -> Iterator[dict[str, Any]]:
    """JSON objects among the bodies, latest first, in storable form.

    Lists of token probabilities are left out: they are long, and LiteLLM passes them on in full.
    """
    for body in reversed(bodies):
        if content := object_in(body):
            yield storable(without_lists(content))


def object_in(body: bytes) -> dict[str, Any]:
    """The JSON object that a body is; empty if it is none."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):  # not JSON, or nested without end
        return {}
    return content if isinstance(content, dict) else {}


def without_lists(response: dict[str, Any]) -> dict[str, Any]:
    """A response without its lists of token probabilities, which are removed from it."""
    choices, verbose = response.get("choices"), response.get("__verbose")
    for part in (*(choices if isinstance(choices, list) else ()), verbose):
        if isinstance(part, dict):
            part.pop("logprobs", None)
            part.pop("completion_probabilities", None)
    return response
