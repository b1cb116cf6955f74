"""A hundred thousand hands of Kuhn poker, recorded as outcomes by `arena run`, then rated."""

import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from arena.record.run import Run
from tests import ROOT
from tests.arena.designs import design, toml
from tests.benchmarks.core import Bound

HANDS = 120_000


@cache
def _seconds() -> tuple[float, float]:
    """Of either command by the clock, with the start of Python."""
    plan = design(
        games=[{"name": "kuhn_poker"}],
        contestants=[{"agent": "equilibrium"}, {"agent": "uniform"}],
        repetitions=HANDS // 2,
        record="outcomes",
    )
    with TemporaryDirectory() as folder:
        file, out = Path(folder) / "hands.toml", Path(folder) / "run"
        file.write_text(toml(plan), "utf-8")
        played = _command("run", file, "--out", out)
        assert sum(Run(out).counts.values()) == HANDS
        return played, _command("rate", out)


def _command(*words: object) -> float:
    began = time.perf_counter()
    line = [sys.executable, "-m", "arena", *map(str, words)]
    subprocess.run(line, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


ROWS = (
    Bound("arena run, 120,000 Kuhn hands, outcomes on record", "s", 1.2, lambda: _seconds()[0]),
    Bound("arena rate on 120,000 of them", "s", 3, lambda: _seconds()[1]),
)
