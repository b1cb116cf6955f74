"""A provider's answer to a failed call, taken from LiteLLM's error."""

from collections.abc import Mapping
from typing import NamedTuple

_CLIENT_ERROR, _SERVER_ERROR = 400, 500
_UNREADABLE = 422
"""LiteLLM's own status for a body without a reply that states no code."""


class Answer(NamedTuple):
    """Response behind an error: HTTP status, host, headers and text, as far as they exist.

    LiteLLM derives the class and the status of its errors from phrases. The response is therefore
    taken from the innermost error, which holds the original.
    """

    status: int | None
    host: str | None = None
    headers: Mapping[str, str] = {}
    text: str = ""


def answer_to(error: Exception) -> Answer:
    """The answer at the root of an error."""
    import httpx  # noqa: PLC0415 - LiteLLM loads it

    root = error
    while isinstance(cause := root.__cause__ or root.__context__, Exception):
        root = cause
    response = getattr(root, "response", None)
    if not isinstance(response, httpx.Response) or not response.headers:  # LiteLLM makes empty ones
        # A code in a body without choices; LiteLLM's own code for one without a code says nothing.
        status = getattr(root, "status_code", None) or _SERVER_ERROR
        stated = type(root) is Exception or _CLIENT_ERROR <= status < _SERVER_ERROR
        return Answer(status if stated and status != _UNREADABLE else None)
    failed = response.status_code if response.is_error else None
    return Answer(failed, response.url.host, response.headers, response.text)
