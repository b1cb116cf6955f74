"""Calls stay with the host they were made to: no redirect takes them, or a key, to another one."""

from functools import wraps

import httpx

FORBIDDEN = 403
"""Status of a refused redirect: the next call would meet it again."""


def stay(transport: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
    """Have a transport turn redirects to another host into errors.

    An HTTP client sends the whole question again to wherever a redirect points, with all headers
    but Authorization; several providers take their key in another one.
    """
    send = transport.handle_async_request

    @wraps(send)
    async def sent(request: httpx.Request) -> httpx.Response:
        response = await send(request)
        if not response.has_redirect_location:
            return response
        refused = refusal(request.url, response.status_code, response.headers["location"])
        if refused is None:
            return response
        await response.aclose()
        error = {"error": {"message": refused, "type": "redirect"}}
        return httpx.Response(FORBIDDEN, json=error, request=request)

    transport.handle_async_request = sent  # type: ignore[method-assign]
    return transport


def refusal(asked: httpx.URL, status: int, location: str) -> str | None:
    """Why a redirect is not followed; None if it stays with the host.

    Args:
        asked: address of the call.
        status: of HTTP.
        location: where the redirect points.
    """
    target = asked.join(location)
    if _same(asked, target):
        return None
    return f"{asked.host} redirects ({status}) to {target.netloc.decode()}: not followed"


def _same(asked: httpx.URL, target: httpx.URL) -> bool:
    """Whether a redirect stays at the server, or only makes the connection a safe one."""
    if asked.host != target.host:
        return False
    if asked.scheme == target.scheme:
        return asked.port == target.port
    return (asked.scheme, target.scheme) == ("http", "https")
