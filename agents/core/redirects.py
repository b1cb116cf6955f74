"""Calls stay with the host they were made to: no redirect takes them, or a key, to another one."""

from functools import wraps

import httpx

_FORBIDDEN = 403
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
        target = request.url.join(response.headers["location"])
        if _same(request.url, target):
            return response
        await response.aclose()
        why = f"{request.url.host} redirects ({response.status_code}) to {target.netloc.decode()}"
        error = {"error": {"message": f"{why}: not followed", "type": "redirect"}}
        return httpx.Response(_FORBIDDEN, json=error, request=request)

    transport.handle_async_request = sent  # type: ignore[method-assign]
    return transport


def _same(asked: httpx.URL, target: httpx.URL) -> bool:
    """Whether a redirect stays at the server, or only makes the connection a safe one."""
    if asked.host != target.host:
        return False
    if asked.scheme == target.scheme:
        return asked.port == target.port
    return (asked.scheme, target.scheme) == ("http", "https")
