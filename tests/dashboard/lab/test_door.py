"""Who gets in, by which link, and what other sites get."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient, Response
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from dashboard.lab.guard import LARGEST, answer_headers
from dashboard.lab.limits import Addresses, Bucket, Rate
from dashboard.lab.links import FILE, Links
from dashboard.lab.settings import Settings, is_loopback, origin
from games import BadInput
from tests.dashboard.lab.scripted import ScriptedDesk
from tests.dashboard.lab.sites import LINKS, site

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148"
PUBLIC = "https://lab.example.org"
Act = Callable[[AsyncClient, ScriptedDesk], Awaitable[None]]


def visit(act: Act, desk: ScriptedDesk | None = None, **changes: Any) -> ScriptedDesk:
    """A client at a site."""
    desk = desk or ScriptedDesk()

    async def whole() -> None:
        async with (
            site(desk, **changes) as base,
            AsyncClient(base_url=base, headers={"Origin": base}) as client,
        ):
            await act(client, desk)

    asyncio.run(whole())
    return desk


async def join(client: AsyncClient, **form: str) -> Response:
    return await client.post("/join", data=form or {"x": ""})


def test_looking_at_a_link_admits_nobody() -> None:
    async def act(client: AsyncClient, desk: ScriptedDesk) -> None:
        for method in ("GET", "HEAD"):
            for path in ("/?PROLIFIC_PID=p1", LINKS.path("link", 1)):
                assert (await client.request(method, path)).status_code == 200
        assert not desk.arrivals

    visit(act)


def test_a_link_leads_to_a_seat_with_what_its_query_says() -> None:
    ids = ("PROLIFIC_PID", "STUDY_ID")

    async def act(client: AsyncClient, desk: ScriptedDesk) -> None:
        page = await client.get("/?PROLIFIC_PID=p1&STUDY_ID=&other=x&lang=de")
        assert 'name="PROLIFIC_PID" value="p1"' in page.text
        assert "other" not in page.text
        assert '<html lang="de">' in page.text
        form = {"PROLIFIC_PID": "p" * 500, "lang": "de", "other": "x", "STUDY_ID": ""}
        answer = await client.post("/join", data=form, headers={"User-Agent": PHONE})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/seat/")
        [arrival] = desk.arrivals
        assert arrival.external == {"PROLIFIC_PID": "p" * 200}
        assert (arrival.device, arrival.language, arrival.link) == ("phone", "de", "")
        seat = await client.get(answer.headers["location"])  # the cookie makes the address short
        assert (seat.status_code, seat.headers["location"]) == (303, "/seat")
        assert 'data-socket="/socket"' in (await client.get("/seat")).text

    visit(act, ids=ids, languages=("en", "de"))


def test_markup_in_an_id_is_inert() -> None:
    markup = "\"><script>alert(1)</script>'"

    async def act(client: AsyncClient, desk: ScriptedDesk) -> None:
        page = await client.get("/", params={"PROLIFIC_PID": markup})
        assert "<script>" not in page.text
        (kept,) = re.findall(r'name="PROLIFIC_PID" value="([^"]*)"', page.text)
        assert unescape(kept) == markup
        assert (await join(client, PROLIFIC_PID=unescape(kept))).status_code == 303
        assert desk.arrivals[0].external == {"PROLIFIC_PID": markup}

    visit(act, ids=("PROLIFIC_PID",))


def test_a_browser_that_has_a_seat_goes_back_to_it() -> None:
    async def act(client: AsyncClient, desk: ScriptedDesk) -> None:
        await join(client)
        answer = await client.get("/")
        assert (answer.status_code, answer.headers["location"]) == (303, "/seat")
        await join(client)
        assert len(desk.arrivals) == 1
        answer = await client.get("/?new=1")  # the lab does not know the seat any more
        assert answer.status_code == 200
        assert not client.cookies

    visit(act)


def test_a_button_that_is_pressed_twice_says_so_to_the_desk() -> None:
    async def act(client: AsyncClient, desk: ScriptedDesk) -> None:
        doors = [
            re.findall(r'name="door" value="([^"]+)"', (await client.get("/")).text)[0]
            for _ in range(2)
        ]
        for door in (doors[0], doors[0], doors[1]):
            client.cookies.clear()
            assert (await join(client, door=door)).status_code == 303
        one, again, other = (each.link for each in desk.arrivals)
        assert one == again != other

    visit(act)


def test_a_browser_without_cookies_stays_at_a_signed_address() -> None:
    async def act(client: AsyncClient, _desk: ScriptedDesk) -> None:
        where = (await join(client)).headers["location"]
        client.cookies.clear()
        page = await client.get(where)
        assert f'data-socket="{where.replace("seat", "socket", 1)}"' in page.text
        client.cookies.clear()
        assert (await client.get("/seat")).headers["location"] == "/"

    visit(act)


def test_links_of_others_and_for_other_things_are_none_of_ours() -> None:
    other = Links(b"t" * 32)
    wrong = {
        "another lab's": other.path("link", 1),
        "a seat's": f"/j/{LINKS.sign('seat', 'x')}",
        "cut off": LINKS.path("link", 1)[:-1],
        "invented": "/j/abc",
    }

    async def act(client: AsyncClient, desk: ScriptedDesk) -> None:
        for path in wrong.values():
            assert (await client.get(path)).status_code == 404
            assert (await join(client, link=path.removeprefix("/j/"))).status_code == 404
        for path in (f"/seat/{other.sign('seat', 'x')}", f"/seat/{LINKS.sign('link', 'x')}"):
            assert (await client.get(path)).status_code == 404
        assert not desk.arrivals

    visit(act)


def test_with_personal_links_nobody_comes_without_one() -> None:
    async def act(client: AsyncClient, desk: ScriptedDesk) -> None:
        assert (await client.get("/")).status_code == 403
        assert (await join(client)).status_code == 403
        for path in (LINKS.path("link", 7), LINKS.path("robot", 7)):
            signed = path.removeprefix("/j/")
            assert (await join(client, link=signed)).status_code == 303
        assert [each.link for each in desk.arrivals] == [
            LINKS.token("link", 7),
            LINKS.token("robot", 7),
        ]
        assert [each.robot for each in desk.arrivals] == [False, True]

    visit(act, shared=False)


def test_who_is_not_admitted_is_told_why() -> None:
    async def act(client: AsyncClient, _desk: ScriptedDesk) -> None:
        answer = await join(client)
        assert answer.status_code == 403
        assert "All places are taken." in answer.text
        assert "set-cookie" not in answer.headers

    visit(act, ScriptedDesk(full=0))


def test_the_room_says_how_many_wait() -> None:
    async def act(client: AsyncClient, desk: ScriptedDesk) -> None:
        await join(client)
        desk.only.go(4)
        assert (await client.get("/room/count")).json() == {"waiting": 1}
        assert ">1</p>" in (await client.get("/room")).text

    visit(act)


@pytest.mark.parametrize("public", [None, PUBLIC])
def test_cookies_are_kept_from_scripts_and_plain_connections(public: str | None) -> None:
    async def act(client: AsyncClient, _desk: ScriptedDesk) -> None:
        headers = {"Host": "lab.example.org", "Origin": PUBLIC} if public else {}
        answer = await client.post("/join", data={"x": ""}, headers=headers)
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert ("Secure" in cookie) == bool(public)
        assert cookie.startswith("__Host-" if public else "arena-lab-")

    changes: dict[str, Any] = {"public": public} if public else {}
    visit(act, **changes)


def foreign(base: str) -> list[Mapping[str, str]]:
    """Headers that another site's page, or another name of this machine, brings about."""
    port = int(base.rpartition(":")[2])
    return [
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Origin": f"http://127.0.0.1:{port - 1}"},
        {"Origin": f"https://127.0.0.1:{port}"},
        {"Origin": f"http://localhost:{port}"},
        {"Origin": ""},
        {"Host": f"example.org:{port}", "Origin": f"http://example.org:{port}"},
        {"Host": "127.0.0.1"},
    ]


