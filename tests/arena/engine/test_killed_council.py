"""A council whose process is killed between two members goes on, and asks none of them twice."""

import json
import signal
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from agents.council import DEFAULT
from arena.record.run import Run
from tests.agents.composite_runs import design, made
from tests.arena.designs import toml
from tests.arena.forks import Forks
from tests.arena.kills import COMMAND, attempts
from tests.loopback import Loopback, Reply

FIRST = 2
"""Members that answer before the process is killed."""
ALONE: dict[str, Any] = {
    "games": [{"name": "dictator"}],
    "schedule": {"kind": "single"},
}


def test_no_member_is_asked_twice(
    forks: Forks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    killed, held, answered = threading.Event(), list[int](), Counter[str]()

    arrived = count()

    def answer(asked: Mapping[str, Any], _number: int) -> Reply:
        number = next(arrived)
        if number >= FIRST and not killed.is_set():
            held.append(number)
            return Reply("", drop=True, delay=20)  # by then nobody is there to hear it
        answered[asked["messages"][0]["content"]] += 1
        said = {"reasoning": "So be it.", "action": 10 * number, "strength": 50}
        return Reply(json.dumps(said))

    with Loopback(answer) as server:
        council = {"agent": "council", "rule": "vote"}
        (tmp_path / "t.toml").write_text(toml(design(server.url, council, **ALONE)))
        program = forks.start(tmp_path, *COMMAND)
        until = time.monotonic() + 240
        while attempts(tmp_path / "run") < FIRST or not held:
            assert time.monotonic() < until, program.said
            time.sleep(0.01)
        program.send(signal.SIGKILL)
        assert program.wait().status == -signal.SIGKILL
        seen = -1
        while seen != (seen := len(held)):  # what was sent before the end arrives
            time.sleep(1)
        killed.set()
        done = forks.run(tmp_path, *COMMAND)
        assert done.status == 0, done.said
    assert sorted(answered.values()) == [1] * len(DEFAULT)
    (decision,) = made(tmp_path / "run", "council")
    assert Counter(attempt.part for attempt in decision.attempts) == dict.fromkeys(DEFAULT, 1)
    with closing(Run(tmp_path / "run")) as there:
        assert there.counts == {"completed": 1}
