"""Charts from tables, without a page, so that their data can be tested.

Colours are those of `arena.plots.faces.PALETTE`; everything else follows the page's theme, light or
dark.
"""

from typing import Any

import altair as alt
import pandas as pd

from arena.plots.faces import PALETTE, PEOPLE, face_alone
from arena.plots.parts import Chart, along, kind_of, marked, sized, told_apart

ROW = 34
"""Pixels per row of a chart of rows."""

LINE, GAP = 13, 6
"""Pixels of a line of a name, and between names of several lines."""
_EVENT = "; "
"""Stands between the events of an information set."""

CROWDED = 12
"""Number of columns of a matrix from which its cells are too small for figures."""


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
        y=alt.Y("line:N", title=None, axis=alt.Axis(labelLimit=220)),
        tooltip=["contestant", "kind", "emotion", "intensity", "action"],
    )
    faces = base.mark_text(size=22).encode(text="face:N")
    names = base.mark_text(size=10, dy=18).encode(text="emotion:N", color=alt.value("#888888"))
    rows = int(table["line"].nunique())
    return sized(faces + names, rows * 60)


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
    y = alt.Y("contestant:N", sort=order, title=None, axis=alt.Axis(labelLimit=240))
    scale = alt.Scale(zero=False)
    axis = alt.Axis(tickCount=6)
    base = alt.Chart(table)
    intervals = base.mark_rule(strokeWidth=2, color=PALETTE[0]).encode(
        x=alt.X(f"{low}:Q", title=title, scale=scale, axis=axis), x2=f"{high}:Q", y=y
    )
    dots = base.mark_point(filled=True, size=90, color=PALETTE[0], opacity=1).encode(
        x=alt.X(f"{value}:Q", title=title, scale=scale, axis=axis),
        y=y,
        tooltip=[
            "contestant",
            *(alt.Tooltip(f"{key}:Q", format=".3~f") for key in (value, low, high)),
        ],
    )
    return sized(marked(intervals + dots, reference), ROW * len(table))


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
    palette = alt.Scale(**{"scheme": "blueorange", "reverse": "scheme" not in scale, **scale})
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
        text=alt.Text(f"{value}:Q", format=".2~f"), color=_legible(value, table, scale)
    )
    rows = int(table[y].nunique())
    chart = cells if table[x].nunique() > CROWDED else cells + figures
    return sized(chart, ROW * rows)


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
        "y": alt.Y(f"{y}:Q", title=titles[1], stack="zero" if stacked else None),
        "color": told_apart(table, series, alt.Color, scale=_COLOURS),
        "tooltip": [x, series, alt.Tooltip(f"{y}:Q", format=".3~f")],
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
    chart = (
        alt.Chart(table)
        .mark_line(
            point={"size": 45, "filled": True}, interpolate="step-after" if step else "linear"
        )
        .encode(
            x=alt.X(f"{x}:{kind_of(table[x], 'Q')}", title=titles[0], axis=along(table[x])),
            y=alt.Y(f"{y}:Q", title=titles[1]),
            color=told_apart(table, series, alt.Color, scale=_COLOURS),
            shape=told_apart(table, series, alt.Shape),
            tooltip=[x, series, alt.Tooltip(f"{y}:Q", format=".3~f")],
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
            y=alt.Y(f"{y}:Q", title=titles[1], stack=None),
            color=told_apart(table, series, alt.Color, scale=_COLOURS),
            tooltip=[x, series, alt.Tooltip(f"{y}:Q", format=".3~f")],
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
    names = [" ", *dict.fromkeys(table["base"])]
    outcome = alt.Axis(labelExpr="split(datum.label, ' · ')[1]", labelAngle=-90, orient="bottom")
    x = alt.X("cell:N", sort=None, title=None, axis=outcome)
    y = alt.Y("base:N", sort=names, title=None, axis=alt.Axis(labelLimit=160))
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
    return sized(alt.layer(cells, *_inside(base), heads), ROW * len(names))


def _inside(base: alt.Chart) -> tuple[alt.Chart, ...]:
    """Content of the cells: hatching of contested cells, arrows, and means."""
    hatched = (
        base.transform_filter("datum.state == 'contested' || datum.disputed")
        .mark_text(size=20, color="#999999")
        .encode(text="hatch:N")
    )
    marks = base.transform_filter("datum.place >= 0").mark_text(
        size=16, fontWeight="bold", color="#000000"
    )
    # Figures are wider than arrows. On a phone they are rotated, so that they do not overlap.
    figures = base.transform_filter("datum.place < 0").mark_text(
        size=alt.ExprRef("width < 500 ? 9 : 12"),
        angle=alt.ExprRef("width < 500 ? 270 : 0"),
        color="#000000",
    )
    return hatched, marks.encode(text="arrow:N"), figures.encode(text="arrow:N")


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
    return sized(intervals + marks, 24 * int(lines_["line"].nunique()), columns=1)


def policy(table: pd.DataFrame) -> Chart:
    """Choices by information set, with the range of equilibria and quantal response.

    Args:
        table: one contestant's rows of `Run.policy`.
    """
    choices = [
        f"{place.removesuffix(';')} → {act}"
        for place, act in zip(table["set"], table["action"], strict=True)
    ]
    names = {"frequency": "chosen", "equilibrium": "equilibrium", "noisy": "quantal response"}
    drawn = table.assign(choice=choices).rename(columns=names)
    scale = alt.Scale(domain=[0, 1])
    y, height = _places(choices)
    rules = (
        alt.Chart(drawn)
        .mark_rule(strokeWidth=2, color=PALETTE[0])
        .encode(x=alt.X("low:Q", title="share of decisions", scale=scale), x2="high:Q", y=y)
    )
    kept = ["choice", "times", "low", "high"]
    long = drawn.melt(kept, list(names.values()), "kind", "share").dropna(subset=["share"])
    kinds = [name for name in names.values() if name in set(long["kind"])]
    marks = (
        alt.Chart(long)
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            x=alt.X("share:Q", title="share of decisions", scale=scale),
            y=y,
            color=alt.Color(
                "kind:N", title=None, scale=alt.Scale(domain=kinds, range=list(PALETTE))
            ),
            shape=alt.Shape(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=kinds, range=["circle", "diamond", "cross"]),
            ),
            tooltip=["choice", "kind", "times", alt.Tooltip("share:Q", format=".3f")],
        )
    )
    return sized(_range(drawn, y) + rules + marks, height, columns=1)


def _places(choices: list[str]) -> tuple[alt.Y, int]:
    """The axis of choices, and its height in pixels.

    A name has a line for each event, so that a plot and its legend have room on a phone.
    """
    told = alt.Axis(labelLimit=300, labelExpr=f"split(datum.label, '{_EVENT}')", labelOverlap=False)
    most = max((choice.count(_EVENT) for choice in choices), default=0) + 1
    height = max(ROW, LINE * most + GAP) * len(choices)
    return alt.Y("choice:N", sort=None, title=None, axis=told), height


def _range(drawn: pd.DataFrame, y: alt.Y) -> alt.Chart:
    """Broad bars over the range of all equilibria."""
    wide = alt.Chart(drawn).mark_rule(strokeWidth=12, color=PALETTE[1], opacity=0.3)
    made: alt.Chart = wide.encode(x="equilibrium_low:Q", x2="equilibrium_high:Q", y=y)
    return made
