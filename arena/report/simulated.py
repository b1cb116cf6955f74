"""Simulated matches in words, as JSON, as CSV and as LaTeX."""

from collections.abc import Sequence
from math import isnan
from typing import TextIO

import pandas as pd

from arena.engine.simulated import COLUMNS, Simulated
from arena.report.as_json import as_json
from arena.report.grid import headed
from arena.report.tables import Report, Sheet, as_latex, draw

_NOTE = "Points of a match on average, with standard errors. Nothing is recorded."


def simulated_report(name: str, results: Sequence[Simulated]) -> Report:
    """Outputs of `arena simulate`."""
    table = pd.concat([result.means() for result in results], ignore_index=True)
    title = f"{name}: simulated matches"
    sheets = [
        Sheet("simulated", f"  {game}", _cells(rows), keys=2)
        for game, rows in table.groupby("game", sort=False)
    ]

    def text(stream: TextIO) -> None:
        page = headed(stream, title, [_NOTE])
        for sheet in sheets:
            draw(sheet, page)

    def latex() -> str:
        cells = pd.concat([_cells(table), table[["game"]]], axis=1)
        return as_latex(Sheet("simulated", title, cells, (_NOTE,)))

    def json() -> str:
        return as_json({"name": name, "columns": COLUMNS, "means": table})

    return Report(table, text, json, latex)


def _cells(table: pd.DataFrame) -> pd.DataFrame:
    """The cells of a table, for people."""
    errors = ["–" if isnan(error) else f"{error:.3f}" for error in table["standard_error"]]
    means = [f"{mean:.3f}" for mean in table["mean_payoff"]]
    known = table[["seating", "seat", "contestant", "matches"]].astype(str)
    return known.assign(mean=means, error=errors).reset_index(drop=True)
