"""`arena --help` beside a Python that does nothing."""

import resource
import subprocess
import sys

from tests import ROOT
from tests.benchmarks.core import REPEATS, Bound


def _seconds(*arguments: str) -> float:
    """Of the processor, the least of several runs."""
    times = []
    for _ in range(REPEATS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


ROWS = (
    Bound(
        "arena --help, beyond python -c pass", "s", 0.4,
        lambda: _seconds("-m", "arena", "--help") - _seconds("-c", "pass"),
    ),
)  # fmt: skip
