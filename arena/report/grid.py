"""Tables and remarks of reports on a terminal."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from itertools import takewhile
from textwrap import fill
from typing import Any, TextIO

import pandas as pd
from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Column, Table
from rich.text import Text

from arena.core.console import console

WIDTH = 100
"""Characters per line of a page that is no terminal."""
_NAME, _FOLDED = 8, 18
"""Least width of a name, and the least folded width before a table is split into parts."""


def headed(stream: TextIO, title: str, remarks: Iterable[str] = (), width: int = WIDTH) -> Console:
    """A page with a title and remarks on the runs.

    Args:
        stream: stream to print to.
        title: title of the page.
        remarks: remarks, one line each.
        width: characters per line of a stream that is no terminal.
    """
    page = console(stream, width)
    page.print(title, markup=False)
    for line in remarks:
        say(page, line)
    return page


class Grid(Table):
    """A table that is printed in parts if it is too wide; each part begins with the key columns."""

    keys = 1
    """Number of leading columns that identify a row. They take two thirds of a line at most."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table, or its parts one under the other."""
        for columns in self._parts(console, options.max_width):
            part = copy(self)
            part.columns = [replace(column, _index=n) for n, column in enumerate(columns)]
            yield from Table.__rich_console__(part, console, options)

    def _parts(self, console: Console, width: int) -> Iterator[list[Column]]:
        keys = self.keys
        while keys > 1 and 3 * self._of(console, self.columns[:keys]) > 2 * width:
            keys -= 1
        known, rest = self.columns[:keys], self.columns[keys:]
        part, used = list(known), 0
        room = width - 2 - self._of(console, known)
        for column in rest:
            least = self._least(console, column)
            if used and used + least > room:
                yield part
                part, used = list(known), 0
            part.append(column)
            used += least
        yield part

    def _of(self, console: Console, columns: Sequence[Column]) -> int:
        """Least readable width of some columns together, in characters."""
        return sum(self._least(console, column) for column in columns)

    def _least(self, console: Console, column: Column) -> int:
        """Least readable width of a column, with its margin, in characters."""
        cells = (column.header, *column.cells)
        widest = max(console.measure(cell).maximum for cell in cells)
        margin = 1 + sum(self.padding[1::2])  # what is between two columns counts too
        return margin + (widest if column.no_wrap else min(widest, column.max_width or _FOLDED))


def grid(
    table: pd.DataFrame,
    words: Collection[str],
    *,
    widest: int | None = None,
    tight: bool = False,
) -> Grid:
    """A table for printing; names fold if space is short, figures never do.

    Args:
        table: text in every cell; `_` in the name of a column begins a new line.
        words: columns of names, left-aligned and folded; the others hold figures, right-aligned.
        widest: width at which a name folds, in characters; None follows the width of the page.
        tight: whether columns are one space apart.
    """
    drawn = Grid(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0) if tight else (0, 1))
    names = [str(column) in words for column in table.columns]
    first = names.index(True) if True in names else 0
    drawn.keys = max(1, first + sum(1 for _ in takewhile(bool, names[first:])))
    for column in map(str, table.columns):
        text = column in words
        drawn.add_column(
            Text(column.replace("_", "\n")),
            justify="left" if text else "right",
            no_wrap=not text,
            min_width=_NAME if text and tight else None,
            max_width=widest if text else None,
            overflow="fold",
        )
    for row in table.itertuples(index=False):
        drawn.add_row(*(Text(str(cell)) for cell in row))
    return drawn


def by_game(page: Console, table: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Rows of each contestant in each game, each group after a printed heading.

    Args:
        page: page to print on.
        table: table with columns contestant and game.
    """
    for (contestant, game), rows in table.groupby(["contestant", "game"], sort=False):
        page.print(f"\n  {contestant} · {game}")
        yield rows


def grids_by_game(
    page: Console,
    table: pd.DataFrame,
    cells: Callable[[Mapping[Any, Any]], Mapping[str, str]],
    words: Collection[str],
) -> None:
    """Print a grid for each contestant in each game.

    Args:
        page: page to print on.
        table: table with columns contestant and game.
        cells: cells of a row, by heading.
        words: headings of columns that hold words.
    """
    for rows in by_game(page, table):
        shown = pd.DataFrame([cells(row) for row in rows.to_dict(orient="records")])
        page.print(grid(shown, words, tight=True))


def say(page: Console, text: str) -> None:
    """Write a remark, indented, on as many lines as it needs."""
    page.print(
        fill(
            text,
            page.width - 1,
            initial_indent="  ",
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        ),
        markup=False,
    )
