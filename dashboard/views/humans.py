"""Likeness to people: directions of emotions, distributions, distances, curves."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from arena.analysis.alignment import Alignment
from arena.plots import charts
from arena.report import beside_people
from arena.report.alignment_notes import OTHERS, SLIDE, VERDICTS
from arena.report.charts import distances
from dashboard.data import behaviour, humans
from dashboard.data import runs as data
from dashboard.draw.beside import measurable, sides
from dashboard.draw.definitions import heading
from dashboard.draw.figures import reported, signed
from dashboard.draw.page import Context, View, address, chosen, drawn, link, say, several, worked
from dashboard.draw.tables import listed, traced
from dashboard.plain import escaped
from ratings.core.human.directions import DEFAULT, available
from ratings.core.human.studies import baselines

_CURVES = {
    "acceptance": (("acceptance",), "offer (per cent of the pie)", "share accepted"),
    "cooperation": (("cooperation_by_round",), "round", "share that cooperates"),
}

_ARROWS = ["base", "cell", "arrow", "effect", "human", "state", "matches"]
"""Columns of the table of arrows; the download has all."""

FEW = 3
"""Number of contestants shown by default."""


def draw(context: Context) -> None:
    """The page."""
    folder, name = context.decided(), str(context.name)
    counts = data.summary(folder)
    if counts.decisions > behaviour.MOST and not st.toggle(
        f"Compare all {counts.decisions:,} decisions (this takes minutes)", key="compare"
    ):
        return
    names = list(baselines())
    studies = several("Studies", "studies", names, placeholder="the primary ones")
    tables = sorted(available(), key=lambda table: (table != DEFAULT, table))
    directions = chosen("Directions in people", "directions", tables, none=None)
    both = sides(context, measurable)
    asked = tuple(studies), directions
    alignments = {
        run: worked(f"Comparing {run} with people", humans.alignment, each, *asked)
        for run, each in both.folders.items()
    }
    alignment = alignments[name]
    for game, why in alignment.silent.items():
        say(f"{game}: {why}")
    _verdicts(alignment)
    _arrows(alignment, name)
    _felt(alignment)
    _measure(alignments, name)
    _studies(alignment)


def _verdicts(alignment: Alignment) -> None:
    """Draw the verdicts of `arena align`, with the failed parts."""
    if not alignment.verdicts:
        return
    heading("Human-like or not", "Equivalence", "Direction")
    listed(reported(humans.verdicts(alignment)), "the verdicts")
    st.caption(escaped(" ".join(VERDICTS)))


def _felt(alignment: Alignment) -> None:
    """Draw felt emotions in a table of their own, never pooled with induced ones."""
    if (felt := humans.measured_emotions(alignment)) is not None:
        heading(felt.title, "Felt", "Baseline")
        listed(reported(felt.table), "felt emotions")
        st.caption(escaped(signed(" ".join(felt.notes))))


def _arrows(alignment: Alignment, name: str) -> None:
    heading("Directions of induced emotions", "Direction", "Induced emotion")
    if why := humans.unpaired(alignment):
        say(why)
        return
    table = beside_people.arrows(alignment)
    about = "Arrows of effects of induced emotions, coloured where they point as in people"
    links = [
        address("matches", run=name, game=key, contestant=who) if who or key else ""
        for key, who in zip(table["key"], table["contestant"], strict=True)
    ]
    linked = table.assign(matches=links)
    drawn(charts.arrows(linked, "matches"), table, "arrows", about)
    st.caption("A cell leads to its matches.")
    with st.expander("The same as a table, with matches"):
        column = st.column_config.LinkColumn("matches", display_text="open", width="small")
        listed(linked[_ARROWS], "arrows", {"base": "contestant", "matches": column})
    st.caption(
        escaped(
            f"Directions in people: {alignment.directions.about} A dot is undecided, which is not "
            f"the same as no effect. Aligned: as in people, of a contestant whose directions are "
            f"people's by the verdict above. {SLIDE[0]} {OTHERS[0]}"
        )
    )


def _measure(alignments: Mapping[str, Alignment], name: str) -> None:
    """Draw one measure: distances from people, distributions, curves; of two runs together.

    Args:
        alignments: by run.
        name: of the page's own run.
    """
    heading("Beside people", "Baseline", "Noise floor", "Human scale")
    alignment = alignments[name]
    table = beside_people.ruler(alignment)
    measures = sorted(table["measure"].unique(), key=lambda m: (m not in humans.DISTRIBUTIONS, m))
    measures += [m for m in _CURVES if m not in measures and humans.played(alignment, m)]
    if not measures:
        say("No study here is about what was played.")
        return
    measure = chosen("Measure", "measure", measures, none=None)
    all_ = humans.labels(alignments, measure)
    some = several("Contestants", "contestants", [*all_], [*all_][:FEW])
    shown = {label: all_[label] for label in some}
    table = humans.joined(alignments, shown, "contestant", lambda one, _: beside_people.ruler(one))
    rows = table[(table["measure"] == measure) & table["contestant"].isin(some)]
    if len(rows):
        drawn(*distances(rows, measure))
        with st.expander("The same as a table, with matches"):
            traced(rows, f"distances {measure}", name, shown)
        st.caption(
            "Noise floor: how far 100 people would be, asked as often as a contestant is under one "
            "wording, if they came from the study. "
            "Two human samples: how far apart people of two studies are."
        )
    if measure in humans.DISTRIBUTIONS and (some or len(rows)):
        _distribution(alignments, measure, shown)
    if measure in _CURVES:
        _curve(alignments, measure, shown)
    for (label, (run, who)), column in zip(shown.items(), st.columns(4) * 2, strict=False):
        with column:
            link(f"Matches of {label}", "matches", run=run, contestant=who)


_Labels = Mapping[str, tuple[str, str]]
"""Runs and names of contestants, by their labels."""


def _distribution(alignments: Mapping[str, Alignment], measure: str, some: _Labels) -> None:
    table = humans.joined(
        alignments, some, "source", lambda one, who: beside_people.distributions(one, measure, who)
    )
    titles = ("per cent of the pie", "share of decisions")
    bars = charts.histograms(table, "value", "share", "source", titles, beside_people.WIDTH)
    drawn(bars, table, f"{measure} histogram", f"Histograms of {measure}: people and contestants")
    titles = ("per cent of the pie", "share of decisions up to it")
    table = humans.joined(
        alignments, some, "source", lambda one, who: beside_people.cumulative(one, measure, who)
    )
    steps = charts.lines(table, "value", "share", "source", titles, step=True)
    drawn(steps, table, f"{measure} ECDF", f"Cumulative shares of {measure}")


def _curve(alignments: Mapping[str, Alignment], measure: str, some: _Labels) -> None:
    studies, along, height = _CURVES[measure]
    table = humans.joined(
        alignments,
        some,
        "source",
        lambda one, who: beside_people.curves(one, measure, studies, who),
    )
    if not table["source"].isin(some).any():
        return
    chart = charts.lines(table, "x", "share", "source", (along, height))
    drawn(chart, table, f"{measure} curve", f"{height} along {along}: people and contestants")


def _studies(alignment: Alignment) -> None:
    with st.expander("The studies"):
        rows = [
            {
                "study": s.name,
                "measure": s.measure,
                "people": str(s.people),  # or "unknown": a column has one type
                "decisions": str(s.decisions),
                "population": s.population,
                "source": s.citation,
            }
            for s in alignment.studies.values()
        ]
        listed(pd.DataFrame(rows), "the studies")


VIEW = View("Humans", ":material/groups:", 6, draw, ("Baseline",))
