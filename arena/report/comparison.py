"""The table of `arena compare` in words, as JSON and as LaTeX."""

from collections.abc import Mapping
from typing import Any, TextIO

import pandas as pd

from arena.analysis.comparison import COLUMNS, Comparison
from arena.analysis.due_decisions import PAYOFF
from arena.report.as_json import as_json
from arena.report.effects import interval, p_value
from arena.report.grid import grid, headed, say
from arena.report.tables import Report, Sheet, as_latex

_HOW = (
    "Differences are run less reference, of shares as they are and of points per match, over the "
    "places that both runs have: who sits opposite, in which seat, round and situation. Runs of "
    "one seed met the same wordings and deals, and are compared unit by unit (paired); others as "
    "independent samples. Intervals rest on clusters: wordings or deals. Holm: p adjusted for all "
    "rows. Lost: share of due decisions without a value, of the run and of the reference; they are "
    "left out."
)


def comparison_report(comparison: Comparison) -> Report:
    """Outputs of `arena compare`."""
    return Report.of(comparison, _text, _json, _latex)


def comparison_sheet(comparison: Comparison) -> Sheet:
    """The table with its notes."""
    rows = [
        {"run": row["run"], **_cells(row)} for row in comparison.table.to_dict(orient="records")
    ]
    notes = (_HOW, *comparison.remarks)
    return Sheet(
        "comparison", f"Compared with {comparison.runs[0]}", pd.DataFrame(rows), notes, keys=4
    )


def _text(comparison: Comparison, stream: TextIO) -> None:
    to = headed(stream, f"Compared with {comparison.runs[0]}", comparison.remarks)
    for run, rows in comparison.table.groupby("run", sort=False):
        to.print(f"\n  {run}", markup=False)
        cells = pd.DataFrame([_cells(row) for row in rows.to_dict(orient="records")])
        to.print(grid(cells, {"game", "outcome", "contestant"}, tight=True))
    say(to, _HOW)


def _json(comparison: Comparison) -> str:
    parts = {"runs": comparison.runs, "remarks": comparison.remarks, "columns": COLUMNS}
    return as_json({**parts, "differences": comparison.table})


def _latex(comparison: Comparison) -> str:
    return as_latex(comparison_sheet(comparison))


def _cells(row: Mapping[Any, Any]) -> dict[str, str]:
    def figure(value: float) -> str:
        return f"{value:+.2f}" if row["outcome"] == PAYOFF else f"{value:+.3g}"

    return {
        "contestant": row["contestant"],
        "game": row["game"],
        "outcome": row["outcome"],
        "run's": f"{row['level']:.3g}",
        "reference": f"{row['reference_level']:.3g}",
        "difference": figure(row["difference"]),
        "95 % interval": interval(row, "low", "high", figure),
        "p": p_value(row["p"]),
        "Holm": p_value(row["holm"]),
        "clusters": f"{row['clusters']}{' paired' * bool(row['paired'])}",
        "lost": f"{row['lost']:.0%} {row['reference_lost']:.0%}",
    }
