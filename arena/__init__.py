"""Designs, schedules, plays, records, reports; the command line.

The names of `arena.api` are offered here. They are loaded when they are first used, so that
`arena --help` is quick.
"""

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from arena.api import Run, RunOptions, Tournament, align, compare, plan, run

    __version__: str

__all__ = ["Run", "RunOptions", "Tournament", "align", "compare", "plan", "run"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - names of many types
    if name == "__version__":
        return version("affect-arena")
    if name not in __all__:
        raise AttributeError(f"module 'arena' has no attribute {name!r}")
    from arena import api  # noqa: PLC0415 - loading it takes a while

    return getattr(api, name)
