"""What goes over a seat's WebSocket: doubles, nonsense, silence, floods, other people's seats."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from socket import IPPROTO_TCP
from time import monotonic
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from arena.lab.pages import Arrival
from dashboard.lab.client import Refused, Shown, Visitor
from dashboard.lab.html import LONGEST
from dashboard.lab.limits import Rate
from dashboard.lab.server import listen
from dashboard.lab.socket import MALFORMED, MOVED, SILENT, TOO_LONG, UNKNOWN
from tests.dashboard.lab.scripted import PAGES, ScriptedDesk
from tests.dashboard.lab.sites import LINKS, site

CONSENT = {"consent": "yes", "read": True}
Act = Callable[[str, ScriptedDesk], Awaitable[None]]


def visit(act: Act, desk: ScriptedDesk | None = None, **changes: Any) -> ScriptedDesk:
    desk = desk or ScriptedDesk()

    async def whole() -> None:
        async with site(desk, **changes) as base, asyncio.timeout(20):
            await act(base, desk)

    asyncio.run(whole())
    return desk


@asynccontextmanager
async def seated(base: str, token: str) -> AsyncIterator[ClientConnection]:
    """A raw connection to a seat."""
    address = f"{base.replace('http', 'ws', 1)}/socket/{LINKS.sign('seat', token)}"
    async with connect(address, origin=Origin(base), compression=None, max_size=None) as socket:
        yield socket


async def heard(socket: ClientConnection, key: str = "") -> dict[str, Any]:
    """The next message that is no sign of life; with a key, the next that holds it."""
    while True:
        message: dict[str, Any] = json.loads(await socket.recv())
        if "beat" not in message and (not key or key in message):
            return message


async def code(socket: ClientConnection) -> int:
    """With which code the server ends a connection."""
    with suppress(ConnectionClosed):
        while True:
            await socket.recv()
    return socket.close_code or 0


def answer(page: str, values: object) -> str:
    return json.dumps({"page": page, "values": values})


def test_a_page_goes_out_and_an_answer_leads_to_the_next() -> None:
    async def act(base: str, desk: ScriptedDesk) -> None:
        async with seated(base, desk.arrive(Arrival())) as socket:
            first = await heard(socket)
            assert (first["page"], first["seconds"]) == ("consent", None)
            await socket.send(answer("consent", {"consent": "yes"}))
            assert await heard(socket) == {
                "done": "consent",
                "wrong": {"read": "Please answer this."},
            }
            await socket.send(answer("consent", CONSENT))
            told = [await heard(socket), await heard(socket)]
            assert {"done": "consent", "wrong": {}} in told
            assert "welcome" in [message.get("page") for message in told]

    assert visit(act).only.given == {"consent": CONSENT}


def test_small_messages_are_sent_at_once() -> None:
    """Else the second of two waits for the receipt of the first, which systems hold back."""
    with listen("127.0.0.1", 0) as listening:
        assert listening.proto == IPPROTO_TCP


def test_doubles_and_answers_to_other_pages_change_nothing() -> None:
    async def act(base: str, desk: ScriptedDesk) -> None:
        async with seated(base, desk.arrive(Arrival())) as socket:
            for _ in range(3):
                await socket.send(answer("consent", CONSENT))
            await socket.send(answer("ended", {}))
            await socket.send(answer("decision/1", {"action": "X"}))
            told = [await heard(socket) for _ in range(7)]
            assert sum("html" in each for each in told) == 2
            assert [each["wrong"] for each in told if "done" in each][3:] == [
                {"": "This page is not open any more."}
            ] * 2

    assert visit(act).only.given == {"consent": CONSENT}


NONSENSE: list[str | bytes] = [
    "",
    "x",
    "[]",
    "null",
    "{}",
    '{"beat": 2}',
    '{"beat": 1, "page": "consent"}',
    '{"page": "consent"}',
    '{"page": 1, "values": {}}',
    '{"page": "consent", "values": []}',
    '{"page": "consent", "values": {}, "seat": "other"}',
    '{"page": "consent", "values": {"x": NaN}}',
    "[" * 50_000,
    b'{"page": "consent", "values": {}}',
]


def test_nonsense_ends_the_connection_and_nothing_else() -> None:
    async def act(base: str, desk: ScriptedDesk) -> None:
        token = desk.arrive(Arrival())
        for message in NONSENSE:
            async with seated(base, token) as socket:
                await socket.send(message)
                assert await code(socket) == MALFORMED, message
        async with seated(base, token) as socket:
            assert (await heard(socket))["page"] == "consent"

    desk = visit(act)
    assert desk.only.calls == []
    assert desk.only.lost == len(NONSENSE) + 1


def test_an_answer_of_five_megabytes_is_refused() -> None:
    async def act(base: str, desk: ScriptedDesk) -> None:
        token = desk.arrive(Arrival())
        async with seated(base, token) as socket:
            await heard(socket)
            with suppress(ConnectionClosed):
                await socket.send(answer("consent", {"consent": "x" * 5_000_000}))
            assert await code(socket) == TOO_LONG
        async with seated(base, token) as socket:
            assert (await heard(socket))["page"] == "consent"

    assert visit(act).only.calls == []


def test_the_newest_connection_holds_the_seat() -> None:
    async def act(base: str, desk: ScriptedDesk) -> None:
        token = desk.arrive(Arrival())
        async with seated(base, token) as older:
            await heard(older)
            async with seated(base, token) as newer:
                assert await code(older) == MOVED
                assert (await heard(newer))["page"] == "consent"
                await newer.send(answer("consent", CONSENT))
                assert (await heard(newer)).keys() & {"done", "page"}
                assert desk.only.given

    visit(act)


def test_nobody_answers_for_anybody_else() -> None:
    async def act(base: str, desk: ScriptedDesk) -> None:
        mine, other = desk.arrive(Arrival()), desk.arrive(Arrival())
        desk.people[other].go(5)
        async with seated(base, mine) as socket:
            await heard(socket)
            await socket.send(answer("decision/1", {"action": "X", "felt": "anger"}))
            assert (await heard(socket))["wrong"] == {"": "This page is not open any more."}
        assert not desk.people[other].calls
        signed = LINKS.sign("seat", mine)
        for token in ("", signed[:-2], other, signed.replace(signed[5], "A", 1)):
            address = f"{base.replace('http', 'ws', 1)}/socket/{token or 'x'}"
            async with connect(address, origin=Origin(base)) as socket:
                assert await code(socket) == UNKNOWN

    visit(act)


def test_a_lost_receipt_costs_no_answer() -> None:
    """The connection breaks when the desk has the answer and the browser does not know it."""

    async def act(base: str, desk: ScriptedDesk) -> None:
        visitor = Visitor(f"{base}/")
        await visitor.join()
        accept, cut = desk.sit, []

        def sit(token: str) -> Any:
            seat = accept(token)
            taken = seat.answer

            async def answered(page: str, values: Any, *_: Any, **_named: Any) -> Any:
                wrong = await taken(page, values)
                if page not in cut:
                    cut.append(page)
                    await visitor.drop()
                return wrong

            seat.answer = answered  # type: ignore[method-assign]
            return seat

        desk.sit = sit  # type: ignore[method-assign]
        tasks: list[asyncio.Task[Any]] = []
        async for page in visitor.pages():
            if page.kind == "waiting":
                break
            if page.id not in visitor.acknowledged and not any(
                t.get_name() == page.id for t in tasks
            ):
                values = {**CONSENT, "q1": 3}
                tasks.append(asyncio.create_task(visitor.answer(page.id, values), name=page.id))
        await asyncio.gather(*tasks)
        assert cut == ["consent", "welcome", "rules", "quiz"]
        assert visitor.connections > 4

    assert list(visit(act).only.given) == ["consent", "welcome", "rules", "quiz"]


def test_a_connection_that_breaks_before_the_answer_arrives_sends_it_again() -> None:
    async def act(base: str, desk: ScriptedDesk) -> None:
        visitor = Visitor(f"{base}/")
        await visitor.join()
        sending: asyncio.Task[Any] | None = None
        async for page in visitor.pages():
            if page.id == "welcome":
                break
            if sending is None:
                await visitor.drop()
                sending = asyncio.create_task(visitor.answer(page.id, CONSENT))
        assert sending is not None
        assert await sending == {}
        assert desk.only.calls == [("consent", CONSENT)]

    visit(act)


def test_the_desk_hears_when_signs_of_life_stop() -> None:
    async def act(base: str, desk: ScriptedDesk) -> None:
        token = desk.arrive(Arrival())
        async with seated(base, token) as socket:
            assert await code(socket) == SILENT
        assert desk.only.lost == 1
        visitor = Visitor(f"{base}/")
        await visitor.join()
        reading = asyncio.create_task(_all(visitor))
        await asyncio.sleep(0.5)
        assert visitor.connections == 1
        reading.cancel()

    visit(act, beat=0.04)


async def _all(visitor: Visitor) -> list[Shown]:
    return [page async for page in visitor.pages()]


def test_a_flood_is_held_back_and_nothing_of_it_is_lost() -> None:
    async def act(base: str, desk: ScriptedDesk) -> None:
        async with seated(base, desk.arrive(Arrival())) as socket:
            began = monotonic()
            for number in range(30):
                await socket.send(answer("none", {"n": number}))
            while len(desk.only.calls) < 30:
                await heard(socket)
            assert monotonic() - began > 0.4
        assert [values["n"] for _, values in desk.only.calls] == list(range(30))

    visit(act, answering=Rate(5, 50))


def test_whoever_connects_again_in_a_flood_has_no_fresh_allowance() -> None:
    async def act(base: str, desk: ScriptedDesk) -> None:
        token, other = desk.arrive(Arrival()), desk.arrive(Arrival())
        began = monotonic()
        for number in range(15):  # two each: to connect, and the message
            async with seated(base, token) as socket:
                await heard(socket, "page")
                await socket.send(answer("none", {"n": number}))
                await heard(socket, "done")
        assert monotonic() - began > 0.4
        assert [values["n"] for _, values in desk.people[token].calls] == list(range(15))
        async with seated(base, other) as socket:  # the limit is each participant's own
            await heard(socket, "page")

    visit(act, answering=Rate(5, 50))


def test_a_seat_that_the_lab_forgot_and_a_lab_that_is_full_are_told() -> None:
    async def act(base: str, desk: ScriptedDesk) -> None:
        visitor = Visitor(f"{base}/")
        await visitor.join()
        desk.people.clear()
        with pytest.raises(Refused, match="does not know"):
            await _all(visitor)
        desk.full = 0
        with pytest.raises(Refused, match="All places are taken"):
            await Visitor(f"{base}/").join()

    visit(act)


def test_a_visitor_reads_what_a_page_offers() -> None:
    async def act(base: str, desk: ScriptedDesk) -> None:
        visitor = Visitor(f"{base}/")
        await visitor.join()
        for at, page in enumerate(PAGES):
            desk.only.go(at)
            shown = await anext(aiter(visitor.pages()))
            assert (shown.id, shown.kind, shown.can_send) == (page.id, page.kind, bool(page.button))
            for read, field in zip(shown.fields, page.fields, strict=True):
                assert (read.key, read.kind, read.label) == (field.key, field.kind, field.label)
                if field.kind in {"choice", "faces"}:
                    assert tuple(read.options) == tuple(value for value, _ in field.options)
                elif read.options:
                    assert read.options == [str(n) for n in range(field.low, field.high + 1)]
                elif field.kind == "text":
                    assert read.high == LONGEST
                else:
                    assert (read.low, read.high) == (field.low, field.high)

    visit(act)
