"""Runs that are cut short: killed, interrupted, failed. Nothing recorded is lost or asked again."""

import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from arena.record.run import Run
from tests.arena.designs import arena, design, toml
from tests.arena.forks import Forks, Program
from tests.arena.kills import attempts
from tests.loopback import Loopback, Reply, answering

COMMAND = ("run", "t.toml", "--no-preflight", "--out", "run")
CONCURRENCY = 3
CALLS = 2 * 4 * (2 * 2 + 4 * 1)
"""Two blocks of four rounds: two matches of both models, four of one model and the script."""


def models(url: str, **more: Any) -> dict[str, Any]:
    """Two models and a script in the repeated prisoner's dilemma."""
    model = {"agent": "llm", "model": "openai/test", "form": "json", "api_base": url, **more}
    contestants = [
        {"name": "calm", **model},
        {"name": "moved", **model, "emotion": {"mode": "manipulative"}},
        {"agent": "uniform"},
    ]
    game = {"name": "prisoners_dilemma", "params": {"rounds": 4}}
    return design(games=[game], contestants=contestants, repetitions=2, concurrency=CONCURRENCY)


def slowly(asked: Mapping[str, Any], number: int) -> Reply:
    """A run of these takes more than a second, so that it can be met under way."""
    return Reply(answering(asked, number).text, delay=0.1)


def unevenly(asked: Mapping[str, Any], number: int) -> Reply:
    """Answers out of order, always the same to the same question."""
    return Reply(answering(asked).text, delay=0.03 * (number % 4))


def wait_for_attempts(folder: Path, wanted: int, program: Program) -> None:
    until = time.monotonic() + 60
    while attempts(folder / "run") < wanted:
        assert time.monotonic() < until, program.said
        time.sleep(0.005)


def check_complete(folder: Path) -> None:
    run = Run(folder / "run")
    found = list(run.matches())
    assert run.counts == {"completed": run.planned}
    assert len({t.match.id for t in found}) == len(found) == 12
    for transcript in found:
        whole = run.match(transcript.match.id)
        for played in whole.decisions:
            name = whole.match.seats[played.player]
            assert len(played.decision.attempts) == (0 if name == "uniform" else 1)
            assert (played.decision.affect is not None) == (name == "moved")
    run.close()


def test_killed_runs_go_on_and_nothing_recorded_is_asked_again(
    forks: Forks, tmp_path: Path
) -> None:
    kills = (17, 40)
    with Loopback(slowly) as server:
        (tmp_path / "t.toml").write_text(toml(models(server.url)))
        for wanted in kills:
            program = forks.start(tmp_path, *COMMAND)
            wait_for_attempts(tmp_path, wanted, program)
            assert program.kill() == -signal.SIGKILL
        done = forks.run(tmp_path, *COMMAND)
        assert done.status == 0, done.said
        asked, kept = len(server.requests), attempts(tmp_path / "run")
    check_complete(tmp_path)
    assert kept == CALLS
    assert kept <= asked <= kept + CONCURRENCY * len(kills)


def test_a_wrong_key_stops_the_run_in_one_line_and_loses_nothing(
    forks: Forks, tmp_path: Path
) -> None:
    def expiring(asked: Mapping[str, Any], number: int) -> Reply:
        return answering(asked, number) if number < 10 else Reply("no such key", status=401)

    with Loopback(expiring) as server:
        (tmp_path / "t.toml").write_text(toml(models(server.url)))
        done = forks.run(tmp_path, *COMMAND)
        assert done.status == 3
        (line,) = (line for line in done.said.splitlines() if line.startswith("Stopped: "))
        assert "openai/test: it cannot be used: no such key (denied 401 from 127.0.0.1" in line
        assert attempts(tmp_path / "run") == 10
        server.script = answering
        assert forks.run(tmp_path, *COMMAND).status == 0
    check_complete(tmp_path)


def test_the_run_resumes_through_another_address(forks: Forks, tmp_path: Path) -> None:
    with Loopback(answering) as server:
        (tmp_path / "t.toml").write_text(toml(models(server.url)))
        assert forks.run(tmp_path, *COMMAND, "--limit", 3).status == 0
    with Loopback(answering) as server:
        (tmp_path / "t.toml").write_text(toml(models(server.url)))
        assert forks.run(tmp_path, *COMMAND).status == 0
    check_complete(tmp_path)


def test_unusable_replies_void_the_match_with_the_verdict_on_record(
    forks: Forks, tmp_path: Path
) -> None:
    with Loopback(lambda _asked, _number: Reply('{"action": "maybe"}')) as server:
        (tmp_path / "t.toml").write_text(toml(models(server.url, reasks=1)))
        done = forks.run(tmp_path, *COMMAND)
        assert done.status == 3
        assert "Stopped: all 12 matches are void (illegal 12)" in done.said
        asked = len(server.requests)
    run = Run(tmp_path / "run")
    assert run.counts == {"void": 12}
    for transcript in run.matches():
        whole = run.match(transcript.match.id)
        assert whole.payoffs is None
        assert whole.ending.verdict == "illegal"
        last = [p.decision for p in whole.decisions if whole.match.seats[p.player] != "uniform"]
        assert all(len(d.attempts) == 2 and d.action is None for d in last)
    assert asked == attempts(tmp_path / "run")
    printed = arena("show", "run", transcript.match.id, cwd=tmp_path).stdout
    assert "reply 2 (illegal; test" in printed
    assert '| {"action": "maybe"}' in printed
    assert "gave no legal action (last verdict: illegal)" in printed
    run.close()


def test_what_is_on_record_equals_what_was_asked(forks: Forks, tmp_path: Path) -> None:
    with Loopback(answering) as server:
        (tmp_path / "t.toml").write_text(toml(models(server.url)))
        assert forks.run(tmp_path, *COMMAND).status == 0
        assert len(server.requests) == attempts(tmp_path / "run")
        bodies = [[(m["role"], m["content"]) for m in body["messages"]] for body in server.bodies]
    run = Run(tmp_path / "run")
    kept = [
        [(m.role, m.content) for m in attempt.messages]
        for transcript in run.matches()
        for played in run.match(transcript.match.id).decisions
        for attempt in played.decision.attempts
    ]
    run.close()
    assert sorted(kept) == sorted(bodies)


def test_transcripts_are_the_same_whatever_the_concurrency(forks: Forks, tmp_path: Path) -> None:
    found = []
    for concurrency in (1, 7):
        folder = tmp_path / str(concurrency)
        folder.mkdir()
        with Loopback(unevenly) as server:
            data = {**models(server.url), "concurrency": concurrency}
            (folder / "t.toml").write_text(toml(data))
            assert forks.run(folder, *COMMAND).status == 0
        run = Run(folder / "run")
        found.append(repr(list(run.matches())).encode())
        run.close()
    assert found[0] == found[1]
