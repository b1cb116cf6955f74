"""Several contestants in one chart: the same rows of all beside each other, with intervals."""

import altair as alt
import pandas as pd

from arena.plots.faces import PALETTE
from arena.plots.parts import (
    SEVERAL,
    Chart,
    form_of,
    height_of,
    marked,
    names,
    quantity,
    sized,
    told_apart,
)

LANE, GAP = 14, 12
"""Pixels of a series within a row, and between rows."""


def compared(
    table: pd.DataFrame,
    row: str,
    value: str,
    ends: tuple[str, str],
    series: str,
    title: str,
    reference: float | None = None,
) -> Chart:
    """Dots with intervals, in each row one for each series, in the order of the table.

    Args:
        table: a line per row and series.
        row: column of the rows; the parts of a label, which "; " separates, have a line each.
        value: column of the dots.
        ends: columns of the lower and upper ends of the intervals.
        series: column of colours and shapes.
        title: title of the axis, with its unit.
        reference: position of a reference line, if any.
    """
    order = [*dict.fromkeys(table[series])]
    scale = alt.Scale(domain=order, range=list(PALETTE))
    form = form_of(title)
    base = alt.Chart(table).encode(
        y=alt.Y(f"{row}:N", sort=None, title=None, axis=names(SEVERAL)),
        yOffset=alt.YOffset(f"{series}:N", sort=order),
        color=told_apart(table, series, alt.Color, scale=scale),
        tooltip=[row, series, *(alt.Tooltip(f"{key}:Q", format=form) for key in (value, *ends))],
    )
    place, ticks = alt.Scale(zero=False), quantity(title)
    low, high = ends
    lines = base.mark_rule(strokeWidth=2).encode(
        x=alt.X(f"{low}:Q", scale=place, **ticks), x2=f"{high}:Q"
    )
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=alt.X(f"{value}:Q", scale=place, **ticks),
        shape=told_apart(table, series, alt.Shape, scale=alt.Scale(domain=order)),
    )
    height = height_of([*map(str, table[row].unique())], LANE * len(order) + GAP)
    return sized(marked(lines + dots, reference), height)
