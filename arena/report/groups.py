"""Play of groups in words, as JSON, as CSV and as LaTeX."""

from collections.abc import Mapping
from math import isnan
from typing import Any, TextIO

import pandas as pd

from arena.analysis.groups import COLUMNS
from arena.analysis.result import Result
from arena.report.as_json import result_json
from arena.report.grid import grids_by_game, headed, say
from arena.report.tables import Report, Sheet, as_latex

_TOLD = (
    "Means over the completed matches; 95 % intervals over clusters: repetitions, joined where "
    "participants met. With one cluster, or where all agree, there is no interval. All: numbers "
    "of the group."
)


def groups_report(result: Result) -> Report:
    """Outputs of `arena groups`."""
    return Report.of(result, _text, _json, _latex)


def _text(result: Result, stream: TextIO) -> None:
    to = headed(stream, f"{result.name}: how groups play", result.remarks)
    grids_by_game(to, result.table, _cells, {"measure", "level"})
    say(to, _TOLD)


def _cells(row: Mapping[Any, Any]) -> dict[str, str]:
    """The cells of a row, for people."""
    known = not isnan(row["low"])
    return {
        "measure": str(row["measure"]),
        "level": str(row["level"]),
        "mean": f"{row['value']:.2f}",
        "95 %": f"{row['low']:.2f} to {row['high']:.2f}" if known else "–",
        "n": str(row["n"]),
        "clusters": str(row["clusters"]),
    }


def _json(result: Result) -> str:
    return result_json(result, columns=COLUMNS, groups=result.table)


def _latex(result: Result) -> str:
    rows = result.table.to_dict(orient="records")
    keys = ("game", "contestant")
    cells = [{key: str(row[key]) for key in keys} | _cells(row) for row in rows]
    title = f"{result.name}: how groups play"
    return as_latex(Sheet("groups", title, pd.DataFrame(cells), (_TOLD,), keys=len(keys)))
