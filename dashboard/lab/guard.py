"""The guard in front of every route: other sites get nothing, and pages run no script but ours.

1. The Host header is one of the lab's own: other names are DNS rebinding.
2. Posts and WebSockets name the lab's own origin, as all browsers do. A missing Origin is refused.
3. A body says how long it is, and is short.
4. Each answer has headers that forbid foreign and inline scripts, frames, sniffing and referrers.

Sources: W3C, "Content Security Policy Level 3"; OWASP, "HTTP Headers Cheat Sheet" and "WebSocket
Security Cheat Sheet".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.lab.settings import Settings

LARGEST = 16 * 1024
"""Bytes of a body, at the most: of the form by which people join."""

_COMPILED = "'wasm-unsafe-eval'"
"""Lets a page run a model that is compiled, and no text as a script."""


def answer_headers(settings: Settings) -> dict[str, str]:
    """Headers of every answer. The camera is for labs that read faces alone."""
    recogniser = settings.recogniser
    own = "" if recogniser is None or recogniser.own is None else f" {_COMPILED}"
    policy = (
        f"default-src 'none'; script-src 'self'{own}; worker-src 'self'; style-src 'self'; "
        "connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    camera = "()" if recogniser is None else "(self)"
    permitted = f"camera={camera}, geolocation=(), microphone=()"
    return HEADERS | {"Content-Security-Policy": policy, "Permissions-Policy": permitted}


HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # under no-referrer, browsers post with the Origin null
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Headers that are the same in all labs."""

_SAFE = {"GET", "HEAD"}


@dataclass(frozen=True)
class Guard:
    """Refuses what other sites cause, and what is too long.

    Args:
        app: the application behind the guard.
        settings: the application's.
    """

    app: ASGIApp
    settings: Settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here (ASGI)."""
        if scope["type"] not in {"http", "websocket"}:  # the server's start and end
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(HTTPConnection(scope))
        if scope["type"] == "websocket":
            if refusal is not None:
                await send({"type": "websocket.close", "code": 1008})  # a 403: nothing is open yet
                return
            await self.app(scope, receive, send)
            return
        guarded = partial(_guarded, send, answer_headers(self.settings))
        await (refusal or self.app)(scope, receive, guarded)

    def _refusal(self, asked: HTTPConnection) -> Response | None:
        """What is answered here; None lets the request through."""
        own = self.settings.hosts.get(asked.headers.get("host", ""))
        if own is None or len(asked.headers.getlist("host")) != 1:
            return _said("the lab has another name", 403)
        method = asked.scope.get("method", "WEBSOCKET")
        if method in _SAFE:
            return None
        if asked.headers.getlist("origin") != [own]:
            return _said("another site asks", 403)
        if method == "WEBSOCKET":
            return None
        length = asked.headers.get("content-length", "")
        if not length.isdecimal():
            return _said("the length of the body is not said", 411)
        return _said("the body is too long", 413) if int(length) > LARGEST else None


async def _guarded(send: Send, every: Mapping[str, str], message: Message) -> None:
    """Send what is answered, with the headers of every answer."""
    if message["type"] == "http.response.start":
        headers = MutableHeaders(scope=message)
        for name, value in every.items():
            headers[name] = value
        headers.setdefault("Cache-Control", "no-store")
    await send(message)


def _said(reason: str, status: int) -> Response:
    return PlainTextResponse(f"Refused: {reason}.\n", status)
