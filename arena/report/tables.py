"""Tables with titles and notes, for a terminal, as HTML and as LaTeX."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table as Drawn
from rich.text import Text

ALIGNED = "*"
"""Marks an arrow that points as people's does."""
_GAP, _NAME = 3, 21
"""Between two columns, and the widest column of a table in parts, with it: in characters."""
OTHER = "≠"
"""Marks a study of another game than the one played."""
_SIGNS = {"↑": r"$\uparrow$", "↓": r"$\downarrow$", "·": r"$\cdot$", "–": "--", "α": r"$\alpha$"}
_SIGNS |= {OTHER: r"$\neq$", "±": r"$\pm$", "\\": r"\textbackslash{}", "^": r"\textasciicircum{}"}
_SIGNS |= {"~": r"\textasciitilde{}"} | {sign: f"\\{sign}" for sign in "&%_#${}"}
_LATEX = str.maketrans(_SIGNS)


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table under a title, with what a reader has to know.

    Args:
        name: of its files.
        title: above it.
        table: text in every cell.
        notes: below it.
        keys: how many of the first columns say what a row is about.
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
        """The same for a terminal: the columns of a group, such as an emotion, in one."""
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


def draw(sheet: Sheet, console: Console) -> None:
    """Print a table, in parts if it is too wide; names that are too long fold."""
    console.print(f"\n{sheet.title}", markup=False)
    for part in _parts(sheet.narrow, sheet.keys, console.width):
        drawn = Drawn(box=box.SIMPLE)
        for column in part.columns:
            drawn.add_column(str(column), overflow="fold")
        for row in part.itertuples(index=False):
            drawn.add_row(*(Text(str(cell)) for cell in row))
        console.print(drawn)
    for note in sheet.notes:
        console.print(f"  {note}", markup=False)


def _parts(table: pd.DataFrame, keys: int, width: int) -> Iterator[pd.DataFrame]:
    """A table, or parts of it no wider than the page, each with the columns that are keys."""
    lines = {c: [line for cell in (c, *table[c]) for line in str(cell).split("\n")] for c in table}
    widths = {column: max(map(len, found)) + _GAP for column, found in lines.items()}
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
        yield table[known + rest[:many]].map(_folded)
        rest = rest[many:]


def _folded(cell: object) -> str:
    """A cell in lines that fit: broken between words, and within those that are too long."""
    return "\n".join(wrap(str(cell), _NAME - _GAP)) or str(cell)


def as_html(sheet: Sheet) -> str:
    """A page fragment; aligned arrows are bold."""

    def cells(row: Any, tag: str) -> str:  # noqa: ANN401 - a row of anything
        texts = [html.escape(str(cell)) for cell in row]
        marked = [
            f"<strong>{text.removesuffix(ALIGNED)}</strong>" if text.endswith(ALIGNED) else text
            for text in texts
        ]
        return "<tr>" + "".join(f"<{tag}>{text}</{tag}>" for text in marked) + "</tr>"

    rows = [cells(row, "td") for row in sheet.table.itertuples(index=False)]
    notes = [f"<p>{html.escape(note)}</p>" for note in sheet.notes]
    caption = f"<caption>{html.escape(sheet.title)}</caption>"
    head = f"<thead>{cells(sheet.table.columns, 'th')}</thead>"
    lines = ["<table>", caption, head, "<tbody>", *rows, "</tbody>", "</table>", *notes]
    return "\n".join(lines) + "\n"


def as_latex(sheet: Sheet) -> str:
    """A tabular environment; aligned arrows are boxed."""

    def line(row: Any) -> str:  # noqa: ANN401 - a row of anything
        return " & ".join(_latex(str(cell)) for cell in row) + r" \\"

    body = [line(row) for row in sheet.table.itertuples(index=False)]
    shape = "l" * len(sheet.table.columns)
    notes = [f"% {note}" for note in (sheet.title, *sheet.notes)]
    head = [rf"\begin{{tabular}}{{{shape}}}", r"\hline", line(sheet.table.columns), r"\hline"]
    return "\n".join([*notes, *head, *body, r"\hline", r"\end{tabular}"]) + "\n"


def _latex(text: str) -> str:
    plain = text.removesuffix(ALIGNED).translate(_LATEX)
    return rf"\fbox{{{plain}}}" if text.endswith(ALIGNED) else plain
