"""Groups of twenty: ten rounds of public goods, a hundred matches, recorded, and rated."""

import time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from arena.analysis.rating import Request, rate
from arena.design.tournament import Tournament
from arena.engine.runner import run
from arena.record.run import Run
from tests.arena.designs import Silent
from tests.benchmarks.core import Bound

MATCHES = 100
DESIGN: dict[str, Any] = {
    "name": "groups",
    "seed": 1,
    "repetitions": MATCHES // 4,
    "games": [{"name": "public_goods", "params": {"players": 20, "rounds": 10}}],
    "schedule": {"kind": "groups", "mixes": "one"},
    "contestants": [
        {"agent": "free_rider"},
        {"agent": "full_contributor"},
        {"agent": "conditional_contributor"},
        {"agent": "human_mix"},
    ],
}


@cache
def _measured() -> dict[str, float]:
    """Seconds of playing and recording, and of rating."""
    with TemporaryDirectory() as folder:
        where = Path(folder) / "run"
        began = time.process_time()
        run(Tournament(DESIGN), where, Silent())
        played = time.process_time()
        record = Run(where)
        assert sum(record.counts.values()) == MATCHES
        rated = rate([record], Request())
        assert len(rated.tables["public_goods"]) == len(DESIGN["contestants"])
        return {"play": played - began, "rate": time.process_time() - played}


ROWS = (
    Bound(
        "100 scripted matches of 20 seats x 10 rounds, played and recorded", "s", 20,
        lambda: _measured()["play"],
    ),
    Bound("rating them", "s", 5, lambda: _measured()["rate"]),
)  # fmt: skip
