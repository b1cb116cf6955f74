"""A hundred thousand scripted matches recorded as decisions: memory, and resuming what is done."""

import json
import os
import subprocess
import sys
from functools import cache
from tempfile import TemporaryDirectory

from tests import ROOT
from tests.benchmarks.core import Bound

SMALL, LARGE = 10_000, 100_000


@cache
def _measured(matches: int) -> dict[str, float]:
    """Peak memory in MB of playing, seconds of resuming."""
    script = "tests.benchmarks.peers.scale"
    found: dict[str, float] = {}
    with TemporaryDirectory() as folder:
        for part in ("play", "resume"):
            command = [sys.executable, "-m", script, folder, str(matches)]
            environment = os.environ | {"PYTHONPATH": str(ROOT)}
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
            )
            found |= {f"{part} {key}": value for key, value in json.loads(done.stdout).items()}
    return found


ROWS = (
    Bound(
        "100,000 scripted matches recorded as decisions, peak memory", "MB", 400,
        lambda: _measured(LARGE)["play MB"],
        asides={
            "with 10,000": lambda: _measured(SMALL)["play MB"],
            "seconds": lambda: _measured(LARGE)["play s"],
        },
    ),
    Bound(
        "resuming it finished", "s", 2, lambda: _measured(LARGE)["resume s"],
    ),
)  # fmt: skip
