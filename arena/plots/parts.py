"""Common parts of charts: height, legends, axes, channels."""

from typing import Any

import altair as alt
import pandas as pd

from arena.plots.faces import PALETTE

Chart = alt.Chart | alt.LayerChart


def sized(chart: Any, pixels: int, columns: int = 2) -> Chart:  # noqa: ANN401 - Altair does not say what it makes
    """Set the height without legends, which are above the plot to keep its width."""
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    made: Chart = (
        chart.properties(height=pixels, autosize=fit)
        .configure_legend(
            orient="top", columns=columns, labelLimit=150, titleLimit=300, symbolLimit=12
        )
        .configure_axisY(labelFlush=False)
    )
    return made


def marked(chart: Any, reference: float | None) -> Any:  # noqa: ANN401 - Altair
    """A chart with a reference line behind it, if there is one.

    Args:
        chart: with an axis of quantities to the right.
        reference: position of the line.
    """
    if reference is None:
        return chart
    at = alt.Chart(pd.DataFrame({"at": [reference]}))
    return at.mark_rule(strokeDash=[4, 4], color=PALETTE[7]).encode(x="at:Q") + chart


def told_apart(table: pd.DataFrame, series: str, channel: Any, **more: Any) -> Any:  # noqa: ANN401 - Altair
    """A channel that distinguishes series; a single series has no legend."""
    if len(table[series].unique()) == 1:
        more["legend"] = None
    return channel(f"{series}:N", title=None, **more)


def along(column: pd.Series) -> Any:  # noqa: ANN401 - Altair
    """The lower axis, with unabridged times and slanted names."""
    if kind_of(column, "") == "T":
        return alt.Axis(format="%H:%M:%S", labelAngle=0, tickCount=6)
    if pd.api.types.is_numeric_dtype(column):
        return alt.Axis(tickMinStep=1, format="d") if (column % 1 == 0).all() else alt.Axis()
    return alt.Axis(labelAngle=-40 if column.nunique() > 2 else 0, labelLimit=160)  # noqa: PLR2004


def kind_of(column: pd.Series, otherwise: str) -> str:
    """Vega's type letter for the values of a column."""
    return "T" if pd.api.types.is_datetime64_any_dtype(column) else otherwise
