"""A group of four who show emotions: displays reach all others, and no kill loses anything."""

import asyncio
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

import games
from agents.core.spec import Scripted
from agents.core.types import Decision
from arena.core.types import Match
from arena.design.matches import planned
from arena.design.tournament import Tournament
from arena.engine.match import play
from arena.engine.replay import replay
from arena.engine.verify import problems
from arena.record.run import Run
from prompts import Affect, View
from tests.arena.designs import arena, design, toml
from tests.arena.kills import COMMAND, attempts, rows

FACES = ("anger", "fear", "happiness", "sadness")


class Watcher(Scripted):
    """Contributes, shows its own face, and keeps what it was shown."""

    face: str
    perceives_others: bool = True

    @property
    def perceives(self) -> bool:
        return self.perceives_others

    async def decide(self, view: View, rng: Random) -> Decision:  # noqa: ARG002 - nothing random
        SEEN.append((view.observation.player, [(d.player, d.emotion) for d in view.displays]))
        return Decision(5, Affect("neutral", 0, self.face))


SEEN: list[tuple[int, list[tuple[int, str]]]] = []


def test_each_of_four_sees_the_faces_of_all_three_others() -> None:
    SEEN.clear()
    game = games.load("public_goods", {"rounds": 2})
    seats = [Watcher(face=face) for face in FACES]
    names = tuple("abcd")
    transcript = asyncio.run(play(Match("m", "public_goods", names, 0, 1), game, seats))
    assert transcript.payoffs == (46, 46, 46, 46)
    first, second = SEEN[:4], SEEN[4:]
    assert [shown for _, shown in first] == [[], [], [], []]
    for player, shown in second:
        assert shown == [(other, face) for other, face in enumerate(FACES) if other != player]
    assert all(made.seen for made in transcript.decisions if made.turn == 0)


@pytest.mark.soak
def test_a_group_of_four_of_the_embedded_model_is_killed_resumed_and_replayed(
    tmp_path: Path,
) -> None:
    model: dict[str, Any] = {"agent": "llm", "model": "embedded/smollm2", "temperature": 0.8}
    model |= {"name": "smollm2", "max_tokens": 64, "seeded": True, "emotion": {"mode": "visible"}}
    probe = {"agent": "display_probe", "strategy": "conditional_contributor"}
    goods = {"name": "public_goods", "params": {"rounds": 2, "shown": "names"}}
    data = design(games=[goods], contestants=[model, probe], repetitions=1)
    (tmp_path / "t.toml").write_text(toml(data))
    folder, rng, kept = tmp_path / "run", Random(1), Counter[str]()
    for _ in range(3):
        wanted, until = attempts(folder) + rng.randint(1, 6), time.monotonic() + 300
        command = [sys.executable, "-m", "arena", *COMMAND]
        with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as process:
            while attempts(folder) < wanted and process.poll() is None:
                assert time.monotonic() < until
                time.sleep(0.05)
            process.send_signal(signal.SIGKILL)
        assert kept <= (kept := replies(folder))
    assert arena(*COMMAND, cwd=tmp_path).returncode == 0
    assert kept <= replies(folder)
    run = Run(folder)
    assert sum(run.counts.values()) == planned(Tournament(data)) == 3
    assert list(problems(run)) == []
    assert list(replay(run)) == []
    assert any(row["shown"] for row in rows(folder)["decisions"])


def replies(folder: Path) -> Counter[str]:
    """What is on record of the model, attempt by attempt."""
    with closing(Run(folder)) as run:
        every = run.rows(
            "SELECT match, seat, turn, number, messages, reply FROM attempts"
        ).fetchall()
    return Counter(map(repr, every))
