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
from ratings.core.human.studies import baselines

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
    table = result.table
    shown = table.drop(columns="people") if table["people"].isna().all() else table
    grids_by_game(to, shown, _cells, {"measure", "level"})
    for line in _notes(table):
        say(to, line)


def _notes(table: pd.DataFrame) -> tuple[str, ...]:
    """What the numbers are, and where those of people come from."""
    named = sorted(set(table["study"]) - {""})
    told = [f"{name} ({baselines()[name].confidence})" for name in named]
    return (_TOLD, *([f"People: {', '.join(told)}; see `arena baseline`."] if told else []))


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
        **({"people": _share(row["people"])} if "people" in row else {}),
    }


def _share(value: float) -> str:
    return "–" if isnan(value) else f"{value:.2f}"


def _json(result: Result) -> str:
    return result_json(result, columns=COLUMNS, groups=result.table)


def _latex(result: Result) -> str:
    rows = result.table.to_dict(orient="records")
    keys = ("game", "contestant")
    cells = [{key: str(row[key]) for key in keys} | _cells(row) for row in rows]
    title = f"{result.name}: how groups play"
    below = _notes(result.table)
    return as_latex(Sheet("groups", title, pd.DataFrame(cells), below, keys=len(keys)))
