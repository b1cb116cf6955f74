"""Charts from tables, without a page, so that their data can be tested.

Colours are those of `arena.plots.faces.PALETTE`; everything else follows the page's theme, light or
dark.
"""

from math import ceil
from typing import Any

import altair as alt
import pandas as pd

from arena.plots.faces import PALETTE, PEOPLE, face_alone
from arena.plots.parts import (
    ROW,
    Chart,
    along,
    form_of,
    head,
    height_of,
    kind_of,
    marked,
    names,
    quantity,
    sized,
    slanted,
    told_apart,
    width_of,
)

CROWDED = 12
"""Number of columns of a matrix from which its cells are too small for figures."""
_FACE, _FIGURE, _NAME, _ARROW = 54, 42, 20, 26
"""Least pixels of a column: with a face and its word, a figure, a slanted name alone, an arrow."""
_GRADIENT = 140
"""Pixels of the legend of a matrix, which a phone has beside the names of its rows."""
_LETTER = 7
"""Pixels of a letter of a small heading."""


def timeline(feelings: pd.DataFrame) -> Chart:
    """Faces along the decisions of a match: felt and shown, two lines per contestant.

    Args:
        feelings: table of `Transcript.feelings`.
    """
    table = feelings.assign(
        face=feelings["emotion"].map(face_alone),
        line=[
            f"{who} {kind}"
            for who, kind in zip(feelings["contestant"], feelings["kind"], strict=True)
        ],
    )
    base = alt.Chart(table).encode(
        x=alt.X("step:O", title="decision", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("line:N", title=None, axis=names()),
        tooltip=["contestant", "kind", "emotion", "intensity", "action"],
    )
    faces = base.mark_text(size=22).encode(text="face:N")
    words = base.mark_text(size=10, dy=18).encode(text="emotion:N", color=alt.value("#888888"))
    rows = int(table["line"].nunique())
    return sized(faces + words, rows * 60, room=width_of(table["step"], _FACE))


def whiskers(
    table: pd.DataFrame, value: str, low: str, high: str, title: str, reference: float | None = None
) -> Chart:
    """Dots with intervals, highest first.

    Args:
        table: one row per `contestant`.
        value: column of the dots.
        low: column of the lower ends.
        high: column of the upper ends.
        title: title of the axis, with its unit.
        reference: position of a reference line, if any.
    """
    order = table.sort_values(value, ascending=False)["contestant"].tolist()
    y = alt.Y("contestant:N", sort=order, title=None, axis=names())
    scale = alt.Scale(zero=False)
    axis, form = quantity(title), form_of(title)
    base = alt.Chart(table)
    intervals = base.mark_rule(strokeWidth=2, color=PALETTE[0]).encode(
        x=alt.X(f"{low}:Q", scale=scale, **axis), x2=f"{high}:Q", y=y
    )
    dots = base.mark_point(filled=True, size=90, color=PALETTE[0], opacity=1).encode(
        x=alt.X(f"{value}:Q", scale=scale, **axis),
        y=y,
        tooltip=[
            "contestant",
            *(alt.Tooltip(f"{key}:Q", format=form) for key in (value, low, high)),
        ],
    )
    return sized(marked(intervals + dots, reference), height_of(order))


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
        titles: titles of columns, rows and colours, with units.
        link: column of addresses to which cells lead; none if empty.
        scale: colour scale, in Vega's form.
    """
    form = form_of(titles[2])
    legend = alt.Legend(format=form, gradientLength=_GRADIENT)
    palette = alt.Scale(**{"scheme": "blueorange", "reverse": "scheme" not in scale, **scale})
    base = alt.Chart(table).encode(
        x=alt.X(f"{x}:N", title=titles[0], axis=slanted(table[x])),
        y=alt.Y(f"{y}:N", title=titles[1], axis=names()),
        tooltip=[x, y, alt.Tooltip(f"{value}:Q", format=form, title=titles[2])],
        **({"href": link} if link else {}),
    )
    cells = base.mark_rect(cursor="pointer" if link else "default").encode(
        color=alt.Color(f"{value}:Q", title=head(titles[2]), scale=palette, legend=legend)
    )
    figures = base.mark_text(size=12, fontWeight="bold").encode(
        text=alt.Text(f"{value}:Q", format=".0%" if form.endswith("%") else ".2~f"),
        color=_legible(value, table, scale),
    )
    crowded = table[x].nunique() > CROWDED
    chart = cells if crowded else cells + figures
    room = width_of(table[x], _NAME if crowded else _FIGURE)
    return sized(chart, ROW * int(table[y].nunique()), room=room)


def _legible(value: str, table: pd.DataFrame, scale: dict[str, Any]) -> Any:  # noqa: ANN401 - Altair
    """Black figures on light cells, white ones on dark cells."""
    low, high = scale.get("domain", (table[value].min(), table[value].max()))
    width = high - low
    ends = f"datum.{value} > {high - 0.3 * width}"
    if "scheme" not in scale:  # both ends are dark
        ends = f"abs(datum.{value} - {(low + high) / 2}) > {0.35 * width}"
    return alt.condition(ends, alt.value("#FFFFFF"), alt.value("#000000"))


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
        titles: titles of the axes, with units.
        stacked: whether the parts of a category are stacked, or side by side.
    """
    encoded = {
        "x": alt.X(
            f"{x}:{kind_of(table[x], 'N')}", title=titles[0], sort=None, axis=along(table[x])
        ),
        "y": alt.Y(
            f"{y}:Q",
            title=titles[1],
            stack="zero" if stacked else None,
            axis=alt.Axis(format=form_of(titles[1])),
        ),
        "color": told_apart(table, series, alt.Color, scale=_COLOURS),
        "tooltip": [x, series, alt.Tooltip(f"{y}:Q", format=form_of(titles[1]))],
    }
    if not stacked:
        encoded["xOffset"] = alt.XOffset(f"{series}:N")
    return sized(alt.Chart(table).mark_bar().encode(**encoded), 300)


def lines(
    table: pd.DataFrame, x: str, y: str, series: str, titles: tuple[str, str], *, step: bool = False
) -> Chart:
    """Lines with points, a colour and a shape per series.

    Args:
        table: one row per point.
        x: column of positions.
        y: column of heights.
        series: column of colours.
        titles: titles of the axes, with units.
        step: whether heights hold until the next point, as in a distribution function.
    """
    order = [*dict.fromkeys(table[series])]
    colours = alt.Scale(domain=order, range=list(PALETTE))  # one legend has colours and shapes
    chart = (
        alt.Chart(table)
        .mark_line(
            point={"size": 45, "filled": True}, interpolate="step-after" if step else "linear"
        )
        .encode(
            x=alt.X(f"{x}:{kind_of(table[x], 'Q')}", title=titles[0], axis=along(table[x])),
            y=alt.Y(f"{y}:Q", title=titles[1], axis=alt.Axis(format=form_of(titles[1]))),
            color=told_apart(table, series, alt.Color, scale=colours),
            shape=told_apart(table, series, alt.Shape, scale=alt.Scale(domain=order)),
            tooltip=[x, series, alt.Tooltip(f"{y}:Q", format=form_of(titles[1]))],
        )
    )
    return sized(chart, 300)


def histograms(
    table: pd.DataFrame, x: str, y: str, series: str, titles: tuple[str, str], width: float
) -> Chart:
    """Outlines of histograms over each other, a colour per series.

    Args:
        table: one row per bar.
        x: column of the bars' lower ends.
        y: column of heights.
        series: column of colours.
        titles: titles of the axes, with units.
        width: width of a bar.
    """
    last = table.groupby(series, as_index=False)[x].max()
    closed = last.assign(**{x: last[x] + width, y: 0.0})  # an outline ends where its last bar does
    chart = (
        alt.Chart(pd.concat([table, closed], ignore_index=True))
        .mark_area(interpolate="step-after", fillOpacity=0.12, line={"strokeWidth": 2.5})
        .encode(
            x=alt.X(f"{x}:Q", title=titles[0]),
            y=alt.Y(
                f"{y}:Q", title=titles[1], stack=None, axis=alt.Axis(format=form_of(titles[1]))
            ),
            color=told_apart(table, series, alt.Color, scale=_COLOURS),
            tooltip=[x, series, alt.Tooltip(f"{y}:Q", format=form_of(titles[1]))],
        )
    )
    return sized(chart, 300)


_COLOURS = alt.Scale(range=list(PALETTE))


_STATES = {
    "aligned": PALETTE[4],
    "as in people, by itself": "#CFE8DC",
    "not aligned": PALETTE[1],
    "undecided": "#DDDDDD",
    "contested": "#FFFFFF",
    "no human data": "#F4F4F4",
    "mean": "#FFFFFF",
    PEOPLE: "#BBBBBB",
}
"""Colours of a table of arrows; contested cells are hatched too."""

_HATCH = "///"


def arrows(table: pd.DataFrame, link: str = "") -> Chart:
    """Means, and directions of effects, coloured by agreement with people.

    Args:
        table: table of `Alignment.arrows`.
        link: column of addresses to which cells lead; none if empty.
    """
    rows = [" ", *dict.fromkeys(table["base"])]
    outcome = alt.Axis(
        labelExpr="split(datum.label, ' · ')[1]",
        labelAngle=-90,
        orient="bottom",
        labelOverlap=False,
    )
    x = alt.X("cell:N", sort=None, title=None, axis=outcome)
    y = alt.Y("base:N", sort=rows, title=None, axis=names())
    shown: list[Any] = ["base", "cell", "arrow", "human", "state"]
    shown.append(alt.Tooltip("effect:Q", format=".3f"))
    linked = {"href": link} if link else {}
    base = alt.Chart(table.assign(hatch=_HATCH)).encode(x=x, y=y, tooltip=shown, **linked)
    drawn = [state for state in _STATES if state != "mean" and state in set(table["state"])]
    legend = alt.Legend(
        symbolStrokeWidth=1,
        values=drawn,
        labelExpr=f"datum.label == 'contested' ? 'contested {_HATCH}' : datum.label",
    )
    known = alt.Scale(domain=list(_STATES), range=list(_STATES.values()))
    cells = base.mark_rect(stroke="#888888").encode(
        color=alt.Color("state:N", scale=known, title=None, legend=legend)
    )
    heads = (
        alt.Chart(_heads(table))
        .mark_text(size=12, dy=8, color="#888888")
        .encode(x=x, y=y, text="emotion:N")
    )
    column = _column(table)
    narrow = f"width < {column * table['cell'].nunique()}"
    room = width_of(table["cell"], column)
    layers = alt.layer(cells, *_inside(base, narrow), heads)
    return sized(layers, ROW * len(rows), columns=1, room=room)


def _column(table: pd.DataFrame) -> int:
    """Least pixels of a column of arrows, so that the emotions' names have room above theirs."""
    cells = table.drop_duplicates("cell")["cell"].str.partition(" · ")[0].value_counts()
    needed = [ceil(_LETTER * (len(str(emotion)) + 1) / count) for emotion, count in cells.items()]
    return max(_ARROW, *needed)


def _inside(base: alt.Chart, narrow: str) -> tuple[alt.Chart, ...]:
    """Content of the cells: hatching of contested cells, arrows, and means.

    Args:
        base: with the places of cells.
        narrow: Vega's expression that is true where figures have no room beside each other.
    """
    hatched = (
        base.transform_filter("datum.state == 'contested' || datum.disputed")
        .mark_text(size=20, color="#999999")
        .encode(text="hatch:N")
    )
    marks = base.transform_filter("datum.place >= 0").mark_text(
        size=16, fontWeight="bold", color="#000000"
    )
    # Figures are wider than arrows. Without room they are rotated, so that they do not overlap.
    figures = (
        base.transform_filter("datum.place < 0")
        .transform_calculate(figure="replace(datum.arrow, '%', ' %')")
        .mark_text(
            size=alt.ExprRef(f"{narrow} ? 9 : 11"),
            angle=alt.ExprRef(f"{narrow} ? 270 : 0"),
            color="#000000",
        )
    )
    return hatched, marks.encode(text="arrow:N"), figures.encode(text="figure:N")


def _heads(table: pd.DataFrame) -> pd.DataFrame:
    """The emotion's name above the middle one of its cells."""
    middle = [
        cells["cell"].iloc[len(cells) // 2]
        for _, cells in table.drop_duplicates("cell").groupby("place")
    ]
    emotions = [cell.split(" · ")[0] for cell in middle]
    return pd.DataFrame({"cell": middle, "base": " ", "emotion": emotions})


def ruler(table: pd.DataFrame, title: str) -> Chart:
    """Distances from people with their noise floor and human-to-human distances, on one scale.

    Args:
        table: table of `Alignment.distances`, of one unit.
        title: title of the axis, with its unit.
    """
    lines_ = table.assign(line=table["contestant"] + " · " + table["study"])
    kinds = list(dict.fromkeys(table["kind"]))
    y = alt.Y("line:N", sort=None, title=None, axis=names(" · "))
    axis = quantity(title)
    own = alt.Chart(lines_[lines_["kind"] == "distance"])
    intervals = own.mark_rule(strokeWidth=2, color=PALETTE[0]).encode(
        x=alt.X("distance_low:Q", **axis), x2="distance_high:Q", y=y
    )
    marks = (
        alt.Chart(lines_)
        .mark_point(filled=True, size=80, opacity=1)
        .encode(
            x=alt.X("value:Q", **axis),
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
    return sized(intervals + marks, height_of([*lines_["line"].unique()], at=" · "), columns=1)
