"""Designs, schedules, plays, records, reports; the command line.

`__all__` is what `import arena` offers. Its names stay what they are between versions that differ
in the last number, see docs/python.md. They are loaded when they are first used, so that
`arena --help` is quick.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from arena import plots
    from arena.api import (
        Alignment,
        BadInput,
        Plan,
        Run,
        Simulated,
        Tournament,
        Transcript,
        agent,
        arun,
        columns,
        compare,
        match,
        open,  # noqa: A004 - it opens a run
        plan,
        pool_effects,
        run,
        simulate,
    )

    __version__: str

__all__ = [
    "Alignment",
    "BadInput",
    "Plan",
    "Run",
    "Simulated",
    "Tournament",
    "Transcript",
    "agent",
    "arun",
    "columns",
    "compare",
    "match",
    "open",
    "plan",
    "plots",
    "pool_effects",
    "run",
    "simulate",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - names of many types
    if name == "__version__":
        return version("affect-arena")
    if name not in __all__:
        raise AttributeError(f"module 'arena' has no attribute {name!r}")
    if name == "plots":
        return import_module("arena.plots")
    from arena import api  # noqa: PLC0415 - loading it takes a while

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
