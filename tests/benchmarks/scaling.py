"""The driver of a cluster with 64 workers, which bounds what the cluster can do.

The driver is that of a run on Ray, with its record on disk. The workers are fake: they ask for
calls, wait a quarter of a second for each, and report attempts, all in one process, and a socket
stands for Ray. What Ray itself takes of the driver comes on top: see docs/scaling.md.
"""

from functools import partial

from tests.benchmarks.core import Bound, peer_figures

WORKERS, SECONDS, CALLS = 64, 0.25, 40_000
LOADS = (500, 1_000, 2_500, 5_000)
"""Calls in flight: four times as many a second are offered."""


def _figure(flight: int, key: str) -> float:
    return peer_figures(f"scaling {WORKERS} {flight} {SECONDS} {CALLS}")[key]


ROWS = (
    Bound(
        f"driver of {WORKERS} fake workers, {LOADS[-1]:,} calls in flight: processor for a call",
        "µs", 100, partial(_figure, LOADS[-1], "µs"),
        asides={
            "calls for each exchange": partial(_figure, LOADS[-1], "calls"),
            **{
                f"calls/s of the clock with {flight:,} in flight": partial(_figure, flight, "clock")
                for flight in LOADS
            },
            "MB": partial(_figure, LOADS[-1], "MB"),
        },
    ),
)  # fmt: skip
