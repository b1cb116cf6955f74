"""Tables of measures, each with how to read it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
from rich.console import Console

from arena.report.grid import grid

_WHO, _COUNTS = ("contestant", "game"), ("n", "blocks", "people")


class Part(NamedTuple):
    """One table of a report.

    Args:
        title: title of the chart.
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
    if table.empty:
        to.print("\n  Nothing of the kind in this run.")
        return
    who = [key for key in table.columns if key in _WHO]
    words = [key for key in part.columns if not pd.api.types.is_numeric_dtype(table[key])]
    to.print(grid(_cells(part, table, who), {*who, *words}))


def _cells(part: Part, table: pd.DataFrame, who: list[str]) -> pd.DataFrame:
    """The table as text: contestant and game, the columns of the part, the interval, the counts."""
    shown = {key: [_shown(value, how) for value in table[key]] for key, how in part.columns.items()}
    how = part.columns[part.interval]
    ends = zip(table["low"], table["high"], strict=True)
    between = ["–" if pd.isna(a) else f"{how.format(a)} to {how.format(b)}" for a, b in ends]
    counts = {key: table[key] for key in _COUNTS if key in table}
    return pd.DataFrame({**table[who], **shown, "interval": between, **counts})


def _shown(value: Any, how: str) -> str:  # noqa: ANN401 - text or number
    return "–" if pd.isna(value) else how.format(value)
