"""The gate before every route: only the browser that opened the printed link is served.

A run holds statements of people and models, and a page can spend money. Every local user, every
local program and every web page in the user's browser can reach a port of the loopback interface.
Every request, including WebSockets, uploads and health checks, therefore passes four checks before
any route. A refused request starts no session.

1. The Host header names this machine and this port. Other names are DNS rebinding.
2. The Origin header, if present, is the dashboard's own, port included.
3. The cookie, or the token of the printed link, is correct.
4. The header Sec-Fetch-Site says that no other page caused the request. Browsers send one
   machine's cookies to all of its ports, and omit Origin from requests for pictures and scripts.

Sources: Jupyter Server, "Security in the Jupyter Server"; W3C, "Fetch Metadata Request Headers".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from secrets import compare_digest

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS = ("127.0.0.1", "localhost", "[::1]")
"""Names of this machine in Host headers."""

TOKEN = "token"  # noqa: S105 - the name of the field in the address
"""Field of the printed link with the token."""

FOREIGN = "Refused: another page, or another name of this machine, asks for the dashboard.\n"
UNKNOWN = "Refused: open the link that arena dashboard printed; its token lets this browser in.\n"


@dataclass(frozen=True)
class Gate:
    """Refuses every request that does not come from the dashboard's own pages.

    Args:
        app: the application behind the gate.
        token: token of the printed link and of the cookie; None disables the check.
    """

    app: ASGIApp
    token: str | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it here (ASGI)."""
        if scope["type"] not in {"http", "websocket"}:  # the server's start and end
            await self.app(scope, receive, send)
            return
        answer = self._answer(HTTPConnection(scope))
        if answer is None:
            await self.app(scope, receive, partial(_kept, send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # a 403, as nothing is open yet
        else:
            await answer(scope, receive, send)

    def _answer(self, asked: HTTPConnection) -> Response | None:
        """Answer of the gate; None passes the request on."""
        host = _header(asked, "host")
        port = asked.scope["server"][1]
        if host not in _names(port) or _header(asked, "origin") not in {None, f"http://{host}"}:
            return _refusal(FOREIGN)
        foreign = _header(asked, "sec-fetch-site") not in {None, "same-origin", "none"}
        if self.token is not None:
            if _same(asked.query_params.get(TOKEN, ""), self.token):
                return _welcome(asked, f"arena-{port}", self.token, foreign=foreign)
            if not any(_same(value, self.token) for value in _cookies(asked, f"arena-{port}")):
                return _refusal(UNKNOWN)
        return _refusal(FOREIGN) if foreign else None


async def _kept(send: Send, message: Message) -> None:
    """Send the application's response, and keep other pages from reading it out of the cache."""
    if message["type"] == "http.response.start":
        MutableHeaders(scope=message)["Cross-Origin-Resource-Policy"] = "same-origin"
    await send(message)


def _welcome(asked: HTTPConnection, cookie: str, token: str, *, foreign: bool) -> Response:
    """Set the cookie, and redirect to the same address without its token.

    Browsers withhold a strict cookie while they follow a redirect of a link on another page, such
    as a terminal in a browser. Such a link is therefore continued by a page of ours.
    """
    clean = str(asked.url.remove_query_params(TOKEN))
    answer = Response() if foreign else RedirectResponse(clean, 303)
    if foreign:
        answer.headers["Refresh"] = f"0; url={clean}"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    answer.set_cookie(cookie, token, httponly=True, samesite="strict")
    return answer


def _refusal(sentence: str) -> Response:
    return PlainTextResponse(sentence, 403, {"Cache-Control": "no-store"})


def _names(port: int) -> set[str]:
    """Host headers of this server; browsers omit the default port of HTTP."""
    return {f"{host}:{port}" for host in HOSTS} | ({*HOSTS} if port == 80 else set())  # noqa: PLR2004


def _header(asked: HTTPConnection, name: str) -> str | None:
    """Value of a header; a repeated header has a value that is never valid."""
    values = asked.headers.getlist(name)
    return ", ".join(values) if values else None


def _cookies(asked: HTTPConnection, name: str) -> Iterator[str]:
    """All cookies with a name, since servers on other ports can set some before ours."""
    for header in asked.headers.getlist("cookie"):
        for pair in header.split(";"):
            key, _, value = pair.strip().partition("=")
            if key == name:
                yield value


def _same(given: str, token: str) -> bool:
    """Whether a token is correct, in constant time."""
    return compare_digest(given.encode(), token.encode())
