"""Model calls through the whole engine: prompt, call, parse, record. Provider 50 ms away, 100 calls
in flight. In one process the processor decides how many fit in a second, so both sides count its
time. On Ray there are two workers, and the clock counts; what the driver takes of the processor for
a call bounds what a cluster can do, see `scaling`.
"""

from functools import partial

from tests.benchmarks.core import Bound, Row, peer_figures


def _figure(executor: str, lane: str, key: str) -> float:
    return peer_figures(f"engine {executor} {lane}")[key]


ROWS = (
    Row(
        "calls through the engine, one process", "calls/s of the processor", 0.85,
        "bare litellm.acompletion", "litellm_calls", partial(_figure, "local", "direct", "figure"),
        asides={
            "calls/s of the clock": partial(_figure, "local", "direct", "clock"),
            "by acompletion": partial(_figure, "local", "acompletion", "figure"),
        },
    ),
    Row(
        "calls by acompletion, Ray with 2 workers", "calls/s of the clock", 1.25, "one process",
        "engine local acompletion", partial(_figure, "ray", "acompletion", "clock"), figure="clock",
        asides={"driver's processor (µs a call)": partial(_figure, "ray", "acompletion", "µs")},
    ),
    Bound(
        "direct calls, Ray with 2 workers: the driver's processor for a call", "µs", 100,
        partial(_figure, "ray", "direct", "µs"),
        asides={
            "calls/s of the clock": partial(_figure, "ray", "direct", "clock"),
            "one process": partial(_figure, "local", "direct", "clock"),
        },
    ),
)  # fmt: skip
