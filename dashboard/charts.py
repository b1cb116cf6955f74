"""Charts from tables, without any page: what is drawn can be tested as data.

Colours are those of `dashboard.faces.PALETTE`; everything else follows the page's theme, light or
dark.
"""

from typing import Any

import altair as alt
import pandas as pd

from dashboard.faces import FACES, PALETTE

ROW = 34
"""Pixels per row of a chart of rows."""

Chart = alt.Chart | alt.LayerChart


def timeline(feelings: pd.DataFrame) -> Chart:
    """Faces along the decisions of a match: felt and shown, one line each per contestant.

    Args:
        feelings: as `dashboard.replay.feelings` gives it.
    """
    table = feelings.assign(
        face=feelings["emotion"].map(FACES).fillna("❔"),
        line=[
            f"{who} {kind}"
            for who, kind in zip(feelings["contestant"], feelings["kind"], strict=True)
        ],
    )
    base = alt.Chart(table).encode(
        x=alt.X("step:O", title="decision", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("line:N", title=None, axis=alt.Axis(labelLimit=220)),
        tooltip=["contestant", "kind", "emotion", "intensity", "action"],
    )
    faces = base.mark_text(size=22).encode(text="face:N")
    names = base.mark_text(size=10, dy=18).encode(text="emotion:N", color=alt.value("#888888"))
    rows = int(table["line"].nunique())
    return _high(faces + names, max(120, rows * 60))


def whiskers(
    table: pd.DataFrame, value: str, low: str, high: str, title: str, reference: float | None = None
) -> Chart:
    """Dots with intervals, the highest first.

    Args:
        table: one row per `contestant`.
        value: column of the dots.
        low: column of the lower ends.
        high: column of the upper ends.
        title: of the axis, with its unit.
        reference: where a line is drawn, if anywhere.
    """
    order = table.sort_values(value, ascending=False)["contestant"].tolist()
    y = alt.Y("contestant:N", sort=order, title=None, axis=alt.Axis(labelLimit=240))
    scale = alt.Scale(zero=False)
    base = alt.Chart(table)
    intervals = base.mark_rule(strokeWidth=2, color=PALETTE[0]).encode(
        x=alt.X(f"{low}:Q", title=title, scale=scale), x2=f"{high}:Q", y=y
    )
    dots = base.mark_point(filled=True, size=90, color=PALETTE[0], opacity=1).encode(
        x=alt.X(f"{value}:Q", title=title, scale=scale),
        y=y,
        tooltip=[
            "contestant",
            *(alt.Tooltip(f"{key}:Q", format=".3~f") for key in (value, low, high)),
        ],
    )
    chart = intervals + dots
    if reference is not None:
        at = alt.Chart(pd.DataFrame({"at": [reference]}))
        chart = at.mark_rule(strokeDash=[4, 4], color=PALETTE[7]).encode(x="at:Q") + chart
    return _high(chart, 60 + ROW * len(table))


def heat(
    table: pd.DataFrame,
    x: str,
    y: str,
    value: str,
    titles: tuple[str, str, str],
    link: str = "",
    **scale: Any,  # noqa: ANN401
) -> Chart:
    """A matrix as colours, with its figures in the cells.

    Args:
        table: one row per cell.
        x: column of the columns.
        y: column of the rows.
        value: column of the colours.
        titles: of columns, rows and colours, with units.
        link: column of addresses that cells lead to; none if empty.
        scale: of colours, as Vega has it.
    """
    palette = alt.Scale(**{"scheme": "blueorange", "reverse": True, **scale})
    base = alt.Chart(table).encode(
        x=alt.X(f"{x}:N", title=titles[0], axis=alt.Axis(labelAngle=-40, labelLimit=160)),
        y=alt.Y(f"{y}:N", title=titles[1], axis=alt.Axis(labelLimit=200)),
        tooltip=[x, y, alt.Tooltip(f"{value}:Q", format=".3~f", title=titles[2])],
        **({"href": link} if link else {}),
    )
    cells = base.mark_rect(cursor="pointer" if link else "default").encode(
        color=alt.Color(f"{value}:Q", title=titles[2], scale=palette)
    )
    figures = base.mark_text(size=12, fontWeight="bold").encode(
        text=alt.Text(f"{value}:Q", format=".2~f"), color=alt.value("#000000")
    )
    rows = int(table[y].nunique())
    return _high(cells + figures, 120 + ROW * rows)


def bars(
    table: pd.DataFrame,
    x: str,
    y: str,
    series: str,
    titles: tuple[str, str],
    *,
    stacked: bool = True,
) -> Chart:
    """Bars along a category, a colour per series.

    Args:
        table: one row per bar or part of one.
        x: column of categories.
        y: column of heights.
        series: column of colours.
        titles: of the axes, with units.
        stacked: whether the parts of a category stand on each other, or side by side.
    """
    height = alt.Y(f"{y}:Q", title=titles[1], stack="zero" if stacked else None)
    colour = alt.Color(f"{series}:N", scale=alt.Scale(range=list(PALETTE)), title=series)
    encoded = {
        "x": alt.X(
            f"{x}:{_kind(table[x], 'N')}",
            title=titles[0],
            sort=None,
            axis=alt.Axis(labelAngle=-40, labelLimit=160),
        ),
        "y": height,
        "color": colour,
        "tooltip": [x, series, alt.Tooltip(f"{y}:Q", format=".3~f")],
    }
    if not stacked:
        encoded["xOffset"] = alt.XOffset(f"{series}:N")
    return _high(alt.Chart(table).mark_bar().encode(**encoded), 300)


def lines(
    table: pd.DataFrame, x: str, y: str, series: str, titles: tuple[str, str], *, step: bool = False
) -> Chart:
    """Lines with points, a colour and a shape per series.

    Args:
        table: one row per point.
        x: column of positions.
        y: column of heights.
        series: column of colours.
        titles: of the axes, with units.
        step: whether heights hold until the next point, as in a distribution function.
    """
    colour = alt.Color(f"{series}:N", scale=alt.Scale(range=list(PALETTE)), title=series)
    chart = (
        alt.Chart(table)
        .mark_line(point=True, interpolate="step-after" if step else "linear")
        .encode(
            x=alt.X(f"{x}:{_kind(table[x], 'Q')}", title=titles[0]),
            y=alt.Y(f"{y}:Q", title=titles[1]),
            color=colour,
            shape=alt.Shape(f"{series}:N", title=series),
            tooltip=[x, series, alt.Tooltip(f"{y}:Q", format=".3~f")],
        )
    )
    return _high(chart, 300)


def arrows(table: pd.DataFrame) -> Chart:
    """Directions of effects, coloured by agreement with people; contested cells are hatched.

    Args:
        table: as `dashboard.humans.arrows` gives it.
    """
    states = {
        "aligned": PALETTE[2],
        "not aligned": PALETTE[5],
        "undecided": "#DDDDDD",
        "contested": "#FFFFFF",
        "no human data": "#F4F4F4",
    }
    scale = alt.Scale(domain=list(states), range=list(states.values()))
    base = alt.Chart(table.assign(hatch="////")).encode(
        x=alt.X("cell:N", sort=None, title=None, axis=alt.Axis(labelAngle=-50, labelLimit=200)),
        y=alt.Y("base:N", title=None, axis=alt.Axis(labelLimit=220)),
        tooltip=["base", "cell", "arrow", "human", alt.Tooltip("effect:Q", format=".3f"), "state"],
    )
    cells = base.mark_rect(stroke="#888888").encode(
        color=alt.Color("state:N", scale=scale, title="beside people")
    )
    hatched = (
        base.transform_filter("datum.state == 'contested'")
        .mark_text(size=18, color="#999999")
        .encode(text="hatch:N")
    )
    marks = base.mark_text(size=16, fontWeight="bold", color="#000000").encode(text="arrow:N")
    return _high(cells + hatched + marks, 160 + ROW * int(table["base"].nunique()))


def ruler(table: pd.DataFrame, title: str) -> Chart:
    """Distances from people beside their noise floor and human-to-human distances, on one scale.

    Args:
        table: as `dashboard.humans.ruler` gives it, of one unit.
        title: of the axis, with its unit.
    """
    lines_ = table.assign(line=table["contestant"] + " · " + table["study"])
    kinds = list(dict.fromkeys(table["kind"]))
    y = alt.Y("line:N", sort=None, title=None, axis=alt.Axis(labelLimit=320))
    own = alt.Chart(lines_[lines_["kind"] == "distance"])
    intervals = own.mark_rule(strokeWidth=2, color=PALETTE[0]).encode(
        x=alt.X("distance_low:Q", title=title), x2="distance_high:Q", y=y
    )
    marks = (
        alt.Chart(lines_)
        .mark_point(filled=True, size=80, opacity=1)
        .encode(
            x=alt.X("value:Q", title=title),
            y=y,
            color=alt.Color(
                "kind:N", scale=alt.Scale(domain=kinds, range=list(PALETTE)), title=None
            ),
            shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds), title=None),
            tooltip=[
                "contestant",
                "study",
                "measure",
                "kind",
                alt.Tooltip("value:Q", format=".3f"),
            ],
        )
    )
    return _high(intervals + marks, 80 + 24 * int(lines_["line"].nunique()))


