"""The configurations of proxies in the documents, as far as they can be checked without a proxy."""

import asyncio
import json
import re

from httpx import AsyncClient
from websockets.asyncio.client import connect
from websockets.typing import Origin

from dashboard.lab.limits import Rate
from dashboard.lab.settings import PORT
from tests import ROOT
from tests.dashboard.lab.scripted import ScriptedDesk
from tests.dashboard.lab.sites import site

DOCUMENT = (ROOT / "docs" / "lab.md").read_text(encoding="utf-8")
NAME = "lab.example.org"
PUBLIC = f"https://{NAME}"


def nginx(address: str, upgrade: str) -> dict[str, str]:
    """What the documented proxy sets in a request: headers whose value is empty are left out."""
    variables = {"$host": NAME, "$remote_addr": address, "$http_upgrade": upgrade}
    lines = re.findall(r"proxy_set_header (\S+) (\S+);", DOCUMENT)
    headers = {name: variables.get(value, value.strip('"')) for name, value in lines}
    return {name: value for name, value in headers.items() if value}


def test_the_documented_proxies_lead_to_the_usual_port() -> None:
    assert f"proxy_pass http://127.0.0.1:{PORT};" in DOCUMENT
    assert f"reverse_proxy 127.0.0.1:{PORT}\n" in DOCUMENT
    assert f"--public-url {PUBLIC}\n" in DOCUMENT
    assert f"server_name {NAME};" in DOCUMENT


def test_what_the_documented_proxy_sends_is_served() -> None:
    desk = ScriptedDesk()

    async def whole() -> None:
        async with site(desk, public=PUBLIC, joining=Rate(1, 0.001)) as base:
            port = int(base.rpartition(":")[2])
            async with AsyncClient(base_url=base) as client:

                async def join(address: str) -> str:
                    headers = nginx(address, "") | {"Origin": PUBLIC}
                    answer = await client.post("/join", data={"x": ""}, headers=headers)
                    client.cookies.clear()
                    return str(answer.headers.get("location", ""))

                seat = await join("192.0.2.1")
                assert await join("192.0.2.2")  # somebody else, by the proxy's word
                assert not await join("192.0.2.1")
                page = await client.get("/", headers=nginx("192.0.2.3", ""))
                assert page.status_code == 200
            sent = nginx("192.0.2.1", "websocket")
            assert (sent.pop("Host"), sent.pop("Connection")) == (NAME, "upgrade")
            assert sent.pop("Upgrade") == "websocket"  # the client sets these three itself
            address = f"ws://{NAME}{seat.replace('seat', 'socket', 1)}"
            async with connect(
                address,
                host="127.0.0.1",
                port=port,
                origin=Origin(PUBLIC),
                additional_headers=sent,
            ) as socket:
                assert json.loads(await socket.recv())["page"] == "consent"

    asyncio.run(whole())
    assert len(desk.people) == 2
