"""The lab's web application: participants' pages and nothing else."""

from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from arena.lab.pages import Desk, NoSuchSeat
from dashboard.draw.avatar import STYLE
from dashboard.lab.entry import Entry
from dashboard.lab.guard import Guard
from dashboard.lab.limits import Addresses, Buckets
from dashboard.lab.links import Links
from dashboard.lab.recogniser import face_routes
from dashboard.lab.settings import Settings
from dashboard.lab.socket import UNKNOWN, Connection

_STATIC = Path(__file__).parent / "static"


def application(desk: Desk, links: Links, settings: Settings) -> Starlette:
    """The ASGI application.

    Args:
        desk: receives participants and says what comes next.
        links: signs and reads their tokens.
        settings: how participants reach it.
    """
    entry = Entry(desk, links, settings, Addresses(settings.joining))
    sit = partial(_sit, desk, entry, settings, Buckets(settings.answering))
    return Starlette(
        routes=[
            Route("/", entry.door),
            Route("/j/{link}", entry.door),
            Route("/join", entry.join, methods=["POST"]),
            Route("/seat", entry.seat),
            Route("/seat/{signed}", entry.seat),
            Route("/room", entry.room),
            Route("/room/count", entry.count),
            WebSocketRoute("/socket", sit),
            WebSocketRoute("/socket/{signed}", sit),
            Route("/avatar.css", _avatar_style),
            *face_routes(settings.recogniser),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        middleware=[Middleware(Guard, settings=settings)],
        exception_handlers={404: entry.lost},
    )


async def _avatar_style(_request: Request) -> FileResponse:
    """How drawn faces stand beside each other."""
    return FileResponse(STYLE)


async def _sit(
    desk: Desk, entry: Entry, settings: Settings, buckets: Buckets, socket: WebSocket
) -> None:
    """Serve a seat. A browser learns the code of a closed socket only if it was open."""
    await socket.accept()
    token = entry.token(socket) or ""
    try:
        seat = desk.sit(token)
    except NoSuchSeat:
        await socket.close(UNKNOWN)
        return
    await Connection(socket, seat, settings, buckets.of(token)).serve()
