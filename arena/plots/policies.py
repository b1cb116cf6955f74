"""Choices by information set, beside what theory says of them."""

from typing import Any

import altair as alt
import pandas as pd

from arena.plots.faces import PALETTE
from arena.plots.parts import SEVERAL, Chart, form_of, height_of, names, quantity, sized

_SHAPES = ["circle", "diamond", "cross"]


def policy(table: pd.DataFrame) -> Chart:
    """Choices by information set, with the range of equilibria and quantal response.

    Args:
        table: one contestant's rows of `Run.policy`.
    """
    choices = [*(table["set"].str.removesuffix(";") + " → " + table["action"].astype(str))]
    series = {"frequency": "chosen", "equilibrium": "equilibrium", "noisy": "quantal response"}
    drawn = table.assign(choice=choices).rename(columns=series)
    scale, title = alt.Scale(domain=[0, 1]), "share of decisions"
    # A name has a line for each event, so that a plot and its legend have room on a phone.
    y = alt.Y("choice:N", sort=None, title=None, axis=names(SEVERAL))
    rules = (
        alt.Chart(drawn)
        .mark_rule(strokeWidth=2, color=PALETTE[0])
        .encode(x=alt.X("low:Q", scale=scale, **quantity(title)), x2="high:Q", y=y)
    )
    kept = ["choice", "times", "low", "high"]
    long = drawn.melt(kept, list(series.values()), "kind", "share").dropna(subset=["share"])
    kinds = [name for name in series.values() if name in set(long["kind"])]
    kind: dict[str, Any] = {"shorthand": "kind:N", "title": None}
    marks = (
        alt.Chart(long)
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            x=alt.X("share:Q", scale=scale, **quantity(title)),
            y=y,
            color=alt.Color(scale=alt.Scale(domain=kinds, range=list(PALETTE)), **kind),
            shape=alt.Shape(scale=alt.Scale(domain=kinds, range=_SHAPES), **kind),
            tooltip=["choice", "kind", "times", alt.Tooltip("share:Q", format=form_of(title))],
        )
    )
    return sized(_range(drawn, y) + rules + marks, height_of(choices), columns=1)


def _range(drawn: pd.DataFrame, y: alt.Y) -> alt.Chart:
    """Broad bars over the range of all equilibria."""
    wide = alt.Chart(drawn).mark_rule(strokeWidth=12, color=PALETTE[1], opacity=0.3)
    made: alt.Chart = wide.encode(x="equilibrium_low:Q", x2="equilibrium_high:Q", y=y)
    return made