def test_posts_and_sockets_of_other_sites_are_refused() -> None:
    async def act(client: AsyncClient, desk: ScriptedDesk) -> None:
        where = (await join(client)).headers["location"].replace("seat", "socket", 1)
        base = str(client.base_url)
        for headers in foreign(base.rstrip("/")):
            answer = await client.post("/join", data={"x": ""}, headers=headers)
            assert answer.status_code == 403, headers
            given = dict(headers)
            sent = given.pop("Origin", "") or None
            address = base.replace("http", "ws", 1).rstrip("/") + where
            with pytest.raises(InvalidStatus) as refused:
                async with connect(
                    address, origin=Origin(sent) if sent else None, additional_headers=given
                ):
                    pass
            assert refused.value.response.status_code in {400, 403}  # 400: two names at once
        del client.headers["Origin"]
        assert (await join(client)).status_code == 403
        assert (await client.get("/", headers={"Host": "example.org"})).status_code == 403
        assert desk.only.seats == 0

    visit(act)


def test_every_answer_forbids_foreign_scripts_and_frames() -> None:
    async def act(client: AsyncClient, _desk: ScriptedDesk) -> None:
        paths = ("/", "/seat", "/room", "/room/count", "/static/lab.js", "/nowhere", "/j/x")
        for answer in [await client.get(path) for path in paths] + [await join(client)]:
            for name, value in expected.items():
                assert answer.headers[name] == value, answer.url
            assert answer.headers["cache-control"] == "no-store"
            assert "server" not in answer.headers
            assert "<script>" not in answer.text
            assert " style=" not in answer.text

    expected = answer_headers(Settings("http://127.0.0.1"))
    assert "unsafe" not in expected["Content-Security-Policy"]
    assert "connect-src 'self'" in expected["Content-Security-Policy"]
    assert "camera=()" in expected["Permissions-Policy"]
    visit(act)


