"""Nobody but the browser that opened the printed link gets anything from a real dashboard."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from runpy import run_path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.responses import PlainTextResponse
from streamlit.runtime import Runtime

from dashboard.data.runs import SETTINGS, Settings
from dashboard.server import app
from dashboard.server.gate import FOREIGN, UNKNOWN, Gate
from tests.dashboard import runs
from tests.dashboard.serving import serving

_HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}
_STREAM = "/_stcore/stream"


class Answer(NamedTuple):
    """What a raw client gets."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True)
class Served:
    """A dashboard and a client that is no browser.

    Args:
        link: as it is printed.
    """

    link: str

    @property
    def port(self) -> int:
        return urlsplit(self.link).port or 0

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def cookie(self) -> str:
        return f"arena-{self.port}={self.link.rpartition('=')[2]}"

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Headers by name, with `_` for `-`; a WebSocket is a method here."""
        asked = {key.replace("_", "-"): value for key, value in headers.items()}
        if method == "WEBSOCKET":
            asked, method = asked | _HANDSHAKE, "GET"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, headers=asked)
            answer = connection.getresponse()
            body = b"" if answer.status == 101 else answer.read()
            return Answer(answer.status, dict(answer.getheaders()), body.decode())
        finally:
            connection.close()

    def sessions(self) -> int:
        """Sessions begun so far, by the server's own count; each would run the script."""
        counts = self.ask("/_stcore/metrics", Cookie=self.cookie).body
        found = re.search(r'session_events_total{type="connect"} (\d+)', counts)
        assert found is not None
        return int(found[1])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("gate")
    runs.scripted(folder / "runs" / "scripted")
    with serving(folder / "runs", folder / "log.txt") as link:
        yield Served(link)


