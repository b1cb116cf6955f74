"""The paths of effects in words and as JSON."""

from collections.abc import Mapping
from math import isnan
from typing import Any, TextIO

import pandas as pd

from arena.analysis.mediation import COLUMNS
from arena.analysis.result import Result
from arena.report.as_json import result_json
from arena.report.effects import figures, grouped
from arena.report.grid import by_game, grid, headed, say
from arena.report.tables import Report, Sheet, as_latex

_NOTHING = "No decision with a report has its like in another arm yet."
_HOW = (
    "Reported: what the induction changes in the reported intensity of the induced emotion, 0 "
    "where another is reported; points from 0 to 100. Total: the effect on the choice, of shares "
    "in percentage points. Indirect: the part that goes by the report; direct: the rest. 95 % "
    "intervals by resampling clusters: wordings of the rules, or deals; none with fewer than 8."
)
_IGNORABLE = (
    "Assumed, and not shown by the data: sequential ignorability. Given the unit and the "
    "induction, nothing else that differs between answers moves both the report and the action. "
    "The induction is assigned by the design, but the report is not: a model that draws an angrier "
    "report may draw a harsher action with it, without the one causing the other. The same effect "
    "of the report is assumed in both arms."
)
_ASKED = (
    "A report before the action can change the action by being asked for. These paths are those of "
    "players that report; the step 'reporting' of arena effects says what asking does."
)
_FELT = "A report is not a feeling: the direct effect holds whatever goes by an unreported one."
ASSUMED = (_IGNORABLE, _ASKED, _FELT)
"""Assumptions of a causal reading of the paths; under the table, and in the JSON."""


def mediation_report(mediation: Result) -> Report:
    """Outputs of `arena mediation`."""
    return Report.of(mediation, _text, _json, _latex)


def _text(mediation: Result, stream: TextIO) -> None:
    to = headed(stream, f"{mediation.name}: induced → reported → action", mediation.remarks)
    if mediation.table.empty:
        say(to, _NOTHING)
        return
    for rows in by_game(to, mediation.table):
        to.print(grid(grouped(rows, _paths), {"contrast", ""}, tight=True))
    for note in (_HOW, *ASSUMED):
        say(to, note)


def _json(mediation: Result) -> str:
    return result_json(mediation, assumptions=ASSUMED, columns=COLUMNS, paths=mediation.table)


def _latex(mediation: Result) -> str:
    rows = pd.DataFrame(
        {"model": row["contestant"], "game": row["game"], "outcome": row["outcome"], **_paths(row)}
        for row in mediation.table.to_dict(orient="records")
    )
    title = "Induced, reported, action"
    return as_latex(Sheet("mediation", title, rows, (_HOW, *ASSUMED), keys=4))


def _paths(row: Mapping[Any, Any]) -> dict[str, str]:
    figure = figures(yes_no=row["yes_no"], sign="+")
    points = figures(yes_no=False, sign="+")
    return {
        "contrast": f"{row['arm']} − {row['reference']}",
        "units": str(row["units"]),
        "reported": _with_ends(row, "reported", points),
        **{path: _with_ends(row, path, figure) for path in ("total", "indirect", "direct")},
        "": row["note"],
    }


def _with_ends(row: Mapping[Any, Any], path: str, figure: Any) -> str:  # noqa: ANN401
    """A path in figures, with its interval below."""
    low, high = row[f"{path}_low"], row[f"{path}_high"]
    value = "–" if isnan(row[path]) else figure(row[path])
    return value if isnan(low) else f"{value}\n{figure(low)} to {figure(high)}"