def _kind(column: pd.Series, otherwise: str) -> str:
    """Vega's letter for what a column holds."""
    return "T" if pd.api.types.is_datetime64_any_dtype(column) else otherwise


def policy(table: pd.DataFrame) -> Chart:
    """Choices by information set, beside equilibrium and quantal response.

    Args:
        table: one contestant's columns set, action, frequency, low, high, equilibrium, noisy.
    """
    sets = [
        f"{told.removesuffix(';')} → {act}"
        for told, act in zip(table["set"], table["action"], strict=True)
    ]
    base = alt.Chart(table.assign(choice=sets)).encode(
        y=alt.Y("choice:N", sort=None, title=None, axis=alt.Axis(labelLimit=320)),
        tooltip=[
            "choice",
            "times",
            *(
                alt.Tooltip(f"{key}:Q", format=".3f")
                for key in ("frequency", "equilibrium", "noisy")
            ),
        ],
    )
    scale = alt.Scale(domain=[0, 1])
    rules = base.mark_rule(strokeWidth=2, color=PALETTE[0]).encode(
        x=alt.X("low:Q", title="share of decisions", scale=scale), x2="high:Q"
    )
    marks = [
        base.mark_point(
            filled=shape != "cross", shape=shape, size=90, color=PALETTE[at], opacity=1
        ).encode(x=alt.X(f"{column}:Q", title="share of decisions", scale=scale))
        for column, shape, at in (
            ("frequency", "circle", 0),
            ("equilibrium", "diamond", 1),
            ("noisy", "cross", 2),
        )
        if table[column].notna().any()
    ]
    return _high(alt.layer(rules, *marks), 60 + ROW * len(table))


def _high(chart: Any, pixels: int) -> Chart:  # noqa: ANN401 - Altair does not say what it makes
    made: Chart = chart.properties(height=pixels)
    return made
