"""Forks of recorded matches: what a changed display, action or contestant did."""

import pandas as pd
import streamlit as st

from arena.plots import charts
from dashboard.data import forks as data
from dashboard.draw.definitions import heading
from dashboard.draw.page import Context, View, chosen, download, drawn, say, worked
from dashboard.draw.tables import listed
from dashboard.plain import escaped

_SHOWN = [
    "change", "player", "contestant", "outcome", "control", "effect", "low", "high", "adjusted_p",
    "pairs", "matches", "needed",
]  # fmt: skip


def draw(context: Context) -> None:
    """The page."""
    folder, name = context.decided(), str(context.name)
    forks = data.folder_of(folder)
    what = "Comparing continuations with their controls"
    table = None if forks is None else worked(what, data.table, forks)
    if forks is None or table is None or table.empty:
        say(
            f"no match of {name} was forked yet: open a match and ask what if, or use arena fork "
            "with its folder, a match, a decision and a change"
        )
        return
    for line in data.remarks(forks):
        st.caption(escaped(line))
    displays = worked("Computing effects of displays", data.displays, forks)
    if not displays.empty:
        _displays(name, displays)
    _effects(table)


def _displays(name: str, table: pd.DataFrame) -> None:
    """Draw the effects of shown emotions by receiver."""
    heading("Effects of displays by receiver", "Display", "Effect")
    outcome = chosen("Outcome", "outcome", [*dict.fromkeys(table["outcome"])], none=None)
    rows = table[table["outcome"] == outcome]
    rows = rows.assign(who=rows["receiver"] + " · " + rows["game"])
    titles = "shown instead", "who saw it", "effect"
    most = max(float(rows["effect"].abs().max()), 1e-9)
    chart = charts.heat(rows, "shown", "who", "effect", titles, domain=[-most, most])
    about = f"Effects of shown emotions on {outcome} by game and receiving model in {name}"
    drawn(chart, rows, "displays", about)
    listed(rows.drop(columns="who"), "displays")


def _effects(table: pd.DataFrame) -> None:
    """List the effects of one design of forks, or of one fork."""
    heading("Effects of changes", "Fork", "Effect")
    fork = table["design"].where(table["design"] != "", table["position"])
    picked = chosen("Fork", "fork", [*dict.fromkeys(fork)], none=None)
    listed(table[fork == picked][_SHOWN], "forks")
    download(table, "forks")
    st.caption(
        "Differences to continuations in which nothing was changed, paired by seed, with 95 % "
        "intervals. p is adjusted over the rows of a fork or of a design (Holm)."
    )


VIEW = View("What if", ":material/fork_right:", 5, draw, ("Fork",))
"""The page in the navigation."""
