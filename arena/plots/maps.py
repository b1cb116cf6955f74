"""Cooperation over the plane of temptation and sucker's payoff, people beside contestants."""

import altair as alt
import pandas as pd

from arena.plots.parts import LOCALE, Chart, form_of

_SIDE = 220
"""Pixels of a map."""


def payoff_map(table: pd.DataFrame) -> Chart:
    """A map per contestant: temptation to the right, sucker's payoff upwards.

    Args:
        table: as `Alignment.payoff_map` gives it.
    """
    order = list(dict.fromkeys(table["contestant"]))
    share = alt.Color(
        "cooperation:Q",
        title="cooperation",
        legend=alt.Legend(format=form_of("share")),
        scale=alt.Scale(scheme="viridis", domain=[0, 1]),
    )
    chart: Chart = (
        alt.Chart(table)
        .mark_rect()
        .encode(
            x=alt.X("temptation:O", title="temptation T", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("sucker:O", title="sucker's payoff S", sort="descending"),
            color=share,
            tooltip=[
                "contestant",
                "temptation",
                "sucker",
                alt.Tooltip("cooperation:Q", format=form_of("share")),
            ],
            facet=alt.Facet("contestant:N", title=None, sort=order, columns=3),
        )
        .properties(width=_SIDE, height=_SIDE)
        .configure(locale=LOCALE)
        .configure_legend(orient="top")
    )
    return chart
