"""Room for the connections of calls: made where the system allows it, else asked for."""

import resource
import subprocess
import sys
from pathlib import Path

from arena.design.tournament import Tournament
from arena.engine.runner import most_calls
from tests.arena.designs import design, toml
from tests.arena.kills import models

LIMITED = """
import resource, sys
from arena.engine import descriptors
from games import BadInput
soft, hard, calls = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
try:
    descriptors.ensure(calls)
except BadInput as error:
    print(error)
print(resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def limited(soft: int, hard: int, calls: int) -> list[str]:
    """What a process says that has such limits and wants to make so many calls at a time."""
    command = [sys.executable, "-c", LIMITED, *map(str, (soft, hard, calls))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_the_soft_limit_is_raised_as_far_as_is_needed() -> None:
    (limits,) = limited(40, 900, 300)
    soft, hard = map(int, limits.strip("()").split(", "))
    assert 300 + 64 < soft < 300 + 64 + 40
    assert hard == 900


def test_enough_is_left_alone_and_scripts_need_nothing() -> None:
    assert limited(500, 900, 300) == ["(500, 900)"]
    assert limited(40, 40, 0) == ["(40, 40)"]


def test_calls_are_as_many_as_models_may_be_asked_and_matches_can_ask() -> None:
    tournament = Tournament(models("http://127.0.0.1:9/v1", concurrency=500))
    assert most_calls(tournament, 20_000) == 2 * 500
    assert most_calls(tournament, 3) == 3 * 2
    assert most_calls(Tournament(design()), 20_000) == 0


def test_too_few_descriptors_are_one_line_before_play(tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(toml(models("http://127.0.0.1:9/v1", 100, concurrency=500)))
    done = subprocess.run(
        [sys.executable, "-m", "arena", "run", "t.toml"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256)),
        env={"OPENAI_API_KEY": "sk-loopback", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 2
    (line,) = (line for line in done.stderr.splitlines() if line.startswith("arena: "))
    assert "400 calls in flight need 4" in line
    assert "and the system allows 256: raise the limit (ulimit -n 4" in line
    assert "Traceback" not in done.stderr
