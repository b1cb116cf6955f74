"""oTree: pairs in a repeated dilemma of ten rounds under `otree prodserver`, on SQLite.

Participants do over HTTP what a browser does: they post a form, follow its redirects, listen on the
WebSocket of a waiting page and load the page again when it says so. They arrive within 20 seconds.
The latency of a round is from when the later of two players posts to when a player has the next
page, as for ours. Where a session does not hold, its figures are of the rounds that went on.
"""

import asyncio
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from html import unescape
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import websockets

PAIRS, ROUNDS, PACE, ARRIVAL, LONGEST = 20, 10, 2.0, 20.0, 180
PORT = 8765

SETTINGS = """
SESSION_CONFIGS = [dict(name="pd", num_demo_participants=2, app_sequence=["pd"])]
SESSION_CONFIG_DEFAULTS = dict(real_world_currency_per_point=1.0, participation_fee=0.0)
LANGUAGE_CODE, REAL_WORLD_CURRENCY_CODE, USE_POINTS = "en", "USD", True
ADMIN_USERNAME, ADMIN_PASSWORD, DEMO_PAGE_INTRO_HTML, SECRET_KEY = "admin", "x", "", "bench"
"""
APP = f"""
from otree.api import *


class C(BaseConstants):
    NAME_IN_URL, PLAYERS_PER_GROUP, NUM_ROUNDS = "pd", 2, {ROUNDS}


class Subsession(BaseSubsession):
    pass


class Group(BaseGroup):
    pass


class Player(BasePlayer):
    choice = models.StringField(choices=["cooperate", "defect"])


class Decide(Page):
    form_model, form_fields = "player", ["choice"]


class Wait(WaitPage):
    pass


class Results(Page):
    @staticmethod
    def is_displayed(player):
        return player.round_number == C.NUM_ROUNDS


page_sequence = [Decide, Wait, Results]
"""
PAGE = "{{ block content }}{{ formfields }}{{ next_button }}{{ endblock }}"

Times = dict[int, tuple[float, float]]
"""By round: when a player posted, and when the next page had come."""


async def ask(method: str, path: str, body: bytes = b"") -> tuple[str, str]:
    """The page at the end of all redirects, and its path."""
    for _ in range(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nConnection: close\r\n"
        head += (
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        )
        writer.write(head.encode() + b"\r\n" + body)
        answer = (await reader.read()).decode("utf-8", "replace")
        writer.close()
        status = int(answer.split(" ", 2)[1])
        found = re.search(r"^location: (\S+)", answer, re.IGNORECASE | re.MULTILINE)
        if found is None:
            if status >= 400:
                raise OSError(f"status {status}")
            return path, answer
        parts = urlsplit(found[1])
        path, method, body = parts.path + (f"?{parts.query}" if parts.query else ""), "GET", b""
    raise OSError("redirected without end")


async def after_waiting(path: str, page: str) -> str:
    """The path of the page that follows a waiting page; of any other page its own."""
    while found := re.search(r'makeReconnectingWebSocket\("([^"]+)"\)', page):
        if "/Wait/" not in path:
            break
        address = f"ws://127.0.0.1:{PORT}{unescape(found[1])}"
        async with websockets.connect(address, open_timeout=60) as socket:
            await socket.recv()
        path, page = await ask("GET", path)
    return path


async def play(code: str, seed: int) -> Times:
    """Take part; what came of it as far as it went."""
    rng, times = Random(seed), Times()
    await asyncio.sleep(rng.uniform(0, ARRIVAL))
    with suppress(OSError, asyncio.TimeoutError, websockets.WebSocketException, IndexError):
        path, _ = await ask("GET", f"/InitializeParticipant/{code}")
        for number in range(ROUNDS):
            await asyncio.sleep(PACE * rng.uniform(0.5, 1.5))
            posted = time.monotonic()
            path = await after_waiting(*await ask("POST", path, b"choice=cooperate"))
            times[number] = (posted, time.monotonic())
    return times


async def session(codes: list[str]) -> list[Times]:
    """All participants, in the order of their places: pairs are neighbours."""
    tasks = [asyncio.create_task(play(code, n)) for n, code in enumerate(codes)]
    _, late = await asyncio.wait(tasks, timeout=LONGEST)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return [{} if task.cancelled() else task.result() for task in tasks]


def latencies(played: list[Times]) -> list[float]:
    """From the later post of a round to each player's next page, in milliseconds."""
    found = []
    for one, two in zip(played[::2], played[1::2], strict=True):
        for number in one.keys() & two.keys():
            later = max(one[number][0], two[number][0])
            found += [1000 * (each[number][1] - later) for each in (one, two)]
    return sorted(found)


def codes(folder: Path) -> list[str]:
    """Codes of the participants, by their places in groups."""
    with closing(sqlite3.connect(folder / "db.sqlite3")) as kept:
        rows = kept.execute("SELECT code FROM otree_participant ORDER BY id_in_session")
        return [code for (code,) in rows]


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    (folder / "pd").mkdir()
    (folder / "_static").mkdir()
    (folder / "settings.py").write_text(SETTINGS)
    (folder / "pd" / "__init__.py").write_text(APP)
    for name in ("Decide", "Results"):
        (folder / "pd" / f"{name}.html").write_text(PAGE)
    otree = Path(sys.executable).parent / "otree"
    path = f"{otree.parent}{os.pathsep}{os.environ['PATH']}"
    given: dict[str, Any] = {
        "cwd": folder,
        "env": os.environ | {"PATH": path},
        "stdout": subprocess.DEVNULL,
    }
    subprocess.run([otree, "resetdb", "--noinput"], check=True, stderr=sys.stderr, **given)
    subprocess.run([otree, "create_session", "pd", str(2 * PAIRS)], check=True, **given)
    command = [str(otree), "prodserver", f"127.0.0.1:{PORT}"]
    with subprocess.Popen(
        command, stderr=subprocess.DEVNULL, start_new_session=True, **given
    ) as server:
        try:
            os.sched_setaffinity(server.pid, {0})
            time.sleep(8)
            played = asyncio.run(session(codes(folder)))
        finally:
            os.killpg(server.pid, 15)
    found = latencies(played)
    figures = {
        f"p{q}": found[int(len(found) * q / 100)] if found else float("inf") for q in (50, 95)
    }
    missing = 2 * PAIRS * ROUNDS - sum(map(len, played))
    sys.stdout.write(json.dumps({**figures, "unfinished": missing}) + "\n")


if __name__ == "__main__":
    main()
