"""Runs of agents that ask several questions, against a provider on this machine."""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from agents.core.types import Decision
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.replay import replay
from arena.engine.runner import run
from arena.engine.verify import problems
from arena.record.run import Run
from tests.arena.designs import Silent
from tests.loopback import Loopback, Reply

MODEL = {"model": "openai/m", "form": "json", "reasks": 1, "backoff": 0}
DILEMMA: dict[str, Any] = {"name": "prisoners_dilemma"}

Script = Callable[[Mapping[str, Any], int], Reply]


def design(url: str, *entered: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A design in which all who are entered play each other, and ask one model."""
    base = {
        "name": "composite", "seed": 3, "repetitions": 1, "order": "fixed", "games": [DILEMMA],
        "contestants": [
            {**MODEL, "api_base": url, **each} if asks(each) else each
            for each in entered
        ],
        "schedule": {"kind": "round_robin", "self_play": False},
        "prices": {"openai/m": {"prompt": 1.0, "completion": 2.0}},
    }  # fmt: skip
    return base | changes


def asks(entered: Mapping[str, Any]) -> bool:
    """Whether a contestant asks a model."""
    return entered["agent"] in {"council", "repeated", "reflective", "llm"}


def play(
    script: Script,
    folder: Path,
    *entered: Mapping[str, Any],
    limit: int | None = None,
    **changes: Any,
) -> Path:
    """The folder of a run, of so many matches at most."""
    with Loopback(script) as server:
        tournament = Tournament(design(server.url, *entered, **changes))
        run(tournament, folder, Silent(), limit, how=RunOptions(preflight=False))
    return folder


def made(folder: Path, name: str) -> list[Decision]:
    """All decisions of a contestant, in a run that is found to be sound."""
    with closing(Run(folder)) as there:
        assert list(problems(there)) == []
        assert list(replay(there)) == []
        return [
            turn.decision
            for match in (there.transcript(key, texts=True) for key in there.ids())
            for turn in match.decisions
            if match.match.seats[turn.player] == name
        ]
