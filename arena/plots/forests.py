"""Forest plot: effects of emotions in all games, in one picture."""

from typing import Any

import altair as alt
import pandas as pd

from arena.plots.faces import PALETTE
from arena.plots.parts import Chart, sized

ROW = 24
"""Pixels per row."""
LABEL = 150
"""Pixels of a label of a row."""
NO_EFFECT = 0.0

_LEVEL = " | "
"""Separates the parts of a row's key: game and outcome, and the label within them."""
_LABEL = f"split(datum.value, '{_LEVEL}')[1] || split(datum.value, '{_LEVEL}')[0]"
_HEADING = {"test": f"!split(datum.value, '{_LEVEL}')[1]", "value": "bold"}


def forest(table: pd.DataFrame) -> Chart:
    """Effects as dots with intervals, below a heading for each outcome of each game.

    Args:
        table: a row per effect: game, outcome, label (of the row), against (colour and shape), and
            share, share_low, share_high (share of the outcome's range); effect, low and high, in
            the outcome's unit, are told on hover.
    """
    heading = table["game"] + ": " + table["outcome"]
    known = table.assign(row=heading + _LEVEL + table["label"])
    rows = _rows(heading, known["row"])
    weight = {"condition": _HEADING, "value": "normal"}
    axis = alt.Axis(labelExpr=_LABEL, labelFontWeight=weight, labelLimit=LABEL, ticks=False)
    series = [*dict.fromkeys(known["against"])]
    scale = alt.Scale(domain=series, range=list(PALETTE[: len(series)]))
    base = alt.Chart(known).encode(
        y=alt.Y("row:N", sort=None, title=None, axis=axis, scale=alt.Scale(domain=rows)),
        yOffset=alt.YOffset("against:N", sort=series),
        color=alt.Color("against:N", title=None, scale=scale),
        tooltip=["game", "outcome", "label", "against", *map(_figure, ("effect", "low", "high"))],
    )
    title = "effect (% of the outcome's range)"
    ends: dict[str, Any] = {"axis": alt.Axis(format="+.0%", tickCount=6), "title": title}
    intervals = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("share_low:Q", **ends), x2="share_high:Q"
    )
    dots = base.mark_point(filled=True, size=60, opacity=1).encode(
        x=alt.X("share:Q", **ends), shape=alt.Shape("against:N", title=None, sort=series)
    )
    zero = alt.Chart(pd.DataFrame({"at": [NO_EFFECT]}))
    line = zero.mark_rule(strokeDash=[4, 4], color=PALETTE[7]).encode(x="at:Q")
    return sized(line + intervals + dots, ROW * len(rows), columns=3)


def _rows(headings: "pd.Series[str]", keys: "pd.Series[str]") -> list[str]:
    """Each heading, and below it the keys of its rows."""
    below: dict[str, dict[str, None]] = {}
    for heading, key in zip(headings, keys, strict=True):
        below.setdefault(heading, {})[key] = None
    return [row for heading, own in below.items() for row in (heading, *own)]


def _figure(column: str) -> alt.Tooltip:
    return alt.Tooltip(f"{column}:Q", format=".3~f")
