"""Tables with titles and notes, for a terminal, as HTML and as LaTeX."""

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, Self, TextIO, TypeVar

import pandas as pd
from rich.console import Console

from arena.core.files import write_text
from arena.core.spreadsheet import as_csv
from arena.report.grid import grid, say
from games import BadInput

ALIGNED = "*"
"""Mark of an arrow in people's direction."""
_GAP, _NAME = 3, 21
"""Gap between two columns, and largest width of a name column in parts, gap included, in
characters."""
OTHER = "≠"
"""Mark of a study with another game."""
_BOX = ("\ue000", "\ue001")
"""Private-use characters around boxed text; they occur in no text, and pandas keeps them."""
_SIGNS = {
    "−": "$-$",
    "↑": r"$\uparrow$",
    "↓": r"$\downarrow$",
    "·": r"$\cdot$",
    "–": "--",
    "α": r"$\alpha$",
}
_SIGNS |= {OTHER: r"$\neq$", "±": r"$\pm$", _BOX[0]: r"\fbox{", _BOX[1]: "}"}
_LATEX = str.maketrans(_SIGNS)


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table with a title and notes for readers.

    Args:
        name: name of its files.
        title: title above it.
        table: text in every cell.
        notes: notes below it.
        keys: number of leading columns that identify a row.
        groups: first words of columns that a terminal shows as one column each.
    """

    name: str
    title: str
    table: pd.DataFrame
    notes: tuple[str, ...] = ()
    keys: int = 1
    groups: tuple[str, ...] = ()

    @property
    def narrow(self) -> pd.DataFrame:
        """The table for a terminal: the columns of a group, such as an emotion, merged into one."""
        groups: dict[str, list[str]] = {}
        for column in self.table.columns:
            group, _, outcome = str(column).partition(" ")
            if group in self.groups and outcome:
                groups.setdefault(group, []).append(column)
        kept = self.table.drop(columns=[c for columns in groups.values() for c in columns])
        for group, columns in groups.items():
            below = " ".join(f"{c.partition(' ')[2]:<3}" for c in columns)
            cells = [" ".join(f"{c:<3}" for c in row) for row in self.table[columns].to_numpy()]
            kept[f"{group}\n{below}"] = cells
        return kept


class Tabled(Protocol):
    """A result with a table."""

    @property
    def table(self) -> pd.DataFrame:
        """All columns of the table."""


R = TypeVar("R", bound=Tabled)


@dataclass(frozen=True, eq=False)
class Report:
    """Outputs of a command.

    Args:
        table: all columns, for a file.
        text: writes the text for people.
        json: returns one JSON document.
        latex: returns tabular environments.
    """

    table: pd.DataFrame
    text: Callable[[TextIO], None]
    json: Callable[[], str]
    latex: Callable[[], str]

    @classmethod
    def of(
        cls,
        result: R,
        text: Callable[[R, TextIO], None],
        json: Callable[[R], str],
        latex: Callable[[R], str],
    ) -> Self:
        """The outputs of a result with a table."""
        parts = partial(text, result), partial(json, result), partial(latex, result)
        return cls(result.table, *parts)


def write_csv(table: pd.DataFrame, path: Path, *, for_spreadsheets: bool = False) -> None:
    """Write a table as CSV to the requested file.

    Args:
        table: one number in a cell.
        path: path of the file.
        for_spreadsheets: whether texts that may be formulas are made inert.

    Raises:
        BadInput: the file cannot be written.
    """
    try:
        write_text(path, as_csv(table, for_spreadsheets=for_spreadsheets))
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}") from None


def draw(sheet: Sheet, console: Console) -> None:
    """Print a table, in parts if it is too wide; long names fold."""
    console.print(f"\n{sheet.title}", markup=False)
    whole = sheet.narrow
    for part in _parts(whole, sheet.keys, console.width):
        folded = None if part is whole else _NAME - _GAP
        console.print(grid(part, {*map(str, part.columns)}, widest=folded))
    for note in sheet.notes:
        say(console, note)


def _parts(table: pd.DataFrame, keys: int, width: int) -> Iterator[pd.DataFrame]:
    """A table, or parts of it that fit the page, each with the key columns."""
    lines = {c: [line for cell in (c, *table[c]) for line in str(cell).split("\n")] for c in table}
    widths = {column: max(map(len, texts)) + _GAP for column, texts in lines.items()}
    if sum(widths.values()) < width:
        yield table
        return
    known, rest = list(table.columns[:keys]), list(table.columns[keys:])
    room = width - sum(min(widths[column], _NAME) for column in known)
    while rest:
        many, used = 1, min(widths[rest[0]], _NAME)
        while many < len(rest) and used + min(widths[rest[many]], _NAME) < room:
            used += min(widths[rest[many]], _NAME)
            many += 1
        yield table[known + rest[:many]]
        rest = rest[many:]


def as_html(sheet: Sheet) -> str:
    """A page fragment; aligned arrows are bold."""
    shown = sheet.table.map(lambda cell: _marked(html.escape(str(cell)), "<strong>", "</strong>"))
    shown.columns = [html.escape(str(column)) for column in sheet.table.columns]
    table = shown.to_html(index=False, escape=False, border=0)
    notes = "\n".join(f"<p>{html.escape(note)}</p>" for note in sheet.notes)
    caption = f"<figcaption>{html.escape(sheet.title)}</figcaption>"
    return f"<figure>\n{caption}\n{table}\n{notes}\n</figure>\n"


def as_latex(sheet: Sheet) -> str:
    """A tabular environment, for a document that loads booktabs; aligned arrows are boxed."""
    shown = sheet.table.map(lambda cell: _marked(str(cell), *_BOX))
    notes = "".join(f"% {note}\n" for note in (sheet.title, *sheet.notes))
    return notes + shown.to_latex(index=False, escape=True).translate(_LATEX)


def _marked(text: str, before: str, after: str) -> str:
    """An aligned arrow between marks, without its own mark; other text unchanged."""
    return f"{before}{text.removesuffix(ALIGNED)}{after}" if text.endswith(ALIGNED) else text
