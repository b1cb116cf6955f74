"""Designs with arms, for tests of power: nobody is asked."""

from typing import Any

from arena.design.tournament import Tournament
from tests.arena.designs import MODES

PLACEBO: list[dict[str, Any]] = [
    {"induced": "none"},
    {"induced": "placebo"},
    {"induced": "anger"},
]
EVENTS: list[dict[str, Any]] = [
    {"induced": "none"},
    {"induced": "anger", "cause": "external"},
    {"induced": "anger", "cause": "external", "state": False},
]


def model(emotions: list[dict[str, Any]], name: str = "m") -> dict[str, Any]:
    """A model, one contestant for each emotion."""
    return {"name": name, "agent": "llm", "model": "openai/test", "emotion": emotions}


def dilemma(
    repetitions: int = 24, emotions: list[dict[str, Any]] = PLACEBO, **more: Any
) -> Tournament:
    """Arms against two scripts, one round."""
    base = {
        "name": "dilemma",
        "repetitions": repetitions,
        "games": [{"name": "prisoners_dilemma"}],
        "schedule": {"kind": "panel", "panel": ["cooperator", "uniform"]},
        "contestants": [model(emotions), {"agent": "cooperator"}, {"agent": "uniform"}],
    }
    return Tournament(base | more)


def gifts(repetitions: int = 24) -> Tournament:
    """Arms with a cause, who give."""
    return Tournament(
        {
            "name": "gifts",
            "repetitions": repetitions,
            "games": [{"name": "dictator"}],
            "contestants": [model(EVENTS)],
        }
    )


def displays(repetitions: int = 24) -> Tournament:
    """The steps of the mode, seen by somebody for two rounds."""
    watcher = {**model([{"mode": "hidden"}], "watcher")}
    return Tournament(
        {
            "name": "displays",
            "repetitions": repetitions,
            "games": [{"name": "prisoners_dilemma", "params": {"rounds": 2}}],
            "schedule": {"kind": "panel", "panel": ["watcher"]},
            "contestants": [model(MODES), watcher],
        }
    )


def poker(repetitions: int = 60) -> Tournament:
    """Arms at the poker table: clusters are deals, and not every deal leads everywhere."""
    return Tournament(
        {
            "name": "poker",
            "repetitions": repetitions,
            "games": [{"name": "kuhn_poker"}],
            "schedule": {"kind": "panel", "panel": ["uniform"]},
            "contestants": [model(PLACEBO[::2]), {"agent": "uniform"}],
        }
    )
