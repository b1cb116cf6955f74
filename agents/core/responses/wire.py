"""Responses of providers as received, before LiteLLM translates them.

LiteLLM translates responses: it turns unknown words into "stop", and drops parts and fields of
messages. All its clients send through httpx, so response bodies are captured there, and requests
can be carried in another way. Nothing changes outside a `with hearing()` or `with carried()` block.
"""

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeAlias

from agents.core.responses.storable import storable

if TYPE_CHECKING:  # it takes a while, and comes with LiteLLM
    import httpx

Send: TypeAlias = Callable[..., Awaitable["httpx.Response"]]
Carrier: TypeAlias = Callable[[Send, "httpx.Request"], Awaitable["httpx.Response"]]
"""Answers a request, by the usual way to send it or otherwise."""

_bodies: ContextVar[list[bytes] | None] = ContextVar("bodies", default=None)
_carrier: ContextVar[Carrier | None] = ContextVar("carrier", default=None)


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


@contextmanager
def carried(carrier: Carrier) -> Iterator[None]:
    """Have a carrier answer all requests of this task."""
    listen()
    token = _carrier.set(carrier)
    try:
        yield
    finally:
        _carrier.reset(token)


def is_carried() -> bool:
    """Whether a carrier answers the requests of this task."""
    return _carrier.get() is not None


@cache
def listen() -> None:
    """Make httpx pass requests to carriers, and received bodies to the tasks that record them.

    This is done once per process.
    """
    import httpx  # noqa: PLC0415 - it takes a while, and comes with LiteLLM

    send = httpx.AsyncClient.send

    async def heard(self: httpx.AsyncClient, *args: Any, **options: Any) -> httpx.Response:  # noqa: ANN401
        if (carrier := _carrier.get()) is None:
            response = await send(self, *args, **options)
        else:
            usual = partial(send, self, **options)
            response = await carrier(usual, args[0] if args else options.pop("request"))
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
