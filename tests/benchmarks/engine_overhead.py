"""What the engine adds to a call, and what a decision costs beside inspect_ai's sample.

Of the engine's own work about a quarter is writing the prompt and its schema, a quarter filing the
attempt and closing the match in SQLite, an eighth reading the reply, the rest the gate, the rules,
the loop and the records.
"""

from tests.benchmarks.core import REPEATS, Bound, Row
from tests.benchmarks.peers.overhead import microseconds
from tests.benchmarks.peers.samples import samples_per_second

ROWS = (
    Bound(
        "engine's own work per decision, full recording", "µs", 400,
        lambda: min(microseconds() for _ in range(REPEATS)),
    ),
    Row(
        "1,000 single decisions, canned replies", "samples/s", 3, "inspect_ai mockllm/model",
        "inspect_mock", samples_per_second, needs=("inspect-ai==0.3.260", "openai", "litellm"),
    ),
)  # fmt: skip
