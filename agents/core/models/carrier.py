"""Requests over HTTP by aiohttp: one pool of connections for each event loop."""

import asyncio
import os
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from aiohttp import ClientSession

_AUTHORITIES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSL_VERIFY", "REQUESTS_CA_BUNDLE")
_Loop = asyncio.AbstractEventLoop
_sessions: WeakKeyDictionary[_Loop, "ClientSession"] = WeakKeyDictionary()
_users: Counter[int] = Counter()
"""By identity of the event loop, how many keep its connections open."""


class Carried(NamedTuple):
    """A response: HTTP status, headers whose names have no case, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def post(url: str, headers: Mapping[str, str], body: bytes) -> Carried:
    """Send one request once, and follow no redirect.

    Raises:
        OSError: no connection, or one that broke.
        aiohttp.ClientError: likewise, or no HTTP.
    """
    secure = _authorities() if url.startswith("https:") else True
    async with _session().post(
        url, data=body, headers=headers, allow_redirects=False, ssl=secure
    ) as response:
        return Carried(response.status, response.headers, await response.read())


def detour(url: str) -> str | None:
    """Why a request cannot go straight to its host; None if it can."""
    host = urlsplit(url).hostname or ""
    if getproxies() and not proxy_bypass(host):
        return "a proxy stands before its host"
    if url.startswith("https:") and any(os.environ.get(name) for name in _AUTHORITIES):
        return "certificates are set in the environment"
    return None


@asynccontextmanager
async def connections() -> AsyncIterator[None]:
    """Keep this event loop's connections open; who leaves last closes them."""
    loop = asyncio.get_running_loop()
    _users[id(loop)] += 1
    try:
        yield
    finally:
        _users[id(loop)] -= 1
        if not _users[id(loop)]:
            del _users[id(loop)]
            if (session := _sessions.pop(loop, None)) is not None:
                await session.close()


def _session() -> "ClientSession":
    loop = asyncio.get_running_loop()
    if (known := _sessions.get(loop)) is not None:
        return known
    import aiohttp  # noqa: PLC0415 - it takes a while, and comes with LiteLLM

    # The gate bounds the calls in flight. The caller bounds the time.
    connector = aiohttp.TCPConnector(limit=0, resolver=aiohttp.ThreadedResolver())
    made = aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=None),
        cookie_jar=aiohttp.DummyCookieJar(),
    )
    return _sessions.setdefault(loop, made)


@cache
def _authorities() -> ssl.SSLContext:
    """The authorities that LiteLLM's clients trust."""
    import certifi  # noqa: PLC0415 - it comes with LiteLLM

    return ssl.create_default_context(cafile=certifi.where())
