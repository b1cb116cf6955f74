"""How like people: directions of emotions, distributions, distances, curves."""

import pandas as pd
import streamlit as st

from arena.alignment import Alignment
from dashboard import behaviour, charts, data, humans
from dashboard.page import Context, View, drawn, link, listed, say
from dashboard.plain import escaped
from ratings.core.baselines import baselines

_CURVES = {
    "acceptance": (("acceptance",), "offer (per cent of the pie)", "share accepted"),
    "cooperation": (("cooperation_by_round",), "round", "share that cooperates"),
}


def draw(context: Context) -> None:
    """The page."""
    folder, name = context.completed(), str(context.name)
    counts = data.summary(folder)
    if not counts.decisions:
        say(
            f'{name} keeps outcomes only (record = "outcomes"), no decisions to compare with '
            'people: play its design with record = "full".'
        )
        return
    if counts.decisions > behaviour.MOST and not st.toggle(
        f"Compare all {counts.decisions:,} decisions (this takes minutes)", key="compare"
    ):
        return
    chosen = st.multiselect(
        "Studies", list(baselines()), key="studies", placeholder="the primary ones"
    )
    found = humans.alignment(folder, tuple(chosen))
    for game, why in found.silent.items():
        say(f"{game}: {why}")
    _arrows(found)
    _distances(found, name)
    for measure in humans.DISTRIBUTIONS:
        _distribution(found, measure)
    for measure in _CURVES:
        _curve(found, measure)
    _studies(found)


def _arrows(found: Alignment) -> None:
    st.subheader("Directions of induced emotions")
    if found.effects is None or found.effects.empty:
        say(
            "No emotion was induced in this run: add contestants that differ in emotion.induced to "
            "see whether emotions move them as they move people."
        )
        return
    table = humans.arrows(found)
    about = "Arrows of effects of induced emotions, coloured where they point as in people"
    drawn(charts.arrows(table), table, "arrows", about)
    st.caption(
        escaped(
            f"Directions in people: {found.directions.about} A hatched cell is contested; a dot is "
            "undecided, which is not the same as no effect."
        )
    )


def _distances(found: Alignment, name: str) -> None:
    st.subheader("Distance from people")
    if not found.comparisons:
        say("No study here is about what was played.")
        return
    table = humans.ruler(found)
    for unit, rows in table.groupby(table["measure"].isin(humans.DISTRIBUTIONS)):
        title = "Wasserstein-1 (points of the pie)" if unit else "mean absolute difference (share)"
        chart = charts.ruler(rows, title)
        drawn(chart, rows, f"distances {'points' if unit else 'shares'}", f"{title}, by study")
    for who, column in zip(table["contestant"].unique(), st.columns(4), strict=False):
        with column:
            link(f"Matches of {who}", "matches", run=name, contestant=str(who))


def _distribution(found: Alignment, measure: str) -> None:
    table = humans.distributions(found, measure)
    if not (found.choices["measure"] == measure).any():
        return
    st.subheader(measure.replace("_", " ").capitalize())
    titles = ("per cent of the pie", "share of decisions")
    bars = charts.bars(table, "value", "share", "source", titles, stacked=False)
    drawn(bars, table, f"{measure} histogram", f"Histograms of {measure}: people and contestants")
    titles = ("per cent of the pie", "share of decisions up to it")
    steps = charts.lines(table, "value", "cumulative", "source", titles, step=True)
    drawn(steps, table, f"{measure} ECDF", f"Cumulative shares of {measure}")


def _curve(found: Alignment, measure: str) -> None:
    studies, along, height = _CURVES[measure]
    table = humans.curves(found, measure, studies)
    if not set(table["source"]) & set(found.choices["contestant"]):
        return
    st.subheader(f"{measure.capitalize()} by {along.split(' (')[0]}")
    chart = charts.lines(table, "x", "share", "source", (along, height))
    drawn(chart, table, f"{measure} curve", f"{height} along {along}: people and contestants")


def _studies(found: Alignment) -> None:
    with st.expander("The studies"):
        rows = [
            {
                "study": s.name,
                "measure": s.measure,
                "n": s.n,
                "population": s.population,
                "source": s.citation,
            }
            for s in found.studies.values()
        ]
        listed(pd.DataFrame(rows), "the studies")


VIEW = View("Humans", ":material/groups:", 5, draw)
