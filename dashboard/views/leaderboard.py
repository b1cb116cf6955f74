"""Leaderboard: payoffs and ratings with intervals, wins by pair, effects of the emotion mode."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import streamlit as st

import ratings
from arena.analysis.rating import BY
from arena.plots import charts
from arena.plots.comparisons import compared
from arena.report.charts import leaderboard as ranking
from arena.report.charts import undrawn
from dashboard.data import leaderboard as board
from dashboard.data import runs as data
from dashboard.draw import names
from dashboard.draw.beside import SERIES, Sides, ranked, rateable, sides
from dashboard.draw.columns import Numbers
from dashboard.draw.comparing import KEY, beside
from dashboard.draw.definitions import heading
from dashboard.draw.page import Context, View, address, chosen, download, drawn, say, worked
from dashboard.draw.tables import listed
from dashboard.plain import escaped
from ratings.core.tables import VOID_RULES, Voids

ROUNDS = 300
"""Bootstrap rounds; `arena rate` draws more."""

_FIRST = [
    "rank", "contestant", "all", "void", "rating", "low", "high", "first", "elo", "order_sd",
    "mean_payoff", "void_share", "cost",
]  # fmt: skip
_STEPS = [
    "game", "contestant", "step", "arm", "reference", "effect", "low", "high", "holm",
    "bounds_low", "bounds_high", "arrow", "note", "units", "clusters",
]  # fmt: skip
"""Columns of the table of steps."""


def draw(context: Context) -> None:
    """The page."""
    folder, name = context.completed(), str(context.name)
    both = sides(context, rateable)
    closed = data.summary(folder).closed
    if closed > board.MOST:
        _payoffs(folder, name, closed)
        return
    method, by, voids = _fields()
    if method != board.LEADERBOARD:
        _method(both, name, method, by, voids)
        return
    standings = worked("Rating contestants", board.board, folder, by, voids, ROUNDS)
    game = chosen("Game", "game", list(standings.tables), none=None)
    table = beside(standings.tables[game])
    if both.several:
        _both(both, game, table["contestant"].tolist(), by, voids)
    elif drawing := ranking(table, game):
        drawn(*drawing)
    if not table.empty:
        _board(folder, name, game, table, linked=not by)
    for remark in standings.remarks.get(game, ()):
        st.caption(escaped(remark))
    wins = standings.wins.get(game, pd.DataFrame({"contestant": [], "opponent": []}))
    wins = wins[wins["contestant"].isin(table["contestant"])]
    wins = wins[wins["opponent"].isin(table["contestant"])]
    if len(wins):
        _wins(name, game, wins, linked=not by)
    _effects(both, lambda folder: board.board(folder, by, voids, ROUNDS).effects)
    _reference()
    st.caption(escaped(f"Void matches: {VOID_RULES[Voids(voids)]}. Bootstrap: {ROUNDS} rounds."))


def _both(both: Sides, game: str, some: list[str], by: str, voids: str) -> None:
    """Draw ratings and payoffs of two runs beside each other.

    Args:
        both: the runs.
        game: what they are rated in.
        some: contestants of the page's own run that are shown.
        by: grouping of contestants; empty for none.
        voids: treatment of void matches.
    """
    tables = {
        name: board.board(folder, by, voids, ROUNDS).tables.get(game, pd.DataFrame())
        for name, folder in both.folders.items()
    }
    picked = st.query_params.get_all(KEY)
    kept = {
        name: table[table["contestant"].isin(some)] if len(table) and any(picked) else table
        for name, table in tables.items()
    }
    ranked(kept, game)


def _fields() -> tuple[str, str, str]:
    one, two, three = st.columns(3)
    with one:
        methods = [board.LEADERBOARD, *ratings.available()]
        method = chosen("Method", "method", methods, none=None)
    with two:
        by = chosen("By", "by", list(BY), none="contestant")
    with three:
        voids = chosen("Void matches", "voids", [str(rule) for rule in Voids], none=None)
    return method, by, voids


def _board(folder: Path, name: str, game: str, table: pd.DataFrame, *, linked: bool) -> None:
    """Draw the leaderboard as a table, and as dots with intervals."""
    if without := undrawn(table):
        st.caption(escaped(f"Not drawn, since they have no interval: {', '.join(without)}."))
    shown = table.assign(rank=_ranks(table))
    if linked:
        shown = _with_costs(folder, game, shown)
        only = "" if game == board.OVERALL else game
        for column, ending in (("all", ""), ("void", "void")):
            shown[column] = [
                address("matches", run=name, game=only, contestant=who, ending=ending)
                for who in shown["contestant"]
            ]
        shown = shown.drop(columns="void") if not shown["void_share"].any() else shown
    order = [column for column in _FIRST if column in shown]
    order += [str(column) for column in shown if column not in {*order, "rank_best", "rank_worst"}]
    table, columns = shown[order], _columns()
    if linked:
        table = table.assign(contestant=names.leading(table["contestant"], name, only))
        columns["contestant"] = names.column(pinned=True)
    listed(table, f"board {game}", columns)
    download(shown[order], f"leaderboard {game}")


def _payoffs(folder: Path, name: str, closed: int) -> None:
    """Draw mean payoffs of a run that is too large to rate within a page."""
    say(
        f"{name} has {closed:,} matches: ratings and intervals of so many take minutes, and "
        "gigabytes of memory; arena rate computes them. These are the mean payoffs."
    )
    table = board.payoffs(folder)
    links = [
        address("matches", run=name, game=game, contestant=who)
        for game, who in zip(table["game"], table["contestant"], strict=True)
    ]
    listed(table.assign(all=links), "payoffs", _columns())
    download(table, "payoffs")


def _columns() -> dict[str, object]:
    link = st.column_config.LinkColumn
    return {
        "contestant": st.column_config.TextColumn("contestant", pinned=True),
        "rating": Numbers("rating", 0),
        "low": Numbers("95 % from", 0),
        "high": Numbers("to", 0),
        "elo": Numbers("Elo", 0),
        "order_sd": Numbers("Elo order SD", 1),
        "mean_rating": Numbers("mean of ratings", 0),
        "payoff_low": Numbers("payoff 95 % from", 2),
        "payoff_high": Numbers("payoff to", 2),
        "all": link("matches", display_text="open", width="small"),
        "void": link("void ones", display_text="open", width="small"),
        **{
            key: Numbers(key.replace("_", " "), 0)
            for key in ("worst_case", "best_case", "elo_low", "elo_high")
        },
    }


def _ranks(table: pd.DataFrame) -> list[str]:
    pairs = zip(table["rank_best"], table["rank_worst"], strict=True)
    return [
        "–" if pd.isna(b) or pd.isna(w) else f"{b:.0f}" if b == w else f"{b:.0f}–{w:.0f}"
        for b, w in pairs
    ]


def _with_costs(folder: Path, game: str, table: pd.DataFrame) -> pd.DataFrame:
    spent = board.costs(folder)
    if game != board.OVERALL:
        spent = spent[spent["game"] == game]
    sums = spent.groupby("contestant", as_index=False)[["cost", "calls"]].sum()
    return table.merge(sums, on="contestant", how="left").fillna({"cost": 0.0, "calls": 0})


def _wins(name: str, game: str, wins: pd.DataFrame, *, linked: bool) -> None:
    heading("Who beats whom", "Comparison")
    table = wins.assign(
        matches=[
            address("matches", run=name, game=game, contestant=one, opponent=other)
            for one, other in zip(wins["contestant"], wins["opponent"], strict=True)
        ]
    )
    titles = ("against", "contestant", "share of points won")
    link = "matches" if linked else ""
    chart = charts.heat(table, "opponent", "contestant", "share", titles, link, domain=[0, 1])
    drawn(chart, wins, f"wins {game}", f"Shares of points won, row against column, in {game}")
    if linked:
        st.caption("A cell leads to its matches.")
        with st.expander("The same as a table, with matches"):
            columns = {
                "share": "share of points won",
                "matches": st.column_config.LinkColumn("matches", display_text="open"),
            }
            listed(table, f"wins {game}", columns)


def _effects(both: Sides, of: Callable[[Path], pd.DataFrame]) -> None:
    """Draw the effects of steps of the mode, of one run or two."""
    effects = both.joined(of)
    heading("What the emotion mode does", "Emotion mode", "Effect of the mode")
    if effects.empty:
        say(
            "No two contestants of this run differ in a step of the emotion mode alone: a design "
            'with a list, emotion.mode = ["hidden", "visible", "manipulative"], has such arms.'
        )
        return
    labels = [
        f"{contestant} · {game}: {arm} − {reference}"
        for contestant, game, arm, reference in effects[
            ["contestant", "game", "arm", "reference"]
        ].to_numpy()
    ]
    points = effects.assign(contestant=labels)
    title, ends = "effect (points per match), with 95 % interval", ("low", "high")
    chart = (
        compared(points, "contestant", "effect", ends, SERIES, title, 0.0)
        if both.several
        else charts.whiskers(points, "effect", *ends, title, 0.0)
    )
    about = f"Steps of the emotion mode in {both.title}, in points per match"
    drawn(chart, points, "effects", about)
    columns = [SERIES, *_STEPS] if both.several else _STEPS
    shown = effects.rename(columns={"contrast": "step"})[columns]
    listed(shown, "effects")


def _method(both: Sides, name: str, method: str, by: str, voids: str) -> None:
    """Draw the table of one method; the chart has the runs beside each other."""
    loaded = ratings.load(method)
    what = f"Computing {method}"
    joined = both.joined(
        lambda folder: worked(what, board.by_method, folder, method, by, voids, ROUNDS)
    )
    own = joined[joined[SERIES] == name]
    game = chosen("Game", "game", own["game"].drop_duplicates().tolist(), none=None)
    joined = beside(joined[joined["game"] == game].drop(columns="game"))
    table = joined[joined[SERIES] == name].drop(columns=SERIES)
    if loaded.interval is not None and table[loaded.estimate].notna().any():
        points = joined[["contestant", SERIES, loaded.estimate, *loaded.interval]]
        points = points.dropna(subset=[loaded.estimate])
        title = f"{method.replace('_', ' ')}: {loaded.columns[loaded.estimate]}"
        chart = (
            compared(points, "contestant", loaded.estimate, loaded.interval, SERIES, title)
            if both.several
            else charts.whiskers(points, loaded.estimate, *loaded.interval, title)
        )
        drawn(chart, points, f"{method} {game}", f"{title}, in {game}")
    if not by:
        table = table.assign(
            matches=[
                address("matches", run=name, game=game, contestant=who)
                for who in table["contestant"]
            ]
        )
    columns = {"matches": st.column_config.LinkColumn("matches", display_text="open")}
    listed(table, f"{method} {game}", columns)
    for column, about in board.meaning(method).items():
        st.caption(escaped(f"{column.replace('_', ' ')}: {about}."))


def _reference() -> None:
    """Draw a published leaderboard for comparison."""
    table = board.published()
    if len(table) and st.toggle("Beside it: a published leaderboard", key="published"):
        st.caption(
            "Elo as published on a conference slide; its K, start and order of matches are not "
            "known, so that it is no target and only orders can be compared."
        )
        listed(table, "published", {"elo": Numbers("Elo", 1)})


VIEW = View("Leaderboard", ":material/leaderboard:", 3, draw, ("Rating",))
