"""Runs in batches that are killed while they talk to the provider, and in the middle of results."""

import json
import signal
from pathlib import Path

import pytest

from arena.record.batch_files import BATCHES
from tests.arena.designs import toml
from tests.arena.forks import Forks, Program
from tests.arena.kills import (
    COMMAND,
    asked,
    attempts,
    check,
    models,
    question,
    questions,
    rows,
    varied,
)
from tests.arena.kills import undisturbed as by_itself
from tests.batches import BatchLoopback
from tests.loopback import Reply

_POINTS = [
    *[("list", False), ("upload", False), ("upload", True), ("create", False), ("create", True)],
    *[("list", True), ("state", True), ("content", True)],
]
"""Endpoints at which the run is killed, before or after they did their work."""


@pytest.mark.soak
def test_a_run_that_is_killed_at_each_step_of_its_batches_pays_nothing_twice(
    forks: Forks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    whole = by_itself(forks, tmp_path / "whole", 1)
    armed: list[tuple[str, bool]] = []
    running: list[Program] = []

    def fault(endpoint: str, _number: int) -> Reply | None:
        if not armed or armed[0][0] != endpoint:
            return None
        _, after = armed.pop()
        running[-1].send(signal.SIGKILL)
        return Reply(drop=True) if after else Reply("nobody hears it", status=500)

    folder = tmp_path / "run"
    with BatchLoopback(varied, fault=fault) as server:
        (tmp_path / "t.toml").write_text(toml(models(server.url, 1)))
        for point in _POINTS:
            armed.append(point)
            running.append(forks.start(tmp_path, *COMMAND, "--batch"))
            assert running[-1].wait().status == -signal.SIGKILL
            assert not armed
        running.append(forks.start(tmp_path, *COMMAND, "--batch"))
        before = attempts(folder)
        while attempts(folder) == before:
            asked(server, 1)
        running[-1].send(signal.SIGKILL)
        running[-1].wait()
        done = forks.run(tmp_path, *COMMAND, "--batch")
        assert done.status == 0, done.said
        lines = server.lines()
        assert len(lines) == len(set(lines)) == 40
        assert sorted(map(question, server.bodies)) == sorted(questions(folder).elements())
    assert not (folder / BATCHES).exists()
    check(folder, 2)
    assert _bare(rows(folder)) == _bare(whole)


def _bare(tables: object) -> str:
    """Rows without what batches change: the sampling, which names them."""
    found = json.loads(json.dumps(tables))
    for table in found.values():
        for row in table:
            row.pop("sampling", None)
    return json.dumps(found, sort_keys=True)
