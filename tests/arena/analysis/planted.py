"""A run with planted faults: an arm that refuses, replies cut at the limit, a changed model."""

import json
from collections.abc import Mapping
from typing import Any

from agents.core.responses.endings import CUT
from tests.arena.designs import design
from tests.loopback import Reply, Script, first_legal

NAMES = ("sound", "refuser", "cut", "changed", "silent")
REPETITIONS = 2


def sound(asked: Mapping[str, Any]) -> str:
    return json.dumps(first_legal(asked["response_format"]["json_schema"]["schema"]))


def planted() -> Script:
    """Models with one fault each; an answer that is refused or cut is right the second time."""
    asked_of: dict[str, int] = {}

    def script(asked: Mapping[str, Any], _number: int) -> Reply:
        name = asked["model"]
        count = asked_of[name] = asked_of.get(name, -1) + 1
        if name == "silent" or (name == "refuser" and count % 2 == 0):
            return Reply(None, refusal="I cannot take part.")
        if name == "cut" and count % 2 == 0:
            return Reply('{"action": "coop', finish_reason=CUT)
        served = "june" if name == "changed" and count < REPETITIONS else name
        return Reply(sound(asked), model=served)

    return script


def of_models(url: str, names: tuple[str, ...], **changes: Any) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {"name": name, "agent": "llm", "model": f"openai/{name}", "form": "json", "api_base": url}
        for name in names
    ]
    rows.append({"agent": "cooperator"})
    return design(games=[{"name": "prisoners_dilemma"}], contestants=rows, concurrency=1, **changes)
