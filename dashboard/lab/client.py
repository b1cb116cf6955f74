"""A participant without a browser: joins by a link, holds a seat, and reads what a page offers.

It does what the pages' script does: it gives signs of life, connects again by itself, and sends an
answer again whose acknowledgement was lost.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin

from dashboard.lab.socket import MOVED, UNKNOWN
from games import BadInput

_RANGE = re.compile(r"\((-?\d+)–(-?\d+)\)")
_PATIENCE = 30.0
"""Seconds that an answer to a request may take."""

_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
"""Seconds before a lost connection is tried again, the last one for ever."""


class Refused(BadInput):
    """The lab does not admit, or the seat is lost."""


@dataclass
class Offered:
    """One thing that a page asks for, as its HTML says it.

    Args:
        key: of its value.
        kind: as `arena.lab.pages.Field` has it.
        label: what is asked.
        options: values that can be chosen.
        low: the least number.
        high: the largest number.
    """

    key: str
    kind: str
    label: str = ""
    options: list[str] = field(default_factory=list)
    low: int = 0
    high: int = 0


@dataclass(frozen=True)
class Shown:
    """A page that has come.

    Args:
        id: names it.
        kind: as `arena.lab.pages.Page` has it.
        fields: what it asks for.
        can_send: whether it has a button.
        html: all of it.
        at: when it came, in seconds of the event loop's clock.
    """

    id: str
    kind: str
    fields: tuple[Offered, ...]
    can_send: bool
    html: str
    at: float


class Visitor:
    """Somebody who takes part.

    Args:
        link: as participants get it.

    Attributes:
        acknowledged: ids of the pages whose answers the server has taken, in order.
        connections: how often a connection was opened.
    """

    def __init__(self, link: str) -> None:
        self.link = link
        parts = urlsplit(link)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._seat = ""
        self._socket: ClientConnection | None = None
        self._pending: tuple[str, dict[str, Any]] | None = None
        self._wrong: asyncio.Future[Mapping[str, str]] | None = None
        self.acknowledged: list[str] = []
        self.connections = 0

    async def join(self) -> None:
        """Press the button of the page that the link opens.

        Raises:
            Refused: nobody is admitted.
        """
        self._seat = await asyncio.to_thread(self._join)

    async def pages(self) -> AsyncIterator[Shown]:
        """Each page that comes, also the same once more, until the seat is held elsewhere.

        Raises:
            Refused: the seat is lost.
        """
        failed = 0
        while True:
            try:
                async for page in self._connected():
                    failed = 0
                    yield page
            except (OSError, InvalidHandshake, TimeoutError):
                pass
            except ConnectionClosed as end:
                code = end.rcvd.code if end.rcvd else 0
                if code == MOVED:
                    return
                if code == UNKNOWN:
                    raise Refused("the lab does not know the seat any more") from None
            await asyncio.sleep(_PAUSES[min(failed, len(_PAUSES) - 1)])
            failed += 1

    async def answer(self, page: str, values: Mapping[str, Any]) -> Mapping[str, str]:
        """Answer a page; what is wrong, by field, once that is said or another page is shown.

        It must not be awaited where the pages are read, since it is they that bring the answer.
        """
        self._pending = (page, dict(values))
        self._wrong = asyncio.get_running_loop().create_future()
        await self._send_pending()
        return await self._wrong

    def is_pending(self, page: str) -> bool:
        """Whether an answer to a page was given and is not known to be on record."""
        return self._pending is not None and self._pending[0] == page

    async def drop(self) -> None:
        """Break the connection, as a network does."""
        if self._socket is not None:
            self._socket.transport.abort()

    def _join(self) -> str:
        parts = urlsplit(self.link)
        secure = parts.scheme == "https"
        kind = HTTPSConnection if secure else HTTPConnection
        connection = kind(parts.netloc, timeout=_PATIENCE)
        form = dict(parse_qsl(parts.query))
        if parts.path.startswith("/j/"):
            form["link"] = parts.path.removeprefix("/j/")
        headers = {"Origin": self._origin, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request("POST", "/join", urlencode(form), headers)
            answer = connection.getresponse()
            said = answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
        where = answer.headers.get("Location", "")
        if not where.startswith("/seat/"):
            raise Refused(f"the lab admits nobody by {self.link}: {_text(said)}")
        return where.removeprefix("/seat/")

    async def _connected(self) -> AsyncIterator[Shown]:
        """Pages of one connection."""
        address = f"{self._origin.replace('http', 'ws', 1)}/socket/{self._seat}"
        async with connect(
            address, origin=Origin(self._origin), compression=None, ping_interval=None, proxy=None
        ) as self._socket:
            self.connections += 1
            while True:
                message = json.loads(await self._socket.recv())
                if "beat" in message:
                    await self._socket.send('{"beat":1}')
                if "done" in message:
                    self._done(message["done"], message["wrong"])
                if "html" in message:
                    if self.is_pending(message["page"]):
                        await self._send_pending()
                    elif self._wrong and not self._wrong.done():  # its receipt was lost
                        self._wrong.set_result({})
                    yield read_page(message)

    async def _send_pending(self) -> None:
        if self._socket is not None and self._pending is not None:
            page, values = self._pending
            try:
                await self._socket.send(json.dumps({"page": page, "values": values}))
            except ConnectionClosed:
                return  # it is sent again when the page comes again

    def _done(self, page: str, wrong: Mapping[str, str]) -> None:
        if not self.is_pending(page):
            return
        self._pending = None
        if not wrong:
            self.acknowledged.append(page)
        if self._wrong and not self._wrong.done():
            self._wrong.set_result(wrong)


def read_page(message: Mapping[str, Any]) -> Shown:
    """What came, as far as somebody without eyes can read it."""
    reader = _Reader()
    reader.feed(message["html"])
    now = asyncio.get_running_loop().time()
    fields = tuple(reader.fields)
    return Shown(message["page"], reader.kind, fields, reader.can_send, message["html"], now)


class _Reader(HTMLParser):
    """Finds what a page is and what it asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.kind, self.fields, self.can_send = "", list[Offered](), False
        self._label: str | None = None
        self._range = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag says."""
        given = {name: value or "" for name, value in attrs}
        if tag == "article":
            self.kind = given.get("data-kind", "")
        elif "data-key" in given:
            self.fields.append(Offered(given["data-key"], given["data-kind"]))
        elif tag == "button":
            self.can_send = True
        elif tag == "input" and given.get("type") == "radio":
            options = self.fields[-1].options
            if given["value"] not in options:  # the axes of a grid have the same ones
                options.append(given["value"])
        elif tag in {"legend", "label"} and self.fields and not self.fields[-1].label:
            self._label = tag
        elif tag == "textarea":
            self.fields[-1].high = int(given.get("maxlength", 0))
        elif tag == "span" and given.get("class") == "range":
            self._range = True

    def handle_endtag(self, tag: str) -> None:
        """Leave a label, or the range in it."""
        if tag == self._label:
            self._label = None
            self.fields[-1].label = self.fields[-1].label.strip()
        if tag == "span":
            self._range = False

    def handle_data(self, data: str) -> None:
        """Note the words of a label and the range behind them."""
        if self._label is None:
            return
        if not self._range:
            self.fields[-1].label += data
        elif found := _RANGE.search(data):
            self.fields[-1].low, self.fields[-1].high = int(found[1]), int(found[2])


def _text(html: str) -> str:
    """The words of a small page."""
    return " ".join(re.sub(r"<[^>]*>", " ", html.partition("<main>")[2] or html).split())
