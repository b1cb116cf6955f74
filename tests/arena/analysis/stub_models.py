"""Models of which everything is known, behind a real server on the loopback interface."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.runner import run
from arena.record.run import Run
from tests.arena.designs import Silent
from tests.loopback import Chance, Loopback, Reply, Script

Choose = Callable[[str, str, Random], str | None]
"""From the instructions, all that was said since, and chance to an action; None refuses."""


def model(choose: Choose, seed: int = 0) -> Script:
    """A model that reports and shows nothing in particular, and refuses where it has no action."""

    chance = Chance(seed)

    def script(asked: Mapping[str, Any], _number: int) -> Reply:
        first, *rest = (message["content"] for message in asked["messages"])
        action = choose(first, "\n".join(rest), chance(asked))
        if action is None:
            return Reply("I cannot take part in this.")
        keys = asked["response_format"]["json_schema"]["schema"]["properties"]
        said = {"felt": "neutral", "intensity": 0, "shown": "neutral", "action": action}
        return Reply(json.dumps({key: said[key] for key in keys}))

    return script


def attrit(instructions: str, _said: str, chance: Random) -> str | None:
    """Angry, it cooperates in 40 of 100 and refuses otherwise; neutral, it cooperates in 80."""
    if "angry" in instructions:
        return "cooperate" if chance.random() < 0.4 else None
    return "cooperate" if chance.random() < 0.8 else "defect"


def react(_instructions: str, said: str, _chance: Random) -> str:
    """It cooperates if the other player has shown anything, whatever that is."""
    return "cooperate" if "other player showed" in said else "defect"


def indifferent(_instructions: str, _said: str, chance: Random) -> str:
    """It cooperates in half of all cases, whatever it is told."""
    return chance.choice(["cooperate", "defect"])


def contestant(url: str, emotions: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Its row in a design, one arm for each emotion."""
    asked = {"agent": "llm", "model": "openai/test", "form": "json", "api_base": url}
    return {"name": "m", **asked, "emotion": emotions, **more}


def dilemma(url: str, emotions: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Arms of a model against a script that cooperates."""
    base = {
        "name": "dilemma",
        "games": [{"name": "prisoners_dilemma"}],
        "schedule": {"kind": "panel", "panel": ["cooperator"]},
        "concurrency": 16,
        "contestants": [contestant(url, emotions), {"agent": "cooperator"}],
    }
    return base | more


def played(
    folder: Path, script: Script, design: Callable[[str], dict[str, Any]], limit: int | None = None
) -> Run:
    """The run of a design whose models a script answers for."""
    with Loopback(script) as server:
        how = RunOptions(limit, preflight=False)
        run(Tournament(design(server.url)), folder, Silent(), how=how)
    return Run(folder)
