"""Runs in batches that are killed while they talk to the provider, and in the middle of results."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from arena.record.batch_files import BATCHES
from tests.arena.batched import dilemma, each_provider
from tests.arena.designs import toml
from tests.arena.forks import Forks, Program
from tests.arena.kills import COMMAND, asked, attempts, check, question, questions, rows, varied
from tests.batches import PROVIDERS, BatchLoopback, Provider
from tests.loopback import Loopback, Reply

pytestmark = pytest.mark.usefixtures("quick")

_POINTS = [
    *[("list", False), ("upload", False), ("upload", True), ("create", False), ("create", True)],
    *[("list", True), ("state", True), ("content", True)],
]
"""Endpoints at which the run is killed, before or after they did their work."""

_BATCH = (*COMMAND, "--batch")


class _Killer:
    """A fault that kills the run at the next request of an endpoint.

    Args:
        forks: starts the run.
        folder: of its design.
    """

    def __init__(self, forks: Forks, folder: Path) -> None:
        self._forks, self._folder = forks, folder
        self._armed: list[tuple[str, bool]] = []
        self.running: Program

    def __call__(self, endpoint: str, _number: int) -> Reply | None:
        """What goes wrong at an endpoint."""
        if not self._armed or self._armed[0][0] != endpoint:
            return None
        _, after = self._armed.pop()
        self.running.send(signal.SIGKILL)
        return Reply(drop=True) if after else Reply("nobody hears it", status=500)

    def start(self) -> None:
        """Start the run."""
        self.running = self._forks.start(self._folder, *_BATCH)

    def kill_at(self, endpoint: str, *, after: bool) -> None:
        """Start the run, and kill it before or after an endpoint did its work."""
        self._armed.append((endpoint, after))
        self.start()
        done = self.running.wait()
        assert done.status == -signal.SIGKILL, done.said
        assert not self._armed


def _design(server: Loopback, provider: Provider, rounds: int) -> str:
    data = dilemma(server, provider, repetitions=1, rounds=rounds)
    del data["prices"]  # costs alone would differ from those of calls
    return toml(data)


def _check_whole(server: BatchLoopback, provider: Provider, folder: Path, rounds: int) -> None:
    """All is on record, and was asked once."""
    lines = server.lines()
    assert len(lines) == len(set(lines)) == 2 * 2 * rounds
    sent = sorted(question(body, provider) for body in server.bodies)
    assert sent == sorted(questions(folder).elements())
    assert not (folder / BATCHES).exists()
    check(folder, 2)


def test_a_batch_that_was_made_and_is_not_listed_yet_is_not_sent_again(
    forks: Forks, tmp_path: Path
) -> None:
    """Of Anthropic, which keeps no name of ours."""
    provider, killer = PROVIDERS[1], _Killer(forks, tmp_path)
    with provider.server(varied, fault=killer, lag=2) as server:
        (tmp_path / "t.toml").write_text(_design(server, provider, 1))
        killer.kill_at("create", after=True)
        done = forks.run(tmp_path, *_BATCH)
        assert done.status == 0, done.said
        _check_whole(server, provider, tmp_path / "run", 1)


@pytest.mark.soak
@each_provider
def test_a_run_that_is_killed_at_each_step_of_its_batches_pays_nothing_twice(
    provider: Provider, forks: Forks, tmp_path: Path
) -> None:
    whole, folder, killer = tmp_path / "whole", tmp_path / "run", _Killer(forks, tmp_path)
    whole.mkdir()
    with provider.server(varied) as server:
        (whole / "t.toml").write_text(_design(server, provider, 10))
        done = forks.run(whole, *COMMAND)
        assert done.status == 0, done.said
    with provider.server(varied, fault=killer, lag=1) as server:
        (tmp_path / "t.toml").write_text(_design(server, provider, 10))
        for endpoint, after in _POINTS:
            if endpoint in provider.endpoints:
                killer.kill_at(endpoint, after=after)
        killer.start()
        before = attempts(folder)
        while attempts(folder) == before:
            asked(server, 1)
        killer.running.send(signal.SIGKILL)
        killer.running.wait()
        done = forks.run(tmp_path, *_BATCH)
        assert done.status == 0, done.said
        _check_whole(server, provider, folder, 10)
    assert _bare(rows(folder)) == _bare(rows(whole / "run"))


def _bare(tables: Any) -> str:
    """Rows without what batches change: the lane, and the sampling, which names them."""
    found = json.loads(json.dumps(tables))
    for table in found.values():
        for row in table:
            for key in ("sampling", "lane"):
                row.pop(key, None)
    return json.dumps(found, sort_keys=True)
