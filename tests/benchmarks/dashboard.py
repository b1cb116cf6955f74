"""The dashboard on a run of 100,000 matches and 1,000,000 decisions: seconds and memory.

There is no peer: the targets are seconds that a person waits. Everything is recorded through the
store, with emotions, as a run of models would be; the pages are drawn by Streamlit's own test
runner, in a process of their own.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from agents.core.types import Decision
from arena.core.types import Ending, Match, Transcript, TurnRecord
from arena.design.tournament import Tournament
from arena.engine.manifest import manifest
from arena.record.store import Store
from prompts import Affect
from tests.benchmarks.core import Bound

MATCHES = 100_000
ROUNDS = 5
NAMES = tuple(f"contestant {n}" for n in range(10))
EMOTIONS = ("neutral", "anger", "fear", "happiness")
CHUNK = 5_000

MOST_SECONDS = {
    "first page": 3.0,
    "matches": 3.0,
    "filter": 1.0,
    "emotion filter": 1.0,
    "leaderboard": 3.0,
}
MOST_MEMORY = 1000.0
"""Megabytes."""


def large(folder: Path) -> Path:
    """A run of that size."""
    contestants = [{"name": name, "agent": "uniform"} for name in NAMES]
    game = {"name": "prisoners_dilemma", "params": {"rounds": ROUNDS}}
    repetitions = MATCHES // (len(NAMES) * (len(NAMES) - 1)) + 1
    tournament = Tournament(
        {"name": "large", "games": [game], "contestants": contestants, "repetitions": repetitions}
    )
    with Store(folder, manifest(tournament, MATCHES)) as store:
        for start in range(0, MATCHES, CHUNK):
            store.finish(*_transcripts(start))
    return folder


def _transcripts(start: int) -> Iterator[Transcript]:
    for n in range(start, start + CHUNK):
        seats = (NAMES[n % 10], NAMES[(n + 1 + n // 10 % 9) % 10])
        match = Match(f"{n:016x}", "prisoners_dilemma", seats, n // 90, n // 90)
        if n % 50 == 49:
            both = (_played(n, 0, 0, None), _played(n, 0, 1, "cooperate"))
            yield Transcript(match, (), both, Ending("void", 0), None)
            continue
        made = [
            _played(n, turn, seat, "cooperate" if (n + turn * seat) % 3 else "defect")
            for turn in range(ROUNDS)
            for seat in (0, 1)
        ]
        yield Transcript(match, (), tuple(made), Ending("completed"), (n % 26, (n + 7) % 26))


def _played(n: int, turn: int, seat: int, action: str | None) -> TurnRecord:
    affect = Affect(EMOTIONS[(n + turn) % 4], n % 101, EMOTIONS[(n * seat) % 4])
    return TurnRecord(seat, turn, Decision(action, affect))


@cache
def figures() -> dict[str, float]:
    """Seconds of each page, and megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        large(Path(folder) / "large")
        return _apart(Path(folder))


def _apart(root: Path) -> dict[str, float]:
    """Measured in a process of its own, whose memory is the dashboard's."""
    import subprocess  # noqa: PLC0415 - what is measured does not need it

    command = [sys.executable, "-W", "ignore", "-m", __name__, str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _measure(root: Path) -> dict[str, float]:
    import os  # noqa: PLC0415 - as below

    from streamlit.components.v2 import manifest_scanner  # noqa: PLC0415 - as below
    from streamlit.testing.v1 import AppTest  # noqa: PLC0415 - counted as part of the dashboard

    from dashboard.data import runs as data  # noqa: PLC0415

    os.environ[data.SETTINGS] = data.Settings(root).write()
    # A server does this once; Streamlit's test runner does it for every page.
    scan = "scan_component_manifests"
    setattr(manifest_scanner, scan, cache(getattr(manifest_scanner, scan)))
    found: dict[str, float] = {}

    def page(name: str, view: str, **query: str) -> None:
        app: Any = AppTest.from_string(f"from dashboard.server.shell import main\nmain({view!r})")
        app.default_timeout = 600
        for key, value in {"run": "large", **query}.items():
            app.query_params[key] = value
        began = time.perf_counter()
        app.run()
        found[name] = time.perf_counter() - began
        if app.exception:
            raise SystemExit(str(app.exception))

    page("warming up", "runs", run="none")
    (root / "large" / "run.sqlite").touch()  # another revision: nothing is kept of it
    page("first page", "runs")
    page("matches", "matches")
    page("filter", "matches", contestant=NAMES[3], ending="void")
    page("emotion filter", "matches", contestant=NAMES[3], felt="anger", shown="fear")
    page("leaderboard", "leaderboard")
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    return found


def _row(name: str, unit: str, most: float) -> Bound:
    return Bound(f"100,000 matches: {name}", unit, most, lambda: figures()[name])


ROWS = (
    *(_row(name, "s", most) for name, most in MOST_SECONDS.items()),
    _row("memory", "MB", MOST_MEMORY),
)

if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(Path(sys.argv[1]))) + "\n")
