"""The whole way with a real language model: the embedded one, in four emotion modes."""

import json
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest

from arena.record.run import Run
from prompts import catalogue
from tests.arena.designs import arena, design, toml
from tests.prompts.cases import MODES

WORDS = set(catalogue().emotions("en"))


def four_modes() -> str:
    model = {"agent": "llm", "model": "embedded/smollm2", "max_tokens": 96, "seeded": True}
    players = [{"name": mode, **model, "emotion": {"mode": mode}} for mode in MODES]
    dilemma = {"name": "prisoners_dilemma", "params": {"rounds": 1}}
    poker = {"name": "kuhn_poker", "contestants": ["visible", "manipulative"]}
    return toml(
        design(
            games=[dilemma, poker],
            contestants=[*players, {"agent": "uniform"}],
            repetitions=1,
        )
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of the embedded model: about 36 decisions."""
    folder = tmp_path_factory.mktemp("embedded")
    (folder / "t.toml").write_text(four_modes())
    done = arena("run", "t.toml", "--out", "run", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_a_real_model_plays_every_match_to_its_end(folder: Path) -> None:
    run = Run(folder / "run")
    assert run.counts == {"completed": 22}
    run.close()


def test_every_reply_fits_the_schema_and_is_legal(folder: Path) -> None:
    run = Run(folder / "run")
    attempts = [
        attempt
        for transcript in run.matches()
        for played in run.match(transcript.match.id).decisions
        for attempt in played.decision.attempts
    ]
    run.close()
    assert len(attempts) >= 32
    assert {attempt.verdict for attempt in attempts} == {"legal"}
    for attempt in attempts:
        assert attempt.completion is not None
        assert json.loads(attempt.completion.text)["action"]
        assert attempt.completion.usage["completion_tokens"] > 0
        assert attempt.completion.cost == 0


def test_each_mode_records_its_own_kind_of_report(folder: Path) -> None:
    run = Run(folder / "run")
    seen, told = set(), defaultdict[str, set[bool | None]](set)
    for transcript in run.matches():
        for played in transcript.decisions:
            name, affect = transcript.match.seats[played.player], played.decision.affect
            seen.add(name)
            if name in {"absent", "uniform"}:
                assert affect is None
                continue
            assert affect is not None
            assert affect.felt in WORDS
            assert 0 <= affect.intensity <= 100
            if name == "manipulative" and played.told:
                assert affect.shown in WORDS
            else:
                assert affect.shown == (affect.felt if played.told else None)
            told[transcript.match.game].add(played.told)
    run.close()
    assert seen == {*MODES, "uniform"}
    # In one round nobody who sees it can act on it.
    assert told == {"kuhn_poker": {True}, "prisoners_dilemma": {False}}


def test_what_is_shown_reaches_the_other_players_prompt(folder: Path) -> None:
    run = Run(folder / "run")
    answered = 0
    for transcript in run.matches():
        if transcript.match.game != "kuhn_poker":
            continue
        first, second, *_ = run.match(transcript.match.id).decisions
        assert first.decision.affect is not None
        shown = first.decision.affect.shown
        question = second.decision.attempts[0].messages[1].content
        assert f"With this move the other player showed: {shown}." in question
        answered += 1
    run.close()
    assert answered == 2


def test_the_leaderboard_and_a_transcript_are_one_command_away(folder: Path) -> None:
    board = arena("rate", "run", cwd=folder).stdout
    assert all(name in board for name in (*MODES, "uniform"))
    listed = arena("show", "run", cwd=folder).stdout.splitlines()
    key = next(line.split()[0] for line in listed if "manipulative" in line)
    shown = arena("show", "run", key, "--prompts", cwd=folder).stdout
    for words in (
        "reply 1 (legal",
        "felt    ",
        "showed  ",
        "sent (system)",
        "You also choose which",
    ):
        assert words in shown


def processes() -> list[tuple[int, int]]:
    """Process and parent of all that live."""
    command = ["/bin/ps", "-e", "-o", "pid=,ppid=,stat="]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return [(int(pid), int(parent)) for pid, parent, state in rows if "Z" not in state]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_the_model_stops_with_the_run(end: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(four_modes())
    command = [sys.executable, "-m", "arena", "run", "t.toml", "--out", "run"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not (servers := {pid for pid, parent in processes() if parent == process.pid}):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    process.send_signal(end)
    process.wait(timeout=90)  # importing LiteLLM is not interrupted
    while servers & {pid for pid, _ in processes()}:
        assert time.monotonic() < until, "the embedded model outlives the run"
        time.sleep(0.05)
