"""What is served: Streamlit's application, and its start page with one line more.

A page that is opened by its address, such as /matches, looks for its server below itself first and
fills the browser's log with errors. The line tells it where the server is; without it everything
works all the same.
"""

from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.starlette import App

from dashboard.shell import FIRST, available

_LINE = "<script>window.__streamlit = {BACKEND_BASE_URL: location.origin}</script>"
_PAGE = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")


async def _start(request: Request) -> Response:
    """Streamlit's start page; the first of ours has no path of its own."""
    if request.url.path == f"/{FIRST}":
        return RedirectResponse(f"/?{request.url.query}")
    page = _PAGE.replace("<head>", f"<head>{_LINE}", 1)
    return HTMLResponse(page, headers={"Cache-Control": "no-cache", "X-Frame-Options": "DENY"})


# Pages are imported here, before anybody waits for one.
app = App(
    Path(__file__).parent / "script.py",
    routes=[Route(f"/{path}", _start) for path in ("", *available())],
)
