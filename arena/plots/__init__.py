"""Charts from tables: each is a function of a DataFrame and gives an Altair chart.

Tables of a run fit as they are: `Run.leaderboard()`, `Run.effects()` and tables of ratings go to
`whiskers`, `Run.policy(…)` to `policy`, `Run.variance()` to `shares`, `Transcript.feelings()` to
`timeline`, `Alignment.arrows()` to `arrows`, `Alignment.distances()` to `ruler`,
`Alignment.payoff_map()` to `payoff_map`. `save` writes a chart as PNG, SVG or PDF, without a
browser.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from arena.plots.charts import (
        arrows,
        bars,
        heat,
        histograms,
        lines,
        ruler,
        timeline,
        whiskers,
    )
    from arena.plots.files import save
    from arena.plots.forests import floors, forest
    from arena.plots.maps import payoff_map
    from arena.plots.policies import policy
    from arena.plots.variance import shares

__all__ = [
    "arrows",
    "bars",
    "floors",
    "forest",
    "heat",
    "histograms",
    "lines",
    "payoff_map",
    "policy",
    "ruler",
    "save",
    "shares",
    "timeline",
    "whiskers",
]

_ELSEWHERE = {
    "floors": "forests",
    "forest": "forests",
    "payoff_map": "maps",
    "policy": "policies",
    "save": "files",
    "shares": "variance",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - charts, loaded when they are first used
    if name not in __all__:
        raise AttributeError(f"module 'arena.plots' has no attribute {name!r}")
    return getattr(import_module(f"arena.plots.{_ELSEWHERE.get(name, 'charts')}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
