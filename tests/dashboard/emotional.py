"""A run of models under emotions, whose calls cost something, and of which some are void."""

import json
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.arena.designs import design, played
from tests.loopback import Loopback, Reply, first_legal

ARMS = {
    "calm": {"mode": "hidden"},
    "placebo": {"mode": "hidden", "induced": "placebo"},
    "angry": {"mode": "hidden", "induced": "anger"},
    "open": {"mode": "visible"},
}
"""Emotions by contestant."""
REPETITIONS = 4


def _either(asked: Mapping[str, Any], _number: int) -> Reply:
    """Any legal action and feeling, the same to the same question; one model often refuses."""
    if "response_format" not in asked:
        return Reply("yes")
    rng = Random(json.dumps(asked["messages"]))
    if asked["model"] == "shy" and rng.random() < 0.8:
        return Reply("I cannot take part.")
    schema = asked["response_format"]["json_schema"]["schema"]
    told = first_legal(schema)
    for key, of in schema["properties"].items():
        if "enum" in of:
            told[key] = rng.choice(of["enum"])
    return Reply(json.dumps(told))


def emotional(folder: Path) -> Path:
    """Play the run, in a folder of its own.

    Args:
        folder: of the run.
    """
    with pytest.MonkeyPatch.context() as patch, Loopback(_either) as provider:
        patch.setenv("OPENAI_API_KEY", "none")
        model: dict[str, Any] = {"agent": "llm", "form": "json", "api_base": provider.url}
        rows = [{"name": n, **model, "model": "openai/m", "emotion": e} for n, e in ARMS.items()]
        rows.append({"name": "shy", **model, "model": "openai/shy", "reasks": 1})
        games = [
            {"name": name, "schedule": {"kind": "panel", "panel": ["uniform"]}}
            for name in ("kuhn_poker", "prisoners_dilemma")
        ]
        charges = {"prompt": 100.0, "completion": 200.0}
        whole = design(
            name="emotional",
            games=games,
            contestants=[*rows, {"agent": "uniform"}],
            repetitions=REPETITIONS,
            prices={"openai/m": charges, "openai/shy": charges},
        )
        return played(whole, folder)
