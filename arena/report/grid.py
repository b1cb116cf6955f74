"""Tables and remarks of reports on a terminal."""

from collections.abc import Collection, Iterable
from textwrap import fill
from typing import TextIO

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from arena.core.console import console

WIDTH = 100
"""Characters of a line where the page is no terminal."""
_NAME = 8
"""Columns that a name has at the least."""


def headed(stream: TextIO, title: str, remarks: Iterable[str] = (), width: int = WIDTH) -> Console:
    """A page that begins with a title and what has to be said of the runs behind it.

    Args:
        stream: to print to.
        title: of the page.
        remarks: a line each.
        width: characters of a line where the stream is no terminal.
    """
    page = console(stream, width)
    page.print(title, markup=False)
    for line in remarks:
        say(page, line)
    return page


def grid(
    table: pd.DataFrame,
    words: Collection[str],
    *,
    widest: int | None = None,
    tight: bool = False,
) -> Table:
    """A table to be printed; names give way if anything has to, figures never do.

    Args:
        table: text in every cell; `_` in the name of a column begins a new line.
        words: columns of names, on the left and folded; the others hold figures, on the right.
        widest: characters at which a name folds; None leaves it to the width of the page.
        tight: whether columns stand one space apart.
    """
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0) if tight else (0, 1))
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


def say(page: Console, text: str) -> None:
    """Write a remark, indented, over as many lines as it takes."""
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