@pytest.fixture
def routes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Every route of the server, with each of its methods; a WebSocket is a method here."""
    monkeypatch.setattr(Runtime, "_instance", None)  # it is one per process
    monkeypatch.setattr(app.app, "_runtime", None)
    found = [
        (re.sub(r"{.*?}", "x", getattr(route, "path", "")) or "/", getattr(route, "methods", None))
        for route in app.app._build_starlette_app().routes
    ]
    return [(path, method) for path, methods in found for method in methods or ("GET", "WEBSOCKET")]


def strangers(served: Served) -> Iterator[dict[str, str]]:
    """Headers that must not get in."""
    right, wrong = served.cookie, f"{served.cookie[:-1]}{'B' if served.cookie[-1] == 'A' else 'A'}"
    yield {}
    yield {"Cookie": wrong}
    yield {"Cookie": right.replace("arena-", "arena")}
    yield {"Cookie": f"arena-{served.port}="}
    for origin in (
        "https://example.org",
        f"http://127.0.0.1:{served.port - 1}",
        f"http://localhost:{served.port}",
        f"https://127.0.0.1:{served.port}",
        "http://127.0.0.1",
        "null",
    ):
        yield {"Cookie": right, "Origin": origin}
    for host in (f"example.org:{served.port}", "127.0.0.1", f"127.0.0.1:{served.port - 1}", ""):
        yield {"Cookie": right, "Host": host}
        yield {"Cookie": right, "Host": host, "Origin": f"http://{host}"}
    for site in ("same-site", "cross-site"):  # a picture, a frame, a link: no Origin is sent
        yield {"Cookie": right, "Sec_Fetch_Site": site}


def test_no_route_gives_a_stranger_anything_or_runs_a_script(
    served: Served, routes: list[tuple[str, str]]
) -> None:
    paths = {path for path, _ in routes}
    assert {"/", "/matches", "/media/x", "/_stcore/health", "/_stcore/metrics"} < paths
    assert (_STREAM, "WEBSOCKET") in routes
    assert any("upload_file" in path for path, method in routes if method == "PUT")
    before = served.sessions()
    asked = (*routes, ("/no/such/route", "GET"), ("/", "BREW"))
    for at, (path, method) in enumerate(asked):
        # A third of the strangers at each route, and all of them at every three.
        for headers in islice(strangers(served), at % 3, None, 3):
            answer = served.ask(path, method, **headers)
            assert answer.status == 403, (path, method, headers)
            assert "set-cookie" not in answer.headers
            if method in {"HEAD", "WEBSOCKET"}:
                assert answer.body == ""
            else:
                assert answer.body in {FOREIGN, UNKNOWN}, (path, method, headers)
    assert served.sessions() == before


def test_the_browser_that_opened_the_link_gets_in(served: Served) -> None:
    for headers in (
        {},
        {"Origin": served.origin, "Sec_Fetch_Site": "same-origin"},
        {"Host": f"localhost:{served.port}", "Origin": f"http://localhost:{served.port}"},
        {"Sec_Fetch_Site": "none"},
    ):
        for cookie in (served.cookie, f"arena-{served.port}=tossed; other=1; {served.cookie}"):
            answer = served.ask("/_stcore/health", Cookie=cookie, **headers)
            assert answer.body == "ok"
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
            assert "<title>" in served.ask("/", Cookie=cookie, **headers).body
    before = served.sessions()
    assert served.ask(_STREAM, "WEBSOCKET", Cookie=served.cookie).status == 101
    assert served.sessions() == before + 1


def test_the_link_sets_a_cookie_and_leads_to_a_clean_address(served: Served) -> None:
    token = served.link.rpartition("?")[2]
    answer = served.ask(f"//example.org/matches?run=a+b&{token}&match=1")
    assert answer.status == 303
    assert answer.headers["location"] == f"{served.origin}//example.org/matches?run=a+b&match=1"
    assert answer.body == ""
    cookie, *attributes = answer.headers["set-cookie"].split("; ")
    assert cookie == served.cookie
    assert {"HttpOnly", "Path=/", "SameSite=strict"} == set(attributes)
    assert len(token) > 40


@pytest.mark.parametrize(
    "headers", [{"Host": "example.org"}, {"Origin": "http://example.org"}, {"Cookie": "x=y"}]
)
def test_a_link_with_another_token_or_for_another_name_is_no_key(
    served: Served, headers: dict[str, str]
) -> None:
    link = served.link if "Cookie" not in headers else served.link[:-2]
    answer = served.ask(link.removeprefix(served.origin), **headers)
    assert answer.status == 403
    assert "set-cookie" not in answer.headers


def test_the_token_is_on_no_command_line(served: Served) -> None:
    token = served.link.rpartition("=")[2].encode()
    seen = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, given = ((process / name).read_bytes() for name in ("cmdline", "environ"))
        except OSError:  # it has ended
            continue
        seen += str(served.port).encode() in command
        assert token not in command
        assert token not in given
    assert seen


def test_without_a_token_other_pages_stay_out() -> None:
    here = "http://127.0.0.1:8501"

    async def ask(headers: dict[str, str]) -> str:
        behind = ASGITransport(Gate(PlainTextResponse("ok"), None))
        sent = {key.replace("_", "-"): value for key, value in headers.items()}
        async with AsyncClient(transport=behind, base_url=here) as client:
            return (await client.get("/", headers=sent)).text

    assert asyncio.run(ask({})) == "ok"
    for headers in strangers(Served(f"{here}/?token=none")):
        other = bool(headers.keys() - {"Cookie"})
        assert asyncio.run(ask(headers)) == (FOREIGN if other else "ok")


def test_without_a_token_there_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(SETTINGS, Settings(tmp_path, token=False).write())
    made = run_path(app.__file__)

    async def begin() -> None:
        async with made["_announced"](made["app"]):
            pass

    asyncio.run(begin())
    assert "Warning: without a token every user" in (said := capsys.readouterr().err)
    assert "token=" not in said
    assert [each.kwargs for each in made["app"]._user_middleware] == [{"token": None}]


@pytest.mark.soak
def test_a_dashboard_without_a_token_serves_all_but_other_pages(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    with serving(tmp_path, log, "--no-token") as link:
        served = Served(link)
        assert link == f"{served.origin}/"
        assert "Warning: without a token every user" in log.read_text(encoding="utf-8")
        assert served.ask("/_stcore/health").body == "ok"
        for headers in strangers(served):
            if headers.keys() - {"Cookie"}:
                assert served.ask("/_stcore/health", **headers).body == FOREIGN
                assert served.ask(_STREAM, "WEBSOCKET", **headers).status == 403


def test_each_start_has_a_token_of_its_own(served: Served) -> None:
    assert app._SECRET is not None  # of the application that this process has imported
    other = f"arena-{served.port}={app._SECRET}"
    assert served.ask("/_stcore/health", Cookie=other).body == UNKNOWN
    assert served.ask(f"/?token={app._SECRET}").body == UNKNOWN
