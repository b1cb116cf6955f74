"""Forks as they are played in earnest: killed in the middle, by a real model, and on Ray."""

import json
import shutil
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from arena.core.types import seed_of
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.runner import run as play
from arena.forking.effects import fork_effects
from arena.forking.fork import Fork, stated
from arena.forking.playing import FOLDER, play_forks
from arena.forking.verify import fork_problems
from arena.record.place import FILE
from arena.record.run import Run
from tests.arena.designs import Silent, design
from tests.arena.forks import PATIENCE, Forks
from tests.arena.kills import attempts, question, questions, quiet, rows
from tests.loopback import Loopback, Reply, first_legal

ROUND_2 = 2, 3
"""Numbers of the decisions of the second round of two players."""
LOCAL = RunOptions(preflight=False)
RAY = RunOptions(preflight=False, executor="ray", workers=2)
EMBEDDED: dict[str, Any] = {"model": "embedded/smollm2", "max_tokens": 96, "seeded": True}

pytestmark = pytest.mark.soak


def _varied(asked: Mapping[str, Any], _number: int) -> Reply:
    """Soon, words that depend on the question."""
    schema = asked["response_format"]["json_schema"]["schema"]
    drawn = seed_of(asked["messages"])
    words = {k: part["enum"] for k, part in schema["properties"].items() if "enum" in part}
    chosen = {key: each[drawn % len(each)] for key, each in words.items()}
    return Reply(json.dumps(first_legal(schema, **chosen)), delay=0.02)


def _recorded(folder: Path, **model: Any) -> Run:
    """Two models that show emotions in a dilemma of three rounds."""
    player = {"agent": "llm", "form": "json", **model, "emotion": {"mode": "visible"}}
    game = {"name": "prisoners_dilemma", "params": {"rounds": 3}}
    pair = [{"name": name, **player} for name in ("one", "other")]
    data = design(repetitions=2, games=[game], contestants=pair)
    play(Tournament(data), folder / "run", Silent(), how=LOCAL)
    return Run(folder / "run")


def _decision(run: Run, *others: str) -> tuple[str, int]:
    """A decision of the second round, with which none of these emotions was shown."""
    return next(
        (key, at)
        for key in run.ids()
        for at in ROUND_2
        if (affect := run.match(key).decisions[at].decision.affect) and affect.shown not in others
    )


def _rows(folder: Path) -> set[tuple[Any, ...]]:
    """The attempts on record, with all that is known of them."""
    with closing(sqlite3.connect(folder / FILE)) as db:
        return {*db.execute("SELECT * FROM attempts")}


def _killed(forks: Forks, folder: Path, command: list[object], after: int) -> None:
    """Kill the command in the middle, once so many attempts are on record."""
    program, until = forks.start(folder, *command), time.monotonic() + PATIENCE
    while attempts(folder / "run" / FOLDER) < after:
        assert time.monotonic() < until, program.said
        time.sleep(0.02)
    assert program.kill() == -signal.SIGKILL, program.said


def test_forks_of_the_embedded_model_go_on_after_a_kill(
    forks: Forks, tmp_path: Path, figures: Callable[[str], None]
) -> None:
    run, times, changes = _recorded(tmp_path, **EMBEDDED), 20, ("anger", "happiness")
    match, at = _decision(run, *changes)
    before, folder = _rows(run.folder), run.folder / FOLDER
    command = ["fork", "run", match, "--at", at, "--times", times, "--quiet"]
    command += [f"--change=shown={one}" for one in changes]
    _killed(forks, tmp_path, command, 40)
    kept = _rows(folder)
    done = forks.run(tmp_path, *command)
    assert done.status == 0, done.said
    recorded = Run(folder)
    assert recorded.counts == {"completed": 3 * times}
    assert len({made[:3] for made in _rows(folder)}) == 3 * times * 2, "one round of two is left"
    assert kept <= _rows(folder), "what was on record is as it was"
    assert _rows(run.folder) == before, "nothing is asked again that was asked before"
    assert [*fork_problems(recorded)] == []
    for check in ("verify", "replay"):
        assert forks.run(tmp_path, check, f"run/{FOLDER}").status == 0
    table = fork_effects(recorded).table
    assert set(table["pairs"]) == {times}
    for _, row in table[(table["player"] == "other")].iterrows():
        figures(f"{row['change']}: {row['outcome']}: {row['control']:.2f} {row['effect']:+.2f}")
    figures(f"{len(kept)} attempts before the kill, {len(_rows(folder))} at the end")


def test_nothing_is_paid_twice_but_for_what_was_in_flight(forks: Forks, tmp_path: Path) -> None:
    with Loopback(_varied) as server:
        run = _recorded(tmp_path, model="openai/m", api_base=server.url)
        match, at = _decision(run, "anger")
        begun, folder = len(server.requests), run.folder / FOLDER
        command = ["fork", "run", match, "--at", at, "--change=shown=anger", "--times", 20]
        command += ["--no-preflight", "--quiet"]
        _killed(forks, tmp_path, command, 30)
        flight = quiet(server) - begun - attempts(folder)
        done = forks.run(tmp_path, *command)
        assert done.status == 0, done.said
        sent = Counter(map(question, server.bodies[begun:]))
        assert (sent - questions(folder)).total() == flight
        assert attempts(folder) == 2 * 20 * 2


def test_ray_plays_the_same_continuations(tmp_path: Path) -> None:
    with Loopback(_varied) as server:
        run = _recorded(tmp_path, model="openai/m", api_base=server.url)
        match, at = _decision(run, "anger")
        there = Run(Path(shutil.copytree(run.folder, tmp_path / "other" / "run")))
        other = {"cooperate": "defect", "defect": "cooperate"}
        action = other[str(run.match(match).decisions[at].decision.action)]
        fork = Fork(match, at, ("shown=anger", f"action={action}"), 5)
        play_forks(run, [fork], Silent(), LOCAL)
        play_forks(there, [fork], Silent(), RAY)
        local, remote = (Run(each.folder / FOLDER) for each in (run, there))
        assert stated(remote) == [fork]
        assert rows(local.folder) == rows(remote.folder)
        assert fork_effects(local).table.equals(fork_effects(remote).table)
        assert [*fork_problems(remote)] == []
