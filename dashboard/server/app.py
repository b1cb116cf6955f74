"""The served application: Streamlit behind a gate, with an extra line in its start page.

A page opened by its address, such as /matches, first looks for its server at a path below itself
and logs errors in the browser. The extra line gives the path of the server, and lets the keyboard
follow links in tables. It is optional.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from secrets import token_urlsafe

import streamlit
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.starlette import App

from dashboard.control import tables
from dashboard.data.runs import Settings
from dashboard.server.gate import TOKEN, Gate
from dashboard.server.shell import FIRST, available

_KEYS = Path(__file__).with_name("keys.js").read_text("utf-8")
_LINE = (
    "<script>window.__streamlit = {BACKEND_BASE_URL: location.origin}</script>"
    f"<script>{_KEYS}</script>"
)
_PAGE = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")


async def _start(request: Request) -> Response:
    """Streamlit's start page; the first of ours has no path of its own."""
    if request.url.path == f"/{FIRST}":
        return RedirectResponse(f"/?{request.url.query}")
    page = _PAGE.replace("<head>", f"<head>{_LINE}", 1)
    return HTMLResponse(page, headers={"Cache-Control": "no-cache", "X-Frame-Options": "DENY"})


_SECRET = token_urlsafe() if Settings.read().token else None
"""Token of this start. It is created here, so that no command line and no file contains it."""

_OPEN = (
    "Warning: without a token every user and every program of this machine can read the runs, and "
    "start others with your keys."
)


@asynccontextmanager
async def _announced(_app: App) -> AsyncIterator[None]:
    """Print the link as soon as the server listens; leave the tables at the end."""
    address = f"http://127.0.0.1:{streamlit.get_option('server.port')}/"
    link = address if _SECRET is None else f"{address}?{TOKEN}={_SECRET}"
    warning = f"{_OPEN}\n" if _SECRET is None else ""
    sys.stderr.write(f"{warning}Dashboard: {link} (this machine only; Ctrl-C ends it)\n")
    sys.stderr.flush()
    yield
    await asyncio.to_thread(tables.leave)


# Pages are imported here, before the first request.
app = App(
    Path(__file__).parent / "script.py",
    lifespan=_announced,
    routes=[Route(f"/{path}", _start) for path in ("", *available())],
    middleware=[Middleware(Gate, token=_SECRET)],
)
