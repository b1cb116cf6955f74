"""The lab under 200 participants over WebSockets: latency, lost answers, memory.

The server is `arena lab` as a process of its own on one core. The participants are the scripted
ones of `arena lab --robots`, in this process on another core, and read the pages as HTML. Each
takes two seconds for an answer, on average, and a repeated dilemma has ten rounds. The latency of a
round is from when the later of two players sends an answer to when a player has the next view.

There is no peer in the row: oTree's bots post forms by HTTP one after the other, and hold no open
page that a partner's move could reach.
"""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from arena.record.run import Run
from dashboard.lab.client import Shown
from dashboard.lab.links import Links
from dashboard.lab.robots import Robot
from tests.benchmarks.core import Bound

PEOPLE = 200
ROUNDS = 10
PACE = 2.0
"""Seconds that a participant takes for an answer, on average."""

PAIRS = {"contestants": ["people"], "schedule": {"kind": "round_robin", "self_play": True}}
AGENTS = {"contestants": ["people", "tft"]}

_DESIGN = """
name = "bench"
seed = 1
repetitions = {repetitions}
games = [{game}]
contestants = [
    {{ name = "people", agent = "human", consent = "I agree." }},
    {{ name = "tft", agent = "tit_for_tat" }},
]
[lab]
consent = "You are asked to decide."
wait_seconds = 120
"""
_LINK = re.compile(r"^Link for all participants: (\S+)/$", re.MULTILINE)


@dataclass(frozen=True)
class Figures:
    """What one session came to.

    Args:
        latencies: of the rounds, in milliseconds.
        lost: answers that were sent and are not on record.
        memory: of the server at its peak, in MB.
        processor: seconds of a core that the server took.
    """

    latencies: tuple[float, ...]
    lost: int
    memory: float
    processor: float

    def quantile(self, share: float) -> float:
        """Milliseconds within which this share of the rounds went on."""
        return float(np.quantile(self.latencies, share))


class Session:
    """Notes what all participants sent and saw.

    Attributes:
        sent: when an answer to a decision was sent, by match and turn, then by seat.
        came: when the view after it came, likewise.
    """

    def __init__(self) -> None:
        self.sent: dict[tuple[str, int], dict[int, float]] = {}
        self.came: dict[tuple[str, int], dict[int, float]] = {}

    def watcher(self) -> "Participant":
        """Notes for one participant."""
        return Participant(self)

    def latencies(self) -> Iterator[float]:
        """From the later answer of a round to each player's next view, in milliseconds."""
        for about, seats in self.came.items():
            later = max(self.sent[about].values())
            yield from (1000 * (at - later) for at in seats.values())


@dataclass
class Participant:
    """Notes what one participant sent and saw."""

    session: Session
    open: tuple[tuple[str, int], int] | None = None

    def __call__(self, page: Shown, sent: float | None) -> None:
        """Note an answer that is sent now, or a page that has come."""
        if page.kind == "decision" and sent is not None:
            _, match, seat, turn = page.id.split("/")
            about = (match, int(turn))
            self.open = (about, int(seat))
            self.session.sent.setdefault(about, {})[int(seat)] = sent
        if sent is None and self.open is not None and page.kind in {"decision", "result"}:
            about, mine = self.open
            self.session.came.setdefault(about, {})[mine] = page.at
            self.open = None


@cache
def figures(kind: str) -> Figures:
    """A session of 200 people in pairs, or of 100 with 100 agents."""
    count, about = (PEOPLE, PAIRS) if kind == "pairs" else (PEOPLE // 2, AGENTS)
    game = {"name": "prisoners_dilemma", "params": {"rounds": ROUNDS}, **about}
    repetitions = PEOPLE // 2 if kind == "pairs" else PEOPLE // 4
    with tempfile.TemporaryDirectory() as folder:
        design = Path(folder) / "bench.toml"
        table = json.dumps(game).replace('": ', '" = ')
        design.write_text(_DESIGN.format(repetitions=repetitions, game=table), encoding="utf-8")
        run = Path(folder) / "run"
        session = Session()
        with served(design, run) as (origin, process):
            asyncio.run(take_part(origin, Links.read(run), count, session))
            memory, processor = of_process(process.pid)
        with closing(Run(run)) as kept:
            recorded = kept.rows("SELECT match, turn, seat FROM decisions").fetchall()
        answered = {(*key, seat) for key, seats in session.sent.items() for seat in seats}
        lost = len(answered - {(match, turn, seat) for match, turn, seat in recorded})
        assert len(answered) == count * ROUNDS
    return Figures(tuple(session.latencies()), lost, memory, processor)


async def take_part(origin: str, links: Links, count: int, session: Session) -> None:
    """All participants at once, from the link to the last page."""
    robots = [
        Robot(origin + links.path("robot", n), n, pace=PACE, note=session.watcher())
        for n in range(count)
    ]
    await asyncio.gather(*(robot.run() for robot in robots))


@contextmanager
def served(design: Path, run: Path) -> "Iterator[tuple[str, subprocess.Popen[bytes]]]":
    """`arena lab` as a process on the first core; its origin."""
    command = [sys.executable, "-m", "arena", "lab", str(design), "--out", str(run)]
    log = run.with_suffix(".log")
    with (
        log.open("wb") as out,
        subprocess.Popen([*command, "--port", "0", "--quiet"], stderr=out) as process,
    ):
        os.sched_setaffinity(process.pid, {0})
        try:
            while (found := _LINK.search(log.read_text(encoding="utf-8"))) is None:
                if process.poll() is not None:
                    raise SystemExit(log.read_text(encoding="utf-8"))
                time.sleep(0.1)
            yield found[1], process
        finally:
            process.send_signal(signal.SIGINT)


def of_process(pid: int) -> tuple[float, float]:
    """The peak of a process's memory in MB, and the seconds of a core that it took."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return peak / 1024, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rows(kind: str, work: str) -> list[Bound]:
    """The targets of a session."""
    return [
        Bound(
            f"{work}: from the later answer to the next view, 95 %",
            "ms",
            150,
            lambda: figures(kind).quantile(0.95),
            {
                "half (ms)": lambda: figures(kind).quantile(0.5),
                "99 % (ms)": lambda: figures(kind).quantile(0.99),
                "server (s of a core)": lambda: figures(kind).processor,
            },
        ),
        Bound(f"{work}: lost", "answers", 0, lambda: figures(kind).lost),
        Bound(f"{work}: memory", "MB", 500, lambda: figures(kind).memory),
    ]


ROWS = [
    *rows("pairs", "200 people in 100 pairs"),
    *rows("agents", "100 people with 100 scripted agents"),
]
