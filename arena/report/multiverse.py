"""A multiverse in words, as JSON and as LaTeX."""

from collections.abc import Mapping
from typing import Any, TextIO

import pandas as pd

from arena.analysis.multiverse import COLUMNS, SPREAD, VOIDS, WORDINGS, Multiverse
from arena.report.as_json import result_json
from arena.report.grid import grids_by_game, headed, say
from arena.report.tables import Report, Sheet, as_latex

_HOW = (
    "Each effect under every void rule (" + "; ".join(VOIDS.values()) + "), on all wordings or "
    "deals and on two halves of them, against every reference. Shares in percentage points. Up and "
    "down: how many of these analyses give p below .05, not adjusted, on that side of 0."
)


def multiverse_report(multiverse: Multiverse) -> Report:
    """Outputs of `arena effects --multiverse`."""
    return Report.of(multiverse, _text, _json, _latex)


def _text(multiverse: Multiverse, stream: TextIO) -> None:
    """Write the spread of the analyses by arm and outcome."""
    to = headed(stream, f"{multiverse.name}: how far analyses spread", multiverse.remarks)
    grids_by_game(to, multiverse.spread, _cells, {"outcome", "arm"})
    say(to, _HOW)


def _json(multiverse: Multiverse) -> str:
    """The analyses and their spread, as one JSON document."""
    return result_json(
        multiverse,
        voids=VOIDS,
        wordings=WORDINGS,
        columns=COLUMNS,
        analyses=multiverse.table,
        spread_columns=SPREAD,
        spread=multiverse.spread,
    )


def _latex(multiverse: Multiverse) -> str:
    rows = pd.DataFrame(
        {"model": row["contestant"], "game": row["game"], **_cells(row)}
        for row in multiverse.spread.to_dict(orient="records")
    )
    return as_latex(Sheet("multiverse", "How far analyses spread", rows, (_HOW,), keys=4))


def _cells(row: Mapping[Any, Any]) -> dict[str, str]:
    scale = 100 if row["yes_no"] else 1
    effects = {name: f"{scale * row[name]:+.2f}" for name in ("least", "median", "most")}
    return {
        "outcome": row["outcome"],
        "arm": row["arm"],
        "analyses": str(row["analyses"]),
        **effects,
        "up": f"{row['above']:.0%}",
        "down": f"{row['below']:.0%}",
    }
