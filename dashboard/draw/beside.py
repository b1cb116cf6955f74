"""A run beside the run of a page: the contestants of both on the same charts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import streamlit as st

from arena.plots.comparisons import compared
from arena.report.charts import POINTS, Drawing
from dashboard.data import beside as data
from dashboard.data import leaderboard
from dashboard.data.behaviour import MOST
from dashboard.data.runs import summary
from dashboard.draw.page import Context, chosen, drawn, say
from dashboard.plain import escaped
from games import BadInput

KEY = "beside"
"""Name of the other run in the address."""
SERIES = "run"
"""Column of the runs in a joined table."""


@dataclass(frozen=True)
class Sides:
    """The run of a page, and the run beside it if one is chosen.

    Args:
        folders: folders by the runs' names; the page's own run is the first.
    """

    folders: Mapping[str, Path]

    @property
    def title(self) -> str:
        """The names of the runs."""
        return " and ".join(self.folders)

    @property
    def several(self) -> bool:
        """Whether a run is beside the page's own."""
        return len(self.folders) > 1

    def joined(self, table: Callable[[Path], pd.DataFrame]) -> pd.DataFrame:
        """The tables of all runs below each other, with a column SERIES.

        Args:
            table: makes the table of a run's folder.
        """
        parts = [table(folder).assign(**{SERIES: name}) for name, folder in self.folders.items()]
        known = [part for part in parts if len(part)]
        return pd.concat(known, ignore_index=True) if known else parts[0]

    def told(self, table: pd.DataFrame, who: str = "contestant") -> pd.DataFrame:
        """A joined table whose contestants are told apart by their runs, if there are several.

        Args:
            table: as `joined` gives it.
            who: column of names.
        """
        if not self.several:
            return table
        pairs = zip(table[who], table[SERIES], strict=True)
        return table.assign(**{who: [data.label(*pair) for pair in pairs]})


def sides(context: Context, needed: Callable[[Context], Path]) -> Sides:
    """The runs to compare, after the field for the other one, which the address keeps.

    Args:
        context: of the page.
        needed: the folder of a context's run; it raises BadInput where the page cannot show it.
    """
    own, others = str(context.name), [name for name in context.folders if name != context.name]
    alone = Sides({own: context.folder})
    asked = st.query_params.get(KEY)
    if asked and asked not in others:
        say(f"the address names a run {asked} beside {own}, which is not among the other runs")
    if not others:
        return alone
    with st.sidebar:
        other = chosen("Run beside it", KEY, others, none="no other run")
    if not other:
        return alone
    try:
        folder = needed(replace(context, name=other))
        apart = data.apart(context.folder, folder)
    except BadInput as error:
        say(error)
        return alone
    if apart:
        with st.expander("In what contestants of the same name differ between the runs"):
            for line in apart:
                st.caption(escaped(line))
    return Sides({own: context.folder, other: folder})


def rateable(context: Context) -> Path:
    """Folder of a run that is small enough to be rated within a page.

    Raises:
        BadInput: it is not, or cannot be rated at all.
    """
    folder = context.completed()
    if (closed := summary(folder).closed) > leaderboard.MOST:
        raise BadInput(f"{context.name} has {closed:,} matches: arena rate rates so many")
    return folder


def measurable(context: Context) -> Path:
    """Folder of a run with few enough decisions to be measured beside another one.

    Raises:
        BadInput: it has more, or none.
    """
    folder = context.decided()
    if (decisions := summary(folder).decisions) > MOST:
        raise BadInput(
            f"{context.name} has {decisions:,} decisions, more than a page measures beside others"
        )
    return folder


def ranked(tables: Mapping[str, pd.DataFrame], game: str) -> bool:
    """Draw ratings and payoffs of two runs beside each other; whether there were any to draw.

    Args:
        tables: as for `rankings`.
        game: what they are of.
    """
    drawings = [*rankings(tables, game)]
    for drawing in drawings:
        drawn(*drawing)
    if drawings:
        st.caption(
            "The ratings of each run have the mean 1500 of its own contestants: between runs their "
            "order can be compared, and their distances. Payoffs are in the same points."
        )
    else:
        say(f"The runs have no figures with intervals in common in {game}.")
    return bool(drawings)


def rankings(tables: Mapping[str, pd.DataFrame], game: str) -> Iterator[Drawing]:
    """Ratings and mean payoffs with intervals, the runs beside each other for each contestant.

    Args:
        tables: leaderboards by run, as `Rated.tables` and `Rated.overall` give them.
        game: what they are of.
    """
    for value, (low, high, title, middle) in POINTS.items():
        parts = [
            table[["contestant", value, low, high]].dropna().assign(**{SERIES: name})
            for name, table in tables.items()
            if value in table
        ]
        known = [part.sort_values(value, ascending=False) for part in parts if len(part)]
        if len(known) > 1:
            rows = pd.concat(known, ignore_index=True)
            chart = compared(rows, "contestant", value, (low, high), SERIES, title, middle)
            about = f"{title} in {game}, with 95 % intervals: {' beside '.join(tables)}"
            yield Drawing(chart, rows, f"{value} {game} beside", about)
