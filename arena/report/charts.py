"""Charts of results, each with its table, for pages and the dashboard."""

import html
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from arena import plots
from arena.analysis.alignment import Alignment
from arena.plots.comparisons import compared
from arena.plots.faces import PALETTE
from arena.plots.files import svg
from arena.plots.forests import NO_EFFECT
from arena.plots.parts import Chart
from arena.report.beside_people import arrows, floors, payoff_map, ruler
from games import BadInput
from ratings.core.human.measures import percent_measures

FAMILIES = ("registered", "choices")
"""Families of effects that a page draws; of the others it has the tables."""

POINTS: dict[str, tuple[str, str, str, float | None]] = {
    "rating": ("low", "high", "rating (scale of Elo, mean 1500)", 1500.0),
    "mean_payoff": ("payoff_low", "payoff_high", "mean payoff (points per match)", None),
}
"""Ends of the interval, title and reference line of each figure that a leaderboard is drawn by."""


class Drawing(NamedTuple):
    """A chart of a table.

    Attributes:
        chart: it is.
        table: data of the chart.
        name: of its data.
        about: description of the chart for people who cannot see it.
    """

    chart: Chart
    table: pd.DataFrame
    name: str
    about: str


def leaderboard(table: pd.DataFrame, game: str) -> Drawing | None:
    """Ratings with intervals, or mean payoffs without ratings; None if there are neither.

    Contestants without an interval are not drawn; `undrawn` names them.

    Args:
        table: a leaderboard, as `Rated.tables` and `Rated.overall` give it.
        game: what it is of.
    """
    value = _ranked_by(table)
    low, high, title, middle = POINTS[value]
    if value not in table:
        return None
    points = table[["contestant", value, low, high]].dropna()
    if points.empty:
        return None
    chart = plots.whiskers(points, value, low, high, title, middle)
    about = f"{title} of {len(points)} contestants in {game}, with 95 % intervals"
    return Drawing(chart, points, f"{value} {game}", about)


def undrawn(table: pd.DataFrame) -> list[str]:
    """Contestants with a figure that has no interval, so that `leaderboard` draws none of them."""
    value = _ranked_by(table)
    if value not in table:
        return []
    low, high, *_ = POINTS[value]
    return [*table["contestant"][table[value].notna() & table[[low, high]].isna().any(axis=1)]]


def _ranked_by(table: pd.DataFrame) -> str:
    return "rating" if table["rating"].notna().any() else "mean_payoff"


def effects(rows: pd.DataFrame, run: str) -> Drawing | None:
    """Effects on one outcome with intervals; None if there is none.

    Args:
        rows: of one game, family and outcome, as `Effects.table` has them.
        run: its name.
    """
    first, several = rows.iloc[0], {*rows["contestant"]}
    known = rows.dropna(subset=["effect"])
    known = known.assign(arms=known["arm"] + " − " + known["reference"])
    if known.empty:
        return None
    unit = "share of decisions" if first["yes_no"] else "in units of the outcome"
    title = f"effect on {first['outcome']} ({unit}), with 95 % interval"
    ends = ("low", "high")
    if 1 < len(several) <= len(PALETTE):
        chart = compared(known, "arms", "effect", ends, "contestant", title, NO_EFFECT)
    else:
        who = known["contestant"] + " · " if len(several) > 1 else ""
        labelled = known.assign(contestant=who + known["arms"])
        chart = plots.whiskers(labelled, "effect", *ends, title, NO_EFFECT)
    about = f"Effects on {first['outcome']} in {first['game']} of {run}, with 95 % intervals"
    return Drawing(chart, known, f"effects {first['outcome']}", about)


