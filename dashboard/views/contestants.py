"""A contestant: why it is rated so, by opponent, by situation, and by its costliest decisions."""

from math import isnan
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard.data import behaviour, contestants
from dashboard.data import leaderboard as board
from dashboard.data import runs as data
from dashboard.draw import names
from dashboard.draw.comparing import choices
from dashboard.draw.definitions import definition, heading
from dashboard.draw.figures import number, share
from dashboard.draw.page import Context, View, address, chosen, download, link, say, worked
from dashboard.draw.tables import listed
from dashboard.plain import escaped, without_secrets
from dashboard.views.behaviour import ROUNDS as POLICY_ROUNDS
from dashboard.views.behaviour import costliest, felt_and_shown
from dashboard.views.leaderboard import ROUNDS
from games import BadInput


def draw(context: Context) -> None:
    """The page."""
    folder, name = context.closed(), str(context.name)
    who, game = _chosen(folder, name)
    with st.expander("Its settings"):
        st.json(without_secrets(data.design(folder)["design"]["contestants"][who]))
    summary = data.summary(folder)
    rated = summary.completed > 0 and summary.closed <= board.MOST
    standings = None
    if rated:
        standings = worked("Rating contestants", board.board, folder, "", "drop", ROUNDS)
    _results(standings, game, who)
    _opponents(folder, name, game, who, standings)
    if not summary.decisions:
        say("Only outcomes were recorded, no decisions.")
        return
    _replies(folder, name, game, who)
    if not summary.completed:
        return
    if summary.decisions > behaviour.MOST and not st.toggle(
        f"Measure all {summary.decisions:,} decisions (this takes minutes)", key="measure"
    ):
        return
    _policy(folder, name, game, who)
    _felt(folder, name, game, who)


def _chosen(folder: Path, name: str) -> tuple[str, str]:
    """The contestant and the game in the address.

    Raises:
        BadInput: the contestant has no closed match.
    """
    played = contestants.played(folder)
    asked = st.query_params.get("contestant")
    if asked and asked not in played:
        raise BadInput(
            f"the address names a contestant {asked}, which has no closed match in {name}: its "
            f"contestants are {', '.join(played)}"
        )
    one, two = st.columns(2)
    with one:
        who = chosen("Contestant", "contestant", list(played), none=None)
    with two:
        game = chosen("Game", "game", played[who], none=None)
    return who, game


def _results(standings: board.Board | None, game: str, who: str) -> None:
    """Draw its rating and payoff, with intervals."""
    heading("Result", "Rating", "Range of ranks")
    if standings is None:
        say("The run has no completed match, or too many for a page: arena rate rates those.")
        return
    table = standings.tables.get(game, pd.DataFrame({"contestant": []}))
    rows = table[table["contestant"] == who]
    if rows.empty:
        say(f"{who} has no completed match in {game}.")
        return
    row = rows.iloc[0]
    figures = (
        ("Rating", "Rating", "rating", "low", "high", 0),
        ("Mean payoff (points)", "Payoff", "mean_payoff", "payoff_low", "payoff_high", 2),
    )
    columns = st.columns(4)
    for column, (label, term, value, low, high, form) in zip(columns, figures, strict=False):
        if value in row and not isnan(row[value]):
            column.metric(label, number(row[value], form), help=definition(term, "Interval"))
            ends = [row[low], row[high]]
            known = not any(map(isnan, ends))
            interval = "no interval"
            if known:
                interval = f"95 %: {number(ends[0], form)} to {number(ends[1], form)}"
            column.caption(escaped(interval))
    if not isnan(row["rank_best"]):
        best, worst = int(row["rank_best"]), int(row["rank_worst"])
        rank = f"{best}" if best == worst else f"{best}–{worst}"
        columns[2].metric("Rank", rank, help=definition("Range of ranks"))
    columns[3].metric("Void matches", share(row["void_share"]), help=definition("Void"))
    columns[3].caption(escaped(f"through it: {share(row['fault_share'])}"))


