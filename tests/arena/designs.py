"""Small designs and helpers for tests of tournaments."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from arena.core.types import Transcript
from arena.design.matches import schedule
from arena.design.tournament import Tournament
from arena.engine.match import play
from arena.engine.runner import run
from tests.arena.forks import forks

KUHN: dict[str, Any] = {"name": "kuhn_poker", "contestants": ["equilibrium", "uniform", "bold"]}
DILEMMA: dict[str, Any] = {
    "name": "prisoners_dilemma",
    "params": {"continuation": 0.7},
    "contestants": ["tit for tat", "uniform", "bold"],
}
PLAYERS: list[dict[str, Any]] = [
    {"agent": "equilibrium"},
    {"agent": "uniform"},
    {"name": "tit for tat", "agent": "tit_for_tat"},
    {"name": "bold", "agent": "fixed", "actions": ["bet", "call", "defect"]},
]
MODES: list[dict[str, Any]] = [
    {"mode": "absent"},
    {"mode": "absent", "perceives": True},
    {"mode": "hidden"},
    {"mode": "visible"},
    {"mode": "visible", "told": False},
    {"mode": "manipulative"},
]
"""Arms from one step of the emotion mode to the next."""


def design(**changes: Any) -> dict[str, Any]:
    """A tournament of scripted agents in two games."""
    base = {"name": "small", "seed": 7, "repetitions": 3, "games": [KUHN, DILEMMA]}
    return {**base, "contestants": PLAYERS, **changes}


class Silent:
    """Watches and says nothing."""

    def begin(self, planned: int, closed: int) -> None: ...
    def paid(self, cost: float) -> None: ...
    def attempted(self, attempt: object, model: str) -> None: ...
    def finished(self, transcript: object) -> None: ...
    def noted(self, kind: str, about: str) -> None: ...


def played(data: dict[str, Any], folder: Path, limit: int | None = None) -> Path:
    """The folder of a run of this design."""
    run(Tournament(data), folder, Silent(), limit)
    return folder


def transcripts(data: dict[str, Any]) -> list[Transcript]:
    """Every match of a design of scripted agents, played one after the other."""
    tournament = Tournament(data)
    found = []
    for match in schedule(tournament):
        seated = tournament.seated(match)
        found.append(asyncio.run(play(match, tournament.rules(match), seated)))  # type: ignore[arg-type]
    return found


def arena(
    *arguments: object, cwd: Path | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    """The command line as a process of its own, forked from one that has imported it."""
    done = forks().apart(cwd or Path.cwd(), *arguments, **env)
    return subprocess.CompletedProcess(["arena"], done.status, done.said, done.blamed)


def fresh_arena(*arguments: object, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """The command line in an interpreter of its own, which has imported nothing yet."""
    command = [sys.executable, "-m", "arena", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=cwd, env={**os.environ, **env}
    )


def toml(data: dict[str, Any]) -> str:
    """A design as a TOML file."""

    def value(item: Any) -> str:
        if isinstance(item, dict):
            return "{ " + ", ".join(f"{json.dumps(k)} = {value(v)}" for k, v in item.items()) + " }"
        if isinstance(item, list | tuple):
            return "[" + ", ".join(map(value, item)) + "]"
        return json.dumps(item)

    return "".join(f"{key} = {value(item)}\n" for key, item in data.items())
