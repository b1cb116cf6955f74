"""A multiverse in words, as JSON and as CSV."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from arena.analysis.multiverse import COLUMNS, SPREAD, VOIDS, WORDINGS, Multiverse
from arena.core.console import console
from arena.report.as_json import as_json
from arena.report.effects import WIDTH, write_csv
from arena.report.grid import grid, say

_HOW = (
    "Each effect under every void rule (" + "; ".join(VOIDS.values()) + "), on all wordings or "
    "deals and on two halves of them, against every reference. Shares in percentage points. Up and "
    "down: how many of these analyses give p below .05, not adjusted, on that side of 0."
)


def multiverse_text(found: Multiverse, stream: TextIO) -> None:
    """Write how far the analyses of each arm and outcome spread."""
    to = console(stream, WIDTH)
    to.print(f"{found.name}: how far analyses spread")
    for line in found.remarks:
        say(to, line)
    for (contestant, game), rows in found.spread.groupby(["contestant", "game"], sort=False):
        to.print(f"\n  {contestant} · {game}")
        shown = pd.DataFrame([_cells(row) for row in rows.to_dict(orient="records")])
        to.print(grid(shown, {"outcome", "arm"}, tight=True))
    say(to, _HOW)


def multiverse_json(found: Multiverse) -> str:
    """All analyses and their spread as one JSON document; what is not a number is null."""
    return as_json(
        {
            "name": found.name,
            "design_hash": found.design_hash,
            "remarks": found.remarks,
            "voids": VOIDS,
            "wordings": WORDINGS,
            "columns": COLUMNS,
            "analyses": found.analyses,
            "spread_columns": SPREAD,
            "spread": found.spread,
        }
    )


def multiverse_csv(found: Multiverse, path: Path, *, for_spreadsheets: bool = False) -> None:
    """Write all analyses as CSV.

    Args:
        found: the multiverse.
        path: of the file.
        for_spreadsheets: whether texts that may be formulas are made inert.

    Raises:
        BadInput: the file cannot be written.
    """
    write_csv(found.analyses, path, for_spreadsheets=for_spreadsheets)


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
