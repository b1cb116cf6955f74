"""Several contestants in one chart: the same rows of all beside each other, with intervals."""

import altair as alt
import pandas as pd

from arena.plots.faces import PALETTE
from arena.plots.parts import Chart, marked, sized, told_apart

LANE, GAP = 14, 12
"""Pixels of a series within a row, and between rows."""
LABEL = 220
"""Pixels of a label of a row."""


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
    axis = alt.Axis(labelLimit=LABEL, labelExpr="split(datum.label, '; ')", labelOverlap=False)
    base = alt.Chart(table).encode(
        y=alt.Y(f"{row}:N", sort=None, title=None, axis=axis),
        yOffset=alt.YOffset(f"{series}:N", sort=order),
        color=told_apart(table, series, alt.Color, scale=scale),
        tooltip=[row, series, *(alt.Tooltip(f"{key}:Q", format=".3~f") for key in (value, *ends))],
    )
    place = alt.Scale(zero=False)
    low, high = ends
    lines = base.mark_rule(strokeWidth=2).encode(
        x=alt.X(f"{low}:Q", title=title, scale=place), x2=f"{high}:Q"
    )
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=alt.X(f"{value}:Q", title=title, scale=place),
        shape=told_apart(table, series, alt.Shape, scale=alt.Scale(domain=order)),
    )
    height = (LANE * len(order) + GAP) * int(table[row].nunique())
    return sized(marked(lines + dots, reference), height)
