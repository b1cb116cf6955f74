"""A run at a glance: what to know first, ranking, effects, people; each leads to more."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from arena.analysis.doubts import Doubt, Part
from arena.design.analysis import QUESTION
from arena.report import charts
from dashboard.data import behaviour, effects, humans, leaderboard, overview
from dashboard.data import runs as data
from dashboard.draw import names
from dashboard.draw.beside import Sides, ranked, rateable, sides
from dashboard.draw.definitions import cost_figure, definition, heading
from dashboard.draw.figures import reported, share
from dashboard.draw.page import Context, View, address, drawn, link, offer, say, worked
from dashboard.draw.tables import listed
from dashboard.plain import escaped
from dashboard.views.leaderboard import ROUNDS
from games import BadInput

MOST = 8
"""Largest number of doubts about one part that stand open; a click shows the others."""


def draw(context: Context) -> None:
    """The page."""
    folder = context.closed(remarked=False)
    name, summary = str(context.name), data.summary(folder)
    both = sides(context, rateable)
    _question(folder)
    _figures(folder, summary)
    doubts = worked("Looking for what casts doubt on the numbers", overview.doubts, folder)
    _doubts(name, doubts, "run")
    for title, terms, part, page, show in _PARTS:
        heading(title, *terms)
        _doubts(name, doubts, part)
        try:
            show(both, name)
        except BadInput as error:
            say(error)
        link(f"More: {title.lower()}", page, run=name)
    offer("Report (HTML)", partial(overview.report, folder), f"{folder.name}.html", "text/html")
    if summary.completed and summary.decisions and humans.studied(folder):
        _people(folder, name, summary.decisions)


def _question(folder: Path) -> None:
    """Draw the question in the words of the design."""
    question = data.design(folder)["design"].get(QUESTION)
    if question:
        st.markdown(f"### {escaped(question)}")
    else:
        st.caption("The design states no `question`; one is shown here where a design states it.")


def _figures(folder: Path, summary: data.Summary) -> None:
    """Draw what was played, in one line and four figures."""
    design = data.design(folder)["design"]
    games, contestants = len(design["games"]), len(design["contestants"])
    st.markdown(
        f"**{escaped(summary.name)}**: {contestants} contestant{'s' * (contestants != 1)} in "
        f"{games} game{'s' * (games != 1)}"
    )
    played, void, calls, cost = st.columns(4)
    played.metric("Matches", f"{summary.played:,} of {summary.planned:,}", help=definition("Match"))
    if summary.scripted:
        played.caption(f"{summary.scripted:,} of scripted participants are left out of all else.")
    void.metric("Void matches", share(summary.void_share or 0), help=definition("Void"))
    calls.metric("Calls to models", f"{summary.calls:,}", help=definition("Call"))
    cost_figure(cost, summary)


def _doubts(name: str, doubts: Iterable[Doubt], part: Part) -> None:
    """Draw doubts about a part of the results, each with a link to the record behind it."""
    lines = [_line(name, doubt) for doubt in doubts if doubt.part == part]
    if lines:
        st.warning("\n\n".join(lines[:MOST]))
    if more := lines[MOST:]:
        with st.expander(f"And {len(more)} more of this kind"):
            st.warning("\n\n".join(more))


def _line(name: str, doubt: Doubt) -> str:
    text, evidence = escaped(doubt.sentence), doubt.evidence
    if evidence is None:
        return text
    attempt = "-".join(map(str, evidence.attempt or ()))
    where = address("matches", run=name, match=evidence.match, attempt=attempt)
    return f"{text} [See the record]({where})"


def _ranking(both: Sides, name: str) -> None:
    """Draw the ranking over all games, or of the one game; mean payoffs where none is rated."""
    closed = data.summary(both.folders[name]).closed
    if closed > leaderboard.MOST:
        say(f"{name} has {closed:,} matches: arena rate rates so many.")
        return
    boards = _boards(both)
    game, table = next(iter(boards[name].items()))
    if drawing := charts.leaderboard(table, game):
        st.caption(escaped(f"In {game}. A name leads to what its rating is made of."))
        beside = {run: tables.get(game, pd.DataFrame()) for run, tables in boards.items()}
        if not (both.several and ranked(beside, game)):
            drawn(*drawing)
        within = "" if game == leaderboard.OVERALL else game
        names.row(drawing.table["contestant"].tolist(), name, within)
    without = charts.undrawn(table)
    if without:
        say(f"Not drawn in {game}, since they have no interval: {', '.join(without)}.")
    elif drawing is None:
        say(f"Nobody is rated in {game}.")


def _boards(both: Sides) -> dict[str, dict[str, pd.DataFrame]]:
    """Leaderboards of all runs, by game."""
    what = "Rating contestants"
    return {
        name: worked(what, leaderboard.board, folder, "", "drop", ROUNDS).tables
        for name, folder in both.folders.items()
    }


def _pictured(folder: Path) -> pd.DataFrame:
    """The effects of a run that a picture shows; without rows if it has no decisions."""
    if not data.summary(folder).decisions:
        return pd.DataFrame(columns=["contestant", "family"])
    table = worked("Computing effects of emotions", effects.table, folder)
    # Registered effects of one run may stand beside all choices of another.
    return charts.pictured(table).assign(family=charts.FAMILIES[0])


def _effects(both: Sides, name: str) -> None:
    """Draw effects of emotions in all games in one picture."""
    if not data.summary(both.folders[name]).decisions:
        say("Only outcomes were recorded, no decisions.")
        return
    table = both.told(both.joined(_pictured))
    if table.empty:
        say("No two contestants of this run differ in their induced emotion or mode alone.")
    elif drawing := charts.forest(table, both.title):
        drawn(*drawing)
        st.caption(
            "Dots: mean differences between arms; lines: 95 % intervals. A share of the range "
            "makes outcomes comparable; the page Effects has each in its own unit."
        )
    else:
        say("No effect of this run has an interval: see the notes on the page Effects.")


def _people(folder: Path, name: str, decisions: int) -> None:
    """Draw how far contestants are from people; last, since it takes long."""
    heading("Beside people", "Noise floor")
    link("More: beside people", "humans", run=name)
    whole = f"{decisions:,} decisions"
    if decisions > behaviour.MOST and not st.toggle(
        f"Compare all {whole} (this takes minutes)", key="compare"
    ):
        return
    try:
        what = f"Comparing {whole} with those of people"
        alignment = worked(what, humans.alignment, folder, ())
    except BadInput as error:
        say(error)
        return
    listed(reported(humans.verdicts(alignment)), "the verdicts")
    drawing, without = charts.beside_people(alignment)
    if drawing is not None:
        drawn(*drawing)
        st.caption(
            "Dots: distances from the largest sample of counted people of the same game, without "
            "an induced emotion; lines: 95 % intervals. Diamonds: the noise floor, below "
            "which 95 % of 100 people stay."
        )
    for sentence in without:
        st.caption(escaped(sentence))


_PARTS: tuple[tuple[str, tuple[str, ...], Part, str, Callable[[Sides, str], None]], ...] = (
    ("Ranking", ("Rating", "Range of ranks"), "ranking", "leaderboard", _ranking),
    ("Effects of emotions", ("Effect", "Induced emotion"), "effects", "effects", _effects),
)
"""Title, its terms, part of the results, page with more of it, and what draws it."""

VIEW = View("Overview", ":material/insights:", 1, draw, ("Run",))
