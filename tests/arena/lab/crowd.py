"""Twenty participants whose program is killed again and again: `python -m tests.arena.lab.crowd
FOLDER ACK…`. After so many acknowledged answers it is killed, and started again; at last it is left
to end. A log holds what was asked and what was acknowledged, written before anything else happens.
"""

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

from arena.lab.desk import LabDesk
from arena.lab.pages import Field, Page
from tests.arena.lab.visitors import PEOPLE as ASKED
from tests.arena.lab.visitors import Visitor, design, filled, lab, right

PEOPLE = 20
DESIGN = design(
    repetitions=40,
    contestants=[
        {**ASKED, "emotion": {"mode": "manipulative", "shows_intensity": True}},
        {"name": "tft", "agent": "tit_for_tat"},
    ],
    games=[{**design()["games"][0], "params": {"rounds": 5}}],
    lab={
        "matches": 2,
        "check": {"questions": 1},
        "questions": [
            {"key": "trust", "kind": "scale", "label": "Trust?", "when": "match"},
            {"key": "age", "kind": "number", "label": "Age?", "low": 18, "high": 99},
            {"key": "words", "kind": "text", "label": "Anything else?", "required": False},
        ],
        "payment": {"show_up": 1, "point": 0.1},
        "wait_seconds": 1,
        "fill": "tft",
    },
)


class Log:
    """What participants saw, line by line."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "log.jsonl"
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def add(self, *what: object) -> None:
        """Write a line; it survives the program."""
        os.write(self._file, (json.dumps(what) + "\n").encode())

    def lines(self) -> list[list[Any]]:
        """All whole lines, without one that is being written."""
        *whole, _ = self._path.read_text().split("\n")
        return [json.loads(line) for line in whole]

    def of(self, kind: str) -> list[list[Any]]:
        """The lines of a kind."""
        return [line[1:] for line in self.lines() if line[0] == kind]


class Logged(Visitor):
    """Writes down what is asked and acknowledged."""

    log: Log

    async def play(self) -> None:
        """Go on to the end."""
        seat = self.desk.sit(self.token)
        async for page in seat.pages():
            if page.kind == "ended":
                self.log.add("end", self.token, page.code)
                return
            if not page.button:
                continue
            values = {field.key: chosen(self.token, page, field) for field in page.fields}
            values |= right(self.desk, page)
            self.log.add("ask", self.token, page.id)
            wrong = await seat.answer(page.id, values)
            if wrong:
                self.log.add("wrong", self.token, page.id, dict(wrong))
            else:
                self.log.add("ack", self.token, page.id, values)


def chosen(token: str, page: Page, field: Field) -> object:
    """A value that depends on who answers and on the page; everybody agrees to take part."""
    if page.kind == "consent" or field.kind not in {"choice", "scale"}:
        return filled(field)
    at = Random(f"{token} {page.id} {field.key}")
    return at.choice(field.options)[0] if field.options else at.randint(field.low, field.high)


async def session(folder: Path, log: Log) -> None:
    """Everybody to the end, those on record first."""
    async with lab(DESIGN, folder / "run") as desk, asyncio.timeout(60):
        await asyncio.gather(*(visitor.play() for visitor in _visitors(desk, log)))


def _visitors(desk: LabDesk, log: Log) -> list[Logged]:
    tokens = [token for (token,) in log.of("token")]
    visitors = [Logged(desk, token=token) for token in tokens]
    while len(visitors) < PEOPLE:
        visitors.append(Logged(desk))
        log.add("token", visitors[-1].token)
    for visitor in visitors:
        visitor.log = log
    return visitors


def main(folder: Path, instants: list[int]) -> int:
    """Kill at these instants; the status of the last session."""
    log = Log(folder)
    for acknowledged in (*instants, None):
        if not (child := os.fork()):
            asyncio.run(session(folder, log))
            os._exit(0)
        while acknowledged is not None and len(log.of("ack")) < acknowledged:
            time.sleep(0.002)
            if os.waitpid(child, os.WNOHANG)[0]:
                return 1  # it ended before
        if acknowledged is not None:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), list(map(int, sys.argv[2:]))))
