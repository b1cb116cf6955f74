"""Importing the program, planning and playing leave the variables of the process as they were."""

import os
import subprocess
import sys
from pathlib import Path

from tests import ROOT

PROGRAM = """
import os, sys
from pathlib import Path
before = dict(os.environ)
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.runner import run
from arena.planning.plan import plan
from tests.arena.designs import Silent
from tests.benchmarks.peers.engine import design
from tests.benchmarks.peers.provider import provider
assert os.environ == before, "import"
with provider() as url:
    tournament = Tournament(design(url, 20))
    plan(tournament)
    assert os.environ == before, "plan"
    run(tournament, Path(sys.argv[1]), Silent(), how=RunOptions(preflight=False))
assert os.environ == before, "run"
"""


def test_the_environment_stays_as_it_was(tmp_path: Path) -> None:
    given = {"OPENAI_API_KEY": "none", "MISTRAL_API_KEY": "", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, str(tmp_path / "run")],
        cwd=ROOT,
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