def _opponents(folder: Path, name: str, game: str, who: str, standings: board.Board | None) -> None:
    """Draw its results by opponent."""
    heading("By opponent", "Opponent")
    table = contestants.opponents(folder, game, who)
    if table["opponent"].isna().all():
        say(f"{who} decides alone in {game}.")
        return
    wins = pd.DataFrame() if standings is None else standings.wins.get(game, pd.DataFrame())
    if len(wins):
        own = wins[wins["contestant"] == who].drop(columns="contestant")
        table = table.merge(own, on="opponent", how="left")
    known = set(contestants.played(folder))
    links = [
        address("matches", run=name, game=game, contestant=who, opponent=other)
        if other in known
        else ""
        for other in table["opponent"]
    ]
    columns = _columns()
    if known.issuperset(table["opponent"]):
        columns["opponent"] = names.column("opponent", pinned=True)
        shown = table.assign(opponent=names.leading(table["opponent"], name, game))
    else:
        shown = table
    listed(shown.assign(all=links), f"opponents {game}", columns)
    download(table, f"opponents of {who} in {game}")


def _columns() -> dict[str, object]:
    """Columns of the table of opponents."""
    return {
        "share": "share of points won",
        "all": st.column_config.LinkColumn("records", display_text="open", width="small"),
    }


def _replies(folder: Path, name: str, game: str, who: str) -> None:
    """Draw what came of asking it; nothing for a script."""
    table = contestants.replies(folder, game, who)
    if table.empty:
        return
    heading("Its replies", "Verdict", "Attempt")
    links = [
        address("matches", run=name, game=game, contestant=who, verdict=verdict)
        for verdict in table["verdict"]
    ]
    columns = {
        "matches": st.column_config.LinkColumn("matches", display_text="open", width="small"),
    }
    listed(table.assign(matches=links), "replies", columns)


def _policy(folder: Path, name: str, game: str, who: str) -> None:
    """Draw its choices by information set, what they cost, and its costliest decisions."""
    heading("Choices by information set", "Information set", "Equilibrium")
    policies = worked(
        "Comparing choices with equilibria", behaviour.policies, folder, game, POLICY_ROUNDS
    )
    table = policies.frequencies
    if table is None:
        say(f"There is no equilibrium to compare with: {policies.silent}")
        return
    if not (table["contestant"] == who).any():
        say("It had no choice that could be compared.")
        return
    choices(table[table["contestant"] == who])
    regret = worked("Computing regret", behaviour.regret, folder, game)
    for told, found, key, unit in (
        ("Regret", regret, "regret", "points per decision"),
        ("Exploitability", policies.exploitability, "exploitability", "points per match"),
    ):
        if found is not None and (line := _figure(found, who, key)):
            st.markdown(f"**{told}** ({unit}): {escaped(line)}", help=definition(told, "Interval"))
    costliest(folder, name, game, who)
    link(f"All matches of {who}", "matches", run=name, game=game, contestant=who)


def _figure(table: pd.DataFrame, who: str, key: str) -> str:
    """A contestant's figure with its interval; empty if it has none."""
    rows = table[table["contestant"] == who]
    if rows.empty or rows[[key, f"{key}_low", f"{key}_high"]].isna().to_numpy().any():
        return ""
    value, low, high = rows[[key, f"{key}_low", f"{key}_high"]].iloc[0]
    return f"{number(value, 3)}, 95 %: {number(low, 3)} to {number(high, 3)}"


def _felt(folder: Path, name: str, game: str, who: str) -> None:
    """Draw what it reported as felt, and what it showed."""
    table = behaviour.affects(folder, game)
    own = table[table["contestant"] == who]
    if len(own):
        heading("Felt against shown", "Felt", "Display")
        felt_and_shown(name, game, own)


VIEW = View("Contestants", ":material/person:", 4, draw, ("Contestant",))
