"""Model calls through the whole engine: prompt, call, parse, record. Provider 50 ms away, 100 calls
in flight. The processor decides how many fit in a second, so both sides count its time."""

from tests.benchmarks.core import Row, peer_figures

ROWS = (
    Row(
        "calls through the engine, one process", "calls/s of the processor", 0.85,
        "bare litellm.acompletion", "litellm_calls", lambda: peer_figures("engine", ())["figure"],
        asides={"calls/s of the clock": lambda: peer_figures("engine", ())["clock"]},
    ),
    Row(
        "calls through the engine, Ray with 2 workers", "calls/s of the clock", 1.25,
        "one process", "engine", lambda: peer_figures("engine_ray", ())["clock"], figure="clock",
    ),
)  # fmt: skip
