"""One WebSocket a seat: pages go out as HTML, answers come in, both sides give signs of life.

From the server: a page (`page`, `html`, `seconds`), what became of an answer (`done`, `wrong`), a
sign of life (`beat`). From the browser: an answer (`page`, `values`, and `face` where one is read)
or a sign of life (`beat`).

An answer whose acknowledgement is lost is sent again with the same page id when the connection is
back and the same page is still open; the desk drops doubles.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from arena.lab.pages import Seat
from dashboard.lab.html import page_html
from dashboard.lab.limits import Bucket
from dashboard.lab.message import Malformed, read_message
from dashboard.lab.settings import LARGEST, Settings

MOVED = 4001
"""The seat is held by a newer connection."""

MALFORMED = 4400
"""What came in is no message of a page."""

UNKNOWN = 4404
"""No participant has this token."""

SILENT = 4408
"""There was no sign of life."""

TOO_LONG = 1009
"""A message has too many bytes."""

_SILENCE = 2.5
"""Beats without a sign of life after which a participant is absent."""


class Connection:
    """Serves one seat through one WebSocket.

    Args:
        socket: accepted.
        seat: the participant's.
        settings: the application's.
        bucket: limits what the participant sends, through all connections together.
    """

    def __init__(self, socket: WebSocket, seat: Seat, settings: Settings, bucket: Bucket) -> None:
        self._socket = socket
        self._seat = seat
        self._settings = settings
        self._bucket = bucket

    async def serve(self) -> None:
        """Serve until either side ends it."""
        tasks = [asyncio.create_task(work()) for work in (self._push, self._read, self._beat)]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._seat.leave()
        for task in done:
            if (error := task.exception()) is None:
                await self._close(task.result())
            elif not isinstance(error, WebSocketDisconnect):
                raise error

    async def _close(self, code: int) -> None:
        try:
            await self._socket.close(code)
        except (RuntimeError, WebSocketDisconnect):
            return  # the other side was quicker

    async def _push(self) -> int:
        """Send each page, until the seat is taken elsewhere. To connect counts as a message."""
        await asyncio.sleep(self._bucket.wait())
        async for page in self._seat.pages():
            await self._send({"page": page.id, "html": page_html(page), "seconds": page.seconds})
        return MOVED

    async def _beat(self) -> int:
        """Give signs of life."""
        while True:
            await asyncio.sleep(self._settings.beat)
            await self._send({"beat": 1})

    async def _read(self) -> int:
        """Take what the browser sends, until it falls silent or talks nonsense."""
        while True:
            try:
                async with asyncio.timeout(_SILENCE * self._settings.beat):
                    message = await self._socket.receive()
            except TimeoutError:
                return SILENT
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", 1000))
            text = message.get("text")
            if text is None:
                return MALFORMED
            if len(text) > LARGEST:
                return TOO_LONG
            try:
                answer = read_message(text)
            except Malformed:
                return MALFORMED
            await asyncio.sleep(self._bucket.wait())
            if answer is not None:
                sent = self._seat.answer(answer.page, answer.values, face=answer.face)
                # An answer that is being recorded is recorded, whatever becomes of the connection.
                wrong = await asyncio.shield(sent)
                await self._send({"done": answer.page, "wrong": dict(wrong)})

    async def _send(self, message: Mapping[str, Any]) -> None:
        await self._socket.send_text(json.dumps(message, ensure_ascii=False))
