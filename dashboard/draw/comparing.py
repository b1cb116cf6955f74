"""The choice of contestants to compare, and their choices in one chart."""

import pandas as pd
import streamlit as st

from arena.plots import charts
from arena.plots.comparisons import compared
from arena.plots.policies import policy
from dashboard.data import amounts
from dashboard.draw.page import drawn, several

KEY = "contestants"
"""Name of the choice in the address."""


def beside(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the contestants in the address; all rows if it names none of them.

    Args:
        table: a table with a column contestant.
    """
    options = [*dict.fromkeys(table["contestant"])]
    if len(options) < 2:  # noqa: PLR2004 - one has no other beside it
        return table
    picked = several("Compare", KEY, options, placeholder="all contestants")
    return table[table["contestant"].isin(picked)] if picked else table


def choices(table: pd.DataFrame) -> None:
    """Draw choices beside equilibria and quantal response, or those of several contestants.

    Choices that differ in one number alone, such as offers, are drawn along it.

    Args:
        table: rows of `behaviour.Policies.frequencies`.
    """
    names = " and ".join(dict.fromkeys(table["contestant"]))
    rows, along = amounts.split(table)
    if not rows.empty:
        _rows(rows, names)
    for each in along:
        label = f"{each.label}, {names}"
        titles = (each.label, "share of decisions")
        columns = ("number", "share", "contestant")
        chart = (
            charts.histograms(each.table, *columns, titles, each.width)
            if each.width
            else charts.lines(each.table, *columns, titles)
        )
        drawn(chart, each.table, f"choices {label}", f"Shares of choices along …: {label}")


def _rows(table: pd.DataFrame, names: str) -> None:
    """Draw choices with a row each."""
    alone = len({*table["contestant"]}) == 1
    if alone:
        chart = policy(table)
        about = f"Choices of {names} beside equilibrium"
    else:
        rows = table.assign(choice=amounts.labels(table))
        title = "share of decisions, with 95 % interval"
        ends = ("low", "high")
        chart = compared(rows, "choice", "frequency", ends, "contestant", title)
        about = f"Choices of {names}, with 95 % intervals"
    drawn(chart, table, f"choices {names}", about)
    if alone:
        st.caption(
            "Lines: 95 % intervals. Broad bars: the range of all known equilibria; the mark: "
            "the equilibrium nearest to the contestant's own choices. Quantal response: at the "
            "precision (lambda) that is estimated from the contestant's own choices."
        )
