"""Shares of variance as stacked bars."""

import altair as alt
import pandas as pd

from arena.plots.faces import PALETTE
from arena.plots.parts import Chart, sized
from ratings.core.statistics.variance import AGAIN

ROW = 34
"""Pixels per bar."""
_REST = "#999999"
_COLOURS = (*PALETTE[:7], "#000000")


def shares(table: pd.DataFrame) -> Chart:
    """A bar per outcome: its components side by side, drawing again in grey at the end.

    Args:
        table: rows of `arena.analysis.variance`; components without a share have no part in a bar.
    """
    known = table.dropna(subset=["share"])
    names = [*(name for name in dict.fromkeys(known["component"]) if name != AGAIN), AGAIN]
    colours = [*_COLOURS[: len(names) - 1], _REST]
    place = {name: at for at, name in enumerate(names)}
    bars = known.assign(
        bar=known["contestant"] + " · " + known["game"] + ": " + known["outcome"],
        place=known["component"].map(place),
    )
    percent = {
        name: alt.Tooltip(f"{name}:Q", format=".0%", title=title)
        for name, title in (("share", "share"), ("low", "95 % from"), ("high", "to"))
    }
    chart = (
        alt.Chart(bars)
        .mark_bar()
        .encode(
            x=alt.X("share:Q", title="share of the variance", axis=alt.Axis(format="%")),
            y=alt.Y("bar:N", title=None, sort=None, axis=alt.Axis(labelLimit=300)),
            color=alt.Color(
                "component:N", title=None, sort=names, scale=alt.Scale(domain=names, range=colours)
            ),
            order="place:O",
            tooltip=["bar", "component", *percent.values(), "decisions"],
        )
    )
    return sized(chart, ROW * int(bars["bar"].nunique()), columns=4)
