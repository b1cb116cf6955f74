"""What a design of forks takes: what is planned is what is played, within a cap and in parts."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from arena.forking.playing import FOLDER
from arena.forking.verify import fork_problems
from arena.record.run import Run
from tests.arena.commands import Done, command
from tests.arena.designs import design, played, toml
from tests.loopback import Loopback, Reply, answering

ROUNDS, TIMES, FORKS = 3, 2, 2
CONTINUATIONS = FORKS * 2 * TIMES
DECISIONS = CONTINUATIONS * (ROUNDS - 1)
"""Of the model: one for each round that is left."""
CALLS = 2 * DECISIONS
PRICE = {"prompt": 1.0, "completion": 1.0}
UNFINISHED = 3
"""Exit status."""


def _second_thoughts(asked: Mapping[str, Any], number: int) -> Reply:
    """Every decision takes two calls: the first reply cannot be used."""
    again = any(each["role"] == "assistant" for each in asked["messages"])
    return answering(asked, number) if again else Reply("maybe")


@pytest.fixture(scope="module")
def server() -> Iterator[Loopback]:
    with Loopback(_second_thoughts) as server:
        yield server


@pytest.fixture(scope="module")
def recorded(server: Loopback, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with a price, and a script, in two matches."""
    model = {"agent": "llm", "model": "openai/m", "form": "json", "api_base": server.url}
    game = {"name": "prisoners_dilemma", "params": {"rounds": ROUNDS}}
    pair = [model, {"agent": "tit_for_tat"}]
    data = design(repetitions=1, games=[game], contestants=pair, prices={"openai/m": PRICE})
    folder = tmp_path_factory.mktemp("priced")
    [first, *_] = Run(played(data, folder / "run")).manifest.design["contestants"]
    assert len(Run(folder / "run").ids()) == FORKS
    where = {"contestant": ["tit_for_tat"], "set": ["first:"]}
    forks = {"name": "answers", "run": "run", "changes": ["action=defect"], "times": TIMES}
    (folder / "forks.toml").write_text(toml({**forks, "where": where}))
    return folder


@pytest.fixture
def folder(recorded: Path, tmp_path: Path) -> Path:
    """A copy of the run beside the design of forks."""
    return Path(shutil.copytree(recorded, tmp_path / "there"))
