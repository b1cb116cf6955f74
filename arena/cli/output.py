"""`Output`: writes the result of a command as words, JSON or LaTeX, and its table as CSV."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from arena.report.tables import Report


@dataclass(frozen=True)
class Output:
    """The options of a command about its result.

    Args:
        csv: where all columns are written too; None for nowhere.
        for_spreadsheets: whether texts in it that may be formulas are made inert.
        json: one JSON document instead of words.
        latex: LaTeX tables instead of words.

    Raises:
        BadInput: options contradict each other.
    """

    csv: Path | None
    for_spreadsheets: bool
    json: bool
    latex: bool

    def __post_init__(self) -> None:
        """Refuse options that contradict each other."""
        from games import BadInput

        if self.json and self.latex:
            raise BadInput("--json and --latex exclude each other")
        if self.for_spreadsheets and self.csv is None:
            raise BadInput("--for-spreadsheets is about CSV: it goes with --csv")

    def show(self, report: "Report") -> None:
        """Write the result."""
        from arena.report.tables import write_csv

        if self.csv is not None:
            write_csv(report.table, self.csv, for_spreadsheets=self.for_spreadsheets)
        if self.json:
            typer.echo(report.json())
        elif self.latex:
            typer.echo(report.latex().rstrip())
        else:
            report.text(sys.stdout)
