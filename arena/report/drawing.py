"""Tables of measures in words, and as plain JSON rows."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

_COUNTS = ("n", "blocks")


class Part(NamedTuple):
    """One table of a report.

    Args:
        title: what it is about.
        about: how to read it.
        columns: what is shown besides who, how many and the interval, each with its format.
        interval: the column whose interval the columns low and high are.
    """

    title: str
    about: str
    columns: Mapping[str, str]
    interval: str


def draw(to: Console, part: Part, table: pd.DataFrame) -> None:
    """Write a table under its title."""
    to.print(f"\n{part.title}\n  {part.about}", markup=False)
    to.print(_drawn(table, part) if len(table) else "\n  Nothing of the kind in this run.")


def rows(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows as JSON can hold them: what is not a number is null."""
    for row in table.to_dict(orient="records"):
        yield {
            str(key): None if isinstance(value, float) and math.isnan(value) else value
            for key, value in row.items()
        }


def _drawn(table: pd.DataFrame, part: Part) -> Table:
    who = [key for key in table.columns if key in {"contestant", "game"}]
    counts = [key for key in _COUNTS if key in table.columns]
    drawn = Table(box=box.SIMPLE)
    for key in (*who, *part.columns, "interval", *counts):
        words = key in who or (
            key in table.columns and not pd.api.types.is_numeric_dtype(table[key])
        )
        drawn.add_column(key, justify="left" if words else "right")
    for row in rows(table):
        cells = [_shown(row[key], how) for key, how in part.columns.items()]
        ends = [_shown(row[end], part.columns[part.interval]) for end in ("low", "high")]
        between = "–" if row["low"] is None else " to ".join(ends)
        drawn.add_row(*(row[key] for key in who), *cells, between, *(str(row[k]) for k in counts))
    return drawn


def _shown(value: Any, how: str) -> str:  # noqa: ANN401 - text or number
    return "–" if value is None else how.format(value)
