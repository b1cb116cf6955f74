"""Common parts of charts: height, legends, axes, channels."""

from collections.abc import Sequence
from math import ceil
from textwrap import wrap
from typing import Any

import altair as alt
import pandas as pd

from arena.plots.faces import PALETTE

NARROW = 500
"""Pixels of a plot below which a legend has one entry in a line, as on a phone."""
LINE = 24
"""Largest number of characters in a line of a label."""
LABEL = 190
"""Pixels of such a line."""
ROW = 34
"""Pixels per row of a chart of rows."""
SEVERAL = "; "
"""Stands between the parts of a name that have lines of their own, as events have."""
_ROOM = "room"
"""Key of a chart's own data that Vega passes over."""
_LINE_PIXELS, _GAP = 13, 6
"""Height of a line of a name, and room between names of several lines."""
_FEW = 12
"""Largest number of positions that are all marked on an axis."""
_MANY = 40
"""Number of names from which an axis has some of them alone."""
_EDGE = 16
"""Pixels from an end of an axis within which a number is written inwards, so that it is whole."""
_TITLE, _LEGEND = 26, 40
"""Largest number of characters in a line of the title of an axis, and of a legend."""
_WHOLE = 320
"""Pixels of an entry of a legend, which a phone has beside the symbol."""
_SIGNS = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["$", ""], "percent": " %"}
LOCALE = alt.Locale(number=_SIGNS)
"""Numbers are written as on pages: 65 %, −0.12."""

Chart = alt.Chart | alt.LayerChart


def sized(chart: Any, pixels: int, columns: int = 2, room: int = 0) -> Chart:  # noqa: ANN401 - Altair does not say what it makes
    """Set the height without legends, which are above the plot to keep its width.

    Args:
        chart: the chart.
        pixels: height of the plot.
        columns: of legends.
        room: smallest width at which nothing overlaps; `room_of` gives it.
    """
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    beside = alt.ExprRef(f"width < {NARROW} ? 1 : {columns}")
    made: Chart = (
        chart.properties(height=pixels, autosize=fit)
        .configure(locale=LOCALE)
        .configure_legend(
            orient="top", columns=beside, labelLimit=_WHOLE, titleLimit=_WHOLE, symbolLimit=0
        )
        .configure_axisY(labelFlush=False)
        .configure_axisXQuantitative(labelFlush=_EDGE)
    )
    return made.properties(usermeta={_ROOM: room}) if room else made


def room_of(chart: Chart) -> int:
    """Smallest width of a chart at which nothing overlaps, in pixels; 0 if any will do."""
    known = chart.usermeta
    return int(known[_ROOM]) if isinstance(known, dict) else 0


def width_of(places: pd.Series, pixels: int) -> int:
    """Pixels of columns beside each other, with the names of rows before them.

    Args:
        places: column of each row of a table.
        pixels: of a column.
    """
    return LABEL + pixels * int(places.nunique())


def broken(label: str = "datum.label", at: str = "") -> str:
    """Vega's expression of a label in lines of at most LINE characters, so that it is whole.

    Args:
        label: expression of the label.
        at: what parts of the label are separated by, which have lines of their own.
    """
    parts = f"replace({label}, regexp('{at}', 'g'), '\\n')" if at else label
    # A word that is longer than a line is broken at its end.
    words = f"(?=.{{{LINE + 1}}})(.{{1,{LINE - 1}}}[-_/ ]|.{{{LINE}}})"
    return f"split(replace({parts}, regexp('{words}', 'g'), '$1\\n'), '\\n')"


def height_of(labels: Sequence[str], least: int = ROW, at: str = SEVERAL) -> int:
    """Pixels of rows that have room for all lines of their names.

    Args:
        labels: names of the rows.
        least: pixels of a row.
        at: what parts of a name are separated by.
    """
    most = max((sum(map(_lines, label.split(at))) for label in labels), default=1)
    return max(least, _LINE_PIXELS * most + _GAP) * len(labels)


def _lines(part: str) -> int:
    """Number of lines that `broken` makes of a part of a label, at most."""
    return ceil(len(part) / (LINE // 2 + 1)) if len(part) > LINE else 1


def names(at: str = SEVERAL) -> alt.Axis:
    """The axis of names of rows, which are whole.

    Args:
        at: what parts of a name are separated by, which have lines of their own.
    """
    return alt.Axis(labelExpr=broken(at=at), labelLimit=LABEL, labelOverlap=False)


def quantity(title: str) -> dict[str, Any]:
    """Title and axis of a quantity to the right of names, whose plot is narrow on a phone.

    Args:
        title: of the axis, with its unit.
    """
    return {"title": wrap(title, _TITLE), "axis": alt.Axis(format=form_of(title), tickCount=6)}


def head(title: str) -> list[str]:
    """The title of a legend, in lines that a phone has room for.

    Args:
        title: of the legend.
    """
    return wrap(title, _LEGEND)


def form_of(title: str) -> str:
    """Format of numbers of an axis: shares are in per cent.

    Args:
        title: of the axis.
    """
    shares = title.startswith("share") or "(share of" in title
    return ".1~%" if shares else ",.3~f"


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
        # The first and the last are kept where they overlap, and flush ones come nearer to others.
        return alt.Axis(format="%H:%M:%S", labelAngle=0, tickCount=6, labelFlush=False)
    if pd.api.types.is_numeric_dtype(column):
        whole = (column % 1 == 0).all()
        few = sorted(column.unique().tolist())
        if whole and len(few) <= _FEW:  # a step may be less than 1 otherwise
            return alt.Axis(values=few, format="d")
        return alt.Axis(tickMinStep=1, format="d") if whole else alt.Axis()
    angle = -40 if column.nunique() > 2 else 0  # noqa: PLR2004 - two have room
    return slanted(column, angle)


def slanted(column: pd.Series, angle: int = -40) -> alt.Axis:
    """The lower axis with names, all of them where they are few.

    Args:
        column: values of the axis.
        angle: of the names, in degrees.
    """
    some = column.nunique() > _MANY
    return alt.Axis(labelAngle=angle, labelExpr=broken(), labelLimit=LABEL, labelOverlap=some)


def kind_of(column: pd.Series, otherwise: str) -> str:
    """Vega's type letter for the values of a column."""
    return "T" if pd.api.types.is_datetime64_any_dtype(column) else otherwise
