"""Effects of induced emotions and of steps of the mode, in every outcome, with intervals."""

from functools import partial

import pandas as pd
import streamlit as st

from arena.analysis.broken_texts import LIKELY, BrokenTexts
from arena.analysis.due_decisions import FAMILIES
from arena.analysis.effects import levels
from arena.plots.comparisons import compared
from arena.plots.variance import shares
from arena.report import charts
from dashboard.data import effects as data
from dashboard.draw.beside import sides
from dashboard.draw.comparing import beside
from dashboard.draw.definitions import heading
from dashboard.draw.page import Context, View, chosen, download, drawn, say, worked
from dashboard.draw.tables import listed
from dashboard.plain import escaped

_SHOWN = [
    "contestant", "contrast", "arm", "reference", "reference_level", "level", "effect", "low",
    "high", "size", "p", "holm", "bounds_low", "bounds_high", "arrow", "note", "units", "clusters",
    "void", "fault", "refused",
]  # fmt: skip
"""Columns of the table; the download has all."""
_RANKED = [
    "game", "outcome", "contestant", "arm", "dose", "level", "random", "random_low", "random_high",
    "effect", "rank", "directions", "p", "holm", "arrow", "note",
]  # fmt: skip
_BROKEN = [
    "game", "contestant", "arm", "replies", "known", "median", "bound", "broken", "share",
]  # fmt: skip


def draw(context: Context) -> None:
    """The page."""
    folder, name = context.decided(), str(context.name)
    both = sides(context, Context.decided)
    table = both.joined(partial(worked, "Computing effects of emotions", data.table))
    if table.empty:
        say(
            "No two contestants of this run are arms that decided about the same: arms differ in "
            "emotion.induced alone, or in a step of emotion.mode."
        )
    else:
        rows = _chosen(table)
        drawing = both.told(rows)
        _levels(both.title, drawing)
        _effects(both.title, drawing)
        download(table, "effects of all outcomes")
    _ranks(worked("Ranking vectors among random directions", data.ranks, folder))
    show_texts(data.texts(folder))
    _spread(name, worked("Computing components of variance", data.spread, folder))


def _chosen(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of one game, family and outcome, of the contestants to compare."""
    fields = zip(st.columns(3), ("Game", "Family", "Outcome"), strict=True)
    for column, label in fields:
        key = label.lower()
        with column:
            options = [*dict.fromkeys(table[key])]
            table = table[table[key] == chosen(label, key, options, none=None)]
    return beside(table)


def _levels(name: str, rows: pd.DataFrame) -> None:
    """Draw the arms of all contestants in one chart: those without an emotion beside the others."""
    first = rows.iloc[0]
    ends = ("level_low", "level_high")
    known = levels(rows).dropna(subset=["level", *ends])
    if known.empty:
        return
    heading("Levels by arm", "Level", "Arm")
    unit = "share of decisions" if first["yes_no"] else "in units of the outcome"
    title = f"{first['outcome']} ({unit}), with 95 % interval"
    about = f"{first['outcome']} by arm in {first['game']} of {name}, with 95 % intervals"
    chart = compared(known, "arm", "level", ends, "contestant", title)
    drawn(chart, known, f"levels {first['outcome']}", about)


def _effects(name: str, rows: pd.DataFrame) -> None:
    first = rows.iloc[0]
    heading("Effects", "Effect", "Interval")
    st.caption(escaped(f"{first['family'].capitalize()}: {FAMILIES[first['family']]}."))
    if drawing := charts.effects(rows, name):
        drawn(*drawing)
    listed(rows[_SHOWN], "effects")
    st.caption(
        "Holm's p is adjusted for all rows of the family, in all games. An arrow needs it below "
        ".05 and the interval under losses on one side of 0; = stands for an effect within its "
        "registered margin. No arrow is not the same as no effect."
    )


def _ranks(table: pd.DataFrame) -> None:
    """List the ranks of vectors among random directions."""
    if table.empty:
        return
    heading("Vectors among random directions", "Steering", "Random direction")
    listed(table[_RANKED], "ranks")
    download(table, "ranks of vectors")
    st.caption(
        "Rank 1 lies farthest from the mean of all directions of its dose; effect: level less the "
        "mean of the random ones. Any direction moves decisions, so no vector is compared with the "
        "unsteered model alone. Controls, inductions in words and displays have no test."
    )


def show_texts(found: BrokenTexts) -> None:
    """List the shares of broken texts, with what is not known."""
    if found.notes or len(found.table):
        heading("Texts that break", "Broken text", "Perplexity")
    if found.table["known"].any():
        listed(found.table[_BROKEN], "texts")
        download(found.table, "broken texts")
        st.caption(
            f"Above the stated bound, or else the {100 * LIKELY:.0f} % quantile of the same "
            "contestant's replies without vectors in the game."
        )
    for note in found.notes:
        st.caption(escaped(note))


def _spread(name: str, table: pd.DataFrame) -> None:
    """Draw the components of variance, for contestants with prompts in words."""
    known = table.dropna(subset=["share"])
    if known.empty:
        return
    heading("What the spread of decisions is made of", "Component of variance", "Decision")
    about = f"Shares of wording, order, event, seat and opponent in the variance of {name}"
    drawn(shares(known), table, "variance", about)
    st.caption(
        "Within treatments. Grey: what the same prompt answers another time, and the rest. "
        "What a design does not vary has no part in a bar; arena variance lists it."
    )


VIEW = View("Effects", ":material/science:", 5, draw, ("Effect",))