def pictured(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of effects that `forest` draws: the registered ones, or else those on choices."""
    families = {*table["family"]}
    return table[table["family"] == next((each for each in FAMILIES if each in families), "")]


def forest(table: pd.DataFrame, run: str) -> Drawing | None:
    """Effects of emotions and of steps of the mode in all games, in one chart; None without any.

    Registered effects are shown alone. An effect without an interval, or on an outcome without a
    range, is left out: its size cannot be compared.

    Args:
        table: of `Effects`.
        run: its name.
    """
    rows = pictured(table).dropna(subset=["effect", "low", "high", "range"])
    if rows.empty:
        return None
    several = len({*rows["contestant"]}) > 1
    steps = rows["emotion"].eq("")
    one_cause = not rows.groupby("emotion")["arm"].nunique().gt(1).any()
    arms = rows["emotion" if one_cause else "arm"].where(~steps, rows["contrast"])
    known = rows.assign(
        label=rows["contestant"] + " · " + arms if several else arms,
        against=rows["contrast"].where(~steps, "step of the mode"),
        **{
            name: rows[column] / rows["range"]
            for name, column in (("share", "effect"), ("share_low", "low"), ("share_high", "high"))
        },
    )
    place = ["game", "outcome", "label", "against", "arm", "reference"]
    shown = known[[*place, "effect", "low", "high", "share", "share_low", "share_high", "arrow"]]
    about = f"{len(shown)} effects in {run} as shares of each outcome's range, with 95 % intervals"
    return Drawing(plots.forest(shown), shown, "effects of emotions", about)


def all_effects(table: pd.DataFrame, run: str) -> Iterator[Drawing]:
    """A chart of each outcome in each game, of FAMILIES.

    Args:
        table: of `Effects`.
        run: its name.
    """
    shown = table[table["family"].isin(FAMILIES)]
    for _, rows in shown.groupby(["family", "game", "outcome"], sort=False):
        if drawing := effects(rows, run):
            yield drawing


def distances(rows: pd.DataFrame, measure: str) -> Drawing:
    """Distances from people in one measure.

    Args:
        rows: of this measure, as `beside_people.ruler` gives them.
        measure: its name.
    """
    of_pie = measure in percent_measures()
    title = "Wasserstein-1 (points of the pie)" if of_pie else "mean absolute difference (share)"
    return Drawing(plots.ruler(rows, title), rows, f"distances {measure}", f"{title}, by study")


def beside_people(alignment: Alignment) -> tuple[Drawing | None, list[str]]:
    """Distances from people with their noise floors in all games, in one chart; None without any.

    Returns:
        The drawing, and sentences on what has no interval or no people, so that it is not drawn.
    """
    table = floors(alignment)
    bare = table[["low", "high"]].isna().any(axis=1)
    known = table[~bare].reset_index(drop=True)
    said = [
        f"Not drawn: {measure} in {game} of {', '.join(own['contestant'])}, without an interval."
        for (game, measure), own in table[bare].groupby(["game", "measure"])
    ]
    beside = {*zip(table["game"], table["measure"], strict=True)}
    others = {(each.game, each.measure): None for each in alignment.comparisons}
    said += [
        f"Not drawn: {measure} in {game}, where no counted people played the same game, or nobody "
        "is without an induced emotion."
        for game, measure in others
        if (game, measure) not in beside
    ]
    if known.empty:
        return None, said
    about = f"{len(known)} distances from people in {alignment.name}, with their noise floors"
    return Drawing(plots.floors(known), known, "beside people", about), said


def people(alignment: Alignment) -> Iterator[Drawing]:
    """Distances in each measure, maps of games, and directions of effects beside people's."""
    table, games = ruler(alignment), payoff_map(alignment)
    table = table[~table["study"].isin(games["study"])] if "study" in table else table
    for study, rows in games.groupby("study", sort=False):
        about = f"Cooperation by temptation and sucker's payoff, people's as in {study} first"
        yield Drawing(plots.payoff_map(rows), rows, f"map {study}", about)
    for measure, rows in table.groupby("measure", sort=False):
        drawing = distances(rows, str(measure))
        yield drawing._replace(about=f"{measure}: {drawing.about}")
    if alignment.effects is not None and len(alignment.effects):
        signs = arrows(alignment)
        about = "Directions of effects of induced emotions, beside those in people"
        yield Drawing(plots.arrows(signs), signs, "directions", about)


def as_figure(drawing: Drawing) -> str:
    """A page fragment that draws by itself; a sentence where charts cannot be drawn."""
    about = html.escape(drawing.about)
    try:
        picture = svg(drawing.chart)
    except BadInput as error:
        return f"<p>{about}: not drawn; {html.escape(str(error))}.</p>\n"
    return f'<figure class="chart">\n{picture}\n<figcaption>{about}</figcaption>\n</figure>\n'
