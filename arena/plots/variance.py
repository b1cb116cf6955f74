"""Shares of variance as stacked bars."""

import altair as alt
import pandas as pd

from arena.plots.faces import PALETTE
from arena.plots.parts import Chart, height_of, names, quantity, sized
from ratings.core.statistics.variance import AGAIN

_REST = "#999999"
_COLOURS = (*PALETTE[:7], "#000000")


def shares(table: pd.DataFrame) -> Chart:
    """A bar per outcome: its components side by side, drawing again in grey at the end.

    Args:
        table: rows of `arena.analysis.variance`; components without a share have no part in a bar.
    """
    known = table.dropna(subset=["share"])
    parts = [*(name for name in dict.fromkeys(known["component"]) if name != AGAIN), AGAIN]
    colours = [*_COLOURS[: len(parts) - 1], _REST]
    place = {name: at for at, name in enumerate(parts)}
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
            x=alt.X("share:Q", **quantity("share of the variance")),
            y=alt.Y("bar:N", title=None, sort=None, axis=names(" · ")),
            color=alt.Color(
                "component:N", title=None, sort=parts, scale=alt.Scale(domain=parts, range=colours)
            ),
            order="place:O",
            tooltip=["bar", "component", *percent.values(), "decisions"],
        )
    )
    return sized(chart, height_of([*bars["bar"].unique()], at=" · "), columns=4)
