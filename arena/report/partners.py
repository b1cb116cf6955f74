"""The comparison of kinds of partner in words, as JSON, as CSV and as LaTeX."""

from collections.abc import Mapping
from math import isnan
from typing import Any, TextIO

import pandas as pd

from arena.analysis.partners import COLUMNS
from arena.analysis.result import Result
from arena.report.as_json import result_json
from arena.report.grid import grids_by_game, headed, say
from arena.report.tables import Report, Sheet, as_latex
from ratings.core.emotion.effects import ENOUGH, TOO_FEW

_TOLD = (
    "Levels are means of the decisions that were made. Effect: their difference within seat, round "
    "and situation, with a 95 % interval over clusters: participants who met, and wordings. Holm: "
    f"p adjusted for all rows. With fewer than {ENOUGH} clusters there is no test (few). Bounds: "
    "the 95 % interval of the effect whatever the lost decisions would have been. Where who meets "
    "whom was not drawn by chance, a difference is no effect of the partner."
)


def partners_report(result: Result) -> Report:
    """Outputs of `arena effects --partners`."""
    return Report.of(result, _text, _json, _latex)


def _text(result: Result, stream: TextIO) -> None:
    to = headed(stream, f"{result.name}: what the kind of partner changes", result.remarks)
    grids_by_game(to, result.table, _cells, {"outcome", "arm", "against"})
    say(to, _TOLD)


def _cells(row: Mapping[Any, Any]) -> dict[str, str]:
    """The cells of a row, for people."""
    return {
        "outcome": str(row["outcome"]),
        "arm": str(row["arm"]),
        "against": str(row["reference"]),
        "level": f"{row['level']:.2f} v {row['reference_level']:.2f}",
        "n": f"{row['n']} v {row['reference_n']}",
        "clusters": str(row["clusters"]),
        "effect": _number(row["effect"], "{:+.2f}"),
        "95 %": f"{_number(row['low'], '{:+.2f}')} to {_number(row['high'], '{:+.2f}')}",
        "Holm": "few" if row["note"] == TOO_FEW else _number(row["holm"], "{:.3f}"),
        "bounds": f"{_number(row['bounds_low'], '{:+.2f}')} to "
        f"{_number(row['bounds_high'], '{:+.2f}')}",
    }


def _number(value: float, form: str) -> str:
    return "–" if isnan(value) else form.format(value)


def _json(result: Result) -> str:
    return result_json(result, columns=COLUMNS, partners=result.table)


def _latex(result: Result) -> str:
    rows = result.table.to_dict(orient="records")
    keys = ("game", "contestant")
    cells = [{key: str(row[key]) for key in keys} | _cells(row) for row in rows]
    title = f"{result.name}: kinds of partner"
    return as_latex(Sheet("partners", title, pd.DataFrame(cells), (_TOLD,), keys=len(keys)))
