"""Forest plots: effects of emotions in all games, or distances from people, in one picture."""

import altair as alt
import pandas as pd

from arena.plots.faces import PALETTE
from arena.plots.parts import LABEL, Chart, broken, height_of, marked, quantity, sized

ROW = 28
"""Pixels per row."""
NO_EFFECT = 0.0

_LEVEL = " | "
"""Separates the parts of a row's key: game and outcome, and the label within them."""
_OWN = f"split(datum.value, '{_LEVEL}')[1]"
_PARTS = ": "
"""Separates the parts of a heading, the game and the outcome, which have lines of their own."""
_LABEL = f"{_OWN} ? {broken(_OWN)} : {broken('datum.value', _PARTS)}"
_HEADING = {"test": f"!{_OWN}", "value": "bold"}


def forest(table: pd.DataFrame) -> Chart:
    """Effects as dots with intervals, below a heading for each outcome of each game.

    Args:
        table: a row per effect: game, outcome, label (of the row), against (colour and shape), and
            share, share_low, share_high (share of the outcome's range); effect, low and high, in
            the outcome's unit, are told on hover.
    """
    heading = table["game"] + _PARTS + table["outcome"]
    known = table.assign(row=heading + _LEVEL + table["label"])
    rows = _rows(heading, known["row"])
    series = [*dict.fromkeys(known["against"])]
    scale = alt.Scale(domain=series, range=list(PALETTE[: len(series)]))
    base = alt.Chart(known).encode(
        y=_places(rows),
        yOffset=alt.YOffset("against:N", sort=series),
        color=alt.Color("against:N", title=None, scale=scale),
        tooltip=["game", "outcome", "label", "against", *map(_figure, ("effect", "low", "high"))],
    )
    ends = quantity("effect (% of the outcome's range)")
    ends["axis"] = alt.Axis(format="+.0%", tickCount=6)
    intervals = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("share_low:Q", **ends), x2="share_high:Q"
    )
    dots = base.mark_point(filled=True, size=60, opacity=1).encode(
        x=alt.X("share:Q", **ends), shape=alt.Shape("against:N", title=None, sort=series)
    )
    return sized(marked(intervals + dots, NO_EFFECT), _height(rows), columns=3)


def floors(table: pd.DataFrame) -> Chart:
    """Distances from people as dots with intervals, each with its noise floor as a diamond.

    Args:
        table: a row per contestant and place: contestant, game, measure, study, distance, low,
            high and floor, all in points.
    """
    heading = table["game"] + _PARTS + table["measure"]
    known = table.assign(row=heading + _LEVEL + table["contestant"])
    rows = _rows(heading, known["row"])
    told = ["game", "measure", "study", "contestant"]
    figures = map(_figure, ("distance", "low", "high", "floor"))
    base = alt.Chart(known).encode(y=_places(rows), tooltip=[*told, *figures])
    axis = quantity("distance from people (points)")
    kinds = {"distance": "circle", "floor": "diamond"}
    colours = alt.Scale(domain=[*_FLOORS.values()], range=[PALETTE[0], PALETTE[1]])
    shapes = alt.Scale(domain=[*_FLOORS.values()], range=[*kinds.values()])
    intervals = base.mark_rule(strokeWidth=2, color=PALETTE[0]).encode(
        x=alt.X("low:Q", **axis), x2="high:Q"
    )
    marks = [
        base.transform_calculate(kind=f"'{name}'")
        .mark_point(filled=True, size=60, opacity=1)
        .encode(
            x=alt.X(f"{column}:Q", **axis),
            color=alt.Color("kind:N", title=None, scale=colours),
            shape=alt.Shape("kind:N", title=None, scale=shapes),
        )
        for column, name in _FLOORS.items()
    ]
    return sized(alt.layer(intervals, *marks), _height(rows), columns=1)


_FLOORS = {"distance": "distance, with 95 % interval", "floor": "noise floor: 95 % of 100 people"}
"""Columns of distances, and what they are in words."""


def _places(rows: list[str]) -> alt.Y:
    """The axis of rows, headings bold."""
    axis = alt.Axis(
        labelExpr=_LABEL,
        labelFontWeight={"condition": _HEADING, "value": "normal"},
        labelLimit=LABEL,
        labelOverlap=False,
        ticks=False,
    )
    return alt.Y("row:N", sort=None, title=None, axis=axis, scale=alt.Scale(domain=rows))


def _height(rows: list[str]) -> int:
    """Pixels of all rows, with room for all lines of headings and labels."""
    return height_of([row.partition(_LEVEL)[2] or row for row in rows], ROW, _PARTS)


def _rows(headings: "pd.Series[str]", keys: "pd.Series[str]") -> list[str]:
    """Each heading, and below it the keys of its rows."""
    below: dict[str, dict[str, None]] = {}
    for heading, key in zip(headings, keys, strict=True):
        below.setdefault(heading, {})[key] = None
    return [row for heading, own in below.items() for row in (heading, *own)]


def _figure(column: str) -> alt.Tooltip:
    return alt.Tooltip(f"{column}:Q", format=".3~f")
