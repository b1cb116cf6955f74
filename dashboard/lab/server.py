"""Serves the application by uvicorn, in the event loop in which the engine plays."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from dashboard.lab.settings import LARGEST
from games import BadInput

_PROXIES = "127.0.0.1,::1"
"""Who may say for whom it asks: a proxy on this machine."""

_GRACE = 5
"""Seconds that open connections have when the server ends."""


class _Server(uvicorn.Server):
    """Signals are the caller's: it keeps the record."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Catch none."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Args:
        host: address of this machine.
        port: likewise; 0 for any that is free.

    Raises:
        BadInput: it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(2048)
    except OSError as error:
        made.close()
        reason = (error.strerror or str(error)).lower()
        raise BadInput(
            f"port {port} of {host} cannot be used: {reason}; --port takes another"
        ) from None
    return made


@asynccontextmanager
async def served(app: ASGIApp, listening: socket.socket) -> AsyncIterator[None]:
    """The application answers until the block is left; open connections are told."""
    config = uvicorn.Config(
        app,
        http="h11",
        ws="websockets-sansio",
        lifespan="off",
        log_config=None,
        log_level="error",  # who knocks at the port with something else is no news
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=_PROXIES,
        ws_max_size=LARGEST,
        ws_ping_interval=None,  # pages give signs of life of their own
        ws_per_message_deflate=False,  # its buffers take more memory than pages
        timeout_graceful_shutdown=_GRACE,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve([listening]))
    try:
        while not server.started:
            await asyncio.wait({serving}, timeout=0.01)
            if serving.done():
                serving.result()
                raise BadInput("the server has not started")
        yield
    finally:
        server.should_exit = True
        await serving