def test_long_bodies_and_those_of_unknown_length_are_refused() -> None:
    async def chunks() -> Any:
        yield b"x=1"

    async def act(client: AsyncClient, desk: ScriptedDesk) -> None:
        assert (await client.post("/join", content=b"x" * (LARGEST + 1))).status_code == 413
        assert (await client.post("/join", content=b"x" * 5_000_000)).status_code == 413
        assert (await client.post("/join", content=chunks())).status_code == 411
        assert (await client.put("/join", content=b"")).status_code == 405
        assert not desk.arrivals

    visit(act)


def test_an_address_that_joins_too_often_waits_and_others_do_not() -> None:
    async def act(client: AsyncClient, desk: ScriptedDesk) -> None:
        def via(address: str) -> dict[str, str]:
            return {"X-Forwarded-For": address}  # as a proxy on this machine says it

        async def code(address: str) -> int:
            client.cookies.clear()
            answer = await client.post("/join", data={"x": ""}, headers=via(address))
            return answer.status_code

        assert [await code("192.0.2.1") for _ in range(3)] == [303, 303, 429]
        assert [await code("2001:db8::1"), await code("2001:db8::2")] == [303, 303]
        assert await code("2001:db8::3") == 429  # one network
        assert await code("2001:db8:0:1::1") == 303
        assert len(desk.arrivals) == 5

    visit(act, joining=Rate(2, 0.001))


def test_buckets_fill_up_with_time_and_full_ones_are_forgotten() -> None:
    now = 0.0
    bucket = Bucket(Rate(2, 0.5), lambda: now)
    assert [bucket.take() for _ in range(3)] == [True, True, False]
    now = 2.0
    assert [bucket.take(), bucket.take()] == [True, False]
    assert bucket.wait() == pytest.approx(2)
    now = 100.0
    assert bucket.is_full
    addresses = Addresses(Rate(1, 1e9), most=2)
    assert all(addresses.take(f"192.0.2.{n}") for n in range(50))
    kept = addresses._buckets._kept
    assert len(kept) <= 3
    assert not any("192.0.2" in name for name in kept)


def test_the_secret_is_its_owners_and_stays(tmp_path: Path) -> None:
    links = Links.read(tmp_path / "run")
    file = tmp_path / "run" / FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert Links.read(tmp_path / "run") == links
    assert links.read_signed("seat", links.sign("seat", "abc")) == "abc"
    assert len({links.token("link", n) for n in range(100)}) == 100
    assert len(links.token("link", 1)) == 22  # 128 bits
    file.write_text("short")
    with pytest.raises(BadInput, match="64 hexadecimal"):
        Links.read(tmp_path / "run")


@pytest.mark.parametrize(
    ("public", "host", "expected"),
    [
        (None, "127.0.0.1", "http://127.0.0.1:8600"),
        (None, "::1", "http://[::1]:8600"),
        (None, "192.0.2.5", "http://192.0.2.5:8600"),
        ("https://Lab.example.org/", "127.0.0.1", PUBLIC),
        ("https://lab.example.org:443", "0.0.0.0", PUBLIC),  # noqa: S104
        ("http://lab.example.org:81", "::", "http://lab.example.org:81"),
        (None, "0.0.0.0", "stands for every address"),  # noqa: S104
        ("lab.example.org", "127.0.0.1", "address of a site"),
        ("ftp://lab.example.org", "127.0.0.1", "address of a site"),
        ("https://lab.example.org/path", "127.0.0.1", "address of a site"),
        ("https://me:secret@lab.example.org", "127.0.0.1", "address of a site"),
        ("https://lab.example.org:x", "127.0.0.1", "address of a site"),
    ],
)
def test_the_origin_of_links(public: str | None, host: str, expected: str) -> None:
    if expected.startswith("http"):
        assert origin(public, host, 8600) == expected
        assert expected in Settings(expected, 8600).hosts.values()
    else:
        with pytest.raises(BadInput, match=expected):
            origin(public, host, 8600)


def test_hosts_are_addresses() -> None:
    assert is_loopback("localhost")
    assert is_loopback("127.0.0.9")
    assert not is_loopback("0.0.0.0")  # noqa: S104
    with pytest.raises(BadInput, match="address of this machine"):
        is_loopback("lab.example.org")
