"""What a design of forks takes: what is planned is what is played, within a cap and in parts."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from arena.forking.playing import FOLDER
from arena.forking.verify import fork_problems
from arena.record.run import Run
from tests.arena.commands import command
from tests.arena.designs import design, played, toml
from tests.loopback import Loopback, Reply, answering

ROUNDS, TIMES, FORKS = 2, 2, 2
CONTINUATIONS = FORKS * 2 * TIMES
DECISIONS = CONTINUATIONS * (ROUNDS - 1)
"""Of the model: one for each round that is left."""
CALLS = 2 * DECISIONS
PRICE = {"prompt": 0.0, "completion": 1.0}
"""Per million tokens; a call may cost little more than it does, so that a cap stops late."""
CALL = 7e-6
"""Cost of a call, of 7 tokens."""
UNFINISHED = 3
"""Exit status."""
PLAY = "fork", "forks.toml", "--no-preflight", "--quiet"


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
    model = {"agent": "llm", "model": "openai/m", "form": "json", "max_tokens": 8}
    game = {"name": "prisoners_dilemma", "params": {"rounds": ROUNDS}}
    pair = [{**model, "api_base": server.url}, {"agent": "tit_for_tat"}]
    data = design(repetitions=1, games=[game], contestants=pair, prices={"openai/m": PRICE})
    folder = tmp_path_factory.mktemp("priced")
    assert len(Run(played(data, folder / "run")).ids()) == FORKS
    # Only in the first round does tit for tat cooperate: the model defects.
    where = {"contestant": ["tit_for_tat"]}
    forks = {"name": "answers", "run": "run", "changes": ["action=defect"], "times": TIMES}
    (folder / "forks.toml").write_text(toml({**forks, "where": where}))
    return folder


@pytest.fixture
def folder(recorded: Path, tmp_path: Path) -> Path:
    """A copy of the run beside the design of forks."""
    return Path(shutil.copytree(recorded, tmp_path / "there"))


def _planned(folder: Path) -> dict[str, Any]:
    done = command(folder, "plan", "forks.toml", "--json")
    assert done.status == 0, done.said
    planned: dict[str, Any] = json.loads(done.said)
    return planned


def _made(folder: Path) -> tuple[int, int, float]:
    """Continuations, calls and their cost on record."""
    forks = Run(folder / "run" / FOLDER)
    [(calls, cost)] = forks.rows("SELECT count(*), total(cost) FROM attempts")
    return len(forks.ids()), calls, cost


def test_calls_and_cost_are_as_planned_though_a_limit_parts_them(
    folder: Path, server: Loopback
) -> None:
    planned = _planned(folder)
    assert (planned["forks"], planned["matches"]) == (FORKS, FORKS)
    assert planned["continuations"] == planned["open"] == CONTINUATIONS
    assert planned["decisions"] == {"llm": DECISIONS, "tit_for_tat": DECISIONS}
    assert planned["calls"] == {"llm": CALLS}
    assert planned["cost"] == {"llm": pytest.approx(CALLS * CALL)}
    printed = command(folder, "plan", "forks.toml").said
    assert re.search(
        rf"^ *llm +{DECISIONS} +{CALLS} +\${CALLS * CALL:.6f} *$", printed, re.MULTILINE
    )
    before, limit = len(server.requests), 3
    assert command(folder, *PLAY, "--limit", str(limit)).status == 0
    assert _made(folder)[0] == limit
    assert _planned(folder)["open"] == CONTINUATIONS - limit
    assert command(folder, *PLAY).status == 0
    continuations, calls, cost = _made(folder)
    assert (continuations, calls) == (CONTINUATIONS, CALLS)
    assert cost == pytest.approx(planned["cost"]["llm"])
    assert len(server.requests) - before == CALLS
    assert _planned(folder)["open"] == 0


def test_a_cap_stops_a_design_midway_and_a_higher_one_goes_on(
    folder: Path, server: Loopback
) -> None:
    before, cap = len(server.requests), CALLS * CALL / 2
    done = command(folder, *PLAY, "--max-cost", str(cap))
    assert done.status == UNFINISHED
    assert f"the cap of ${cap:g} is reached" in done.said
    continuations, calls, cost = _made(folder)
    assert continuations < CONTINUATIONS
    assert 0 < calls < CALLS
    assert 0 < cost <= cap
    done = command(folder, *PLAY, "--max-cost", str(2 * CALLS * CALL))
    assert done.status == 0, done.said
    assert len(server.requests) - before == CALLS, "nothing is paid twice"
    continuations, calls, cost = _made(folder)
    assert (continuations, calls) == (CONTINUATIONS, CALLS)
    assert cost == pytest.approx(CALLS * CALL)
    assert [*fork_problems(Run(folder / "run" / FOLDER))] == []
