"""Behaviour: policies with equilibrium, strategies in repeated games, felt and shown emotion."""

from itertools import product
from pathlib import Path

import pandas as pd
import streamlit as st

from arena.plots import charts
from arena.plots.faces import NOTHING, face
from dashboard.data import behaviour
from dashboard.data import runs as data
from dashboard.draw.beside import SERIES, Sides, measurable, sides
from dashboard.draw.columns import Numbers
from dashboard.draw.comparing import KEY, choices
from dashboard.draw.definitions import definition, heading
from dashboard.draw.figures import reported, signed
from dashboard.draw.page import (
    Context,
    View,
    address,
    chosen,
    download,
    drawn,
    link,
    say,
    several,
    worked,
)
from dashboard.draw.tables import listed, traced
from dashboard.plain import escaped

ROUNDS = 200
"""Bootstrap rounds of exploitability."""

_MEASURES = {
    "mismatches": "Shown is not what is reported as felt (share of decisions with a display)",
    "agreements": "Felt, face as a machine read it, and shown are the same (share of decisions)",
    "leaks": "What displays give away of the private card or dice (bits)",
    "predictions": "How well displays predict the next action (bits)",
    "bluffs": "Bluffs, and how often they are believed",
    "responses": "How much actions depend on a display drawn at random (bits)",
    "effects": "What each display drawn at random does",
    "promises": "Statements before a game, and how often they are kept",
    "compliance": "Advice, and how often it is followed",
}

_SHARES = {"mismatches", "agreements", "bluffs", "promises", "compliance"}
"""Measures whose intervals are of shares."""


def draw(context: Context) -> None:
    """The page."""
    folder, name = context.decided(), str(context.name)
    both = sides(context, measurable)
    summary = data.summary(folder)
    games = data.table(folder, "SELECT DISTINCT game FROM matches ORDER BY 1")["game"].tolist()
    game = chosen("Game", "game", games, none=None)
    _affects(folder, name, game)
    if summary.decisions > behaviour.MOST and not st.toggle(
        f"Measure all {summary.decisions:,} decisions (this takes minutes)", key="measure"
    ):
        return
    _policies(both, folder, game)
    rounds = behaviour.repeated(folder)
    if game in rounds:
        _rounds(both, folder, game, at_once=rounds[game])
    _deception(folder, name, game)


def _affects(folder: Path, name: str, game: str) -> None:
    heading("Felt against shown", "Felt", "Display")
    table = behaviour.affects(folder, game)
    if table.empty:
        say("No emotion was reported in this game: its contestants play in emotion mode absent.")
        return
    who = chosen("Contestant", "contestant", sorted(table["contestant"].unique()), none=None)
    felt_and_shown(name, game, table[table["contestant"] == who])


def felt_and_shown(name: str, game: str, table: pd.DataFrame) -> None:
    """Draw what a contestant showed with each reported emotion, with its matches.

    Args:
        name: of the run.
        game: id of the game.
        table: rows of `behaviour.affects` of one contestant.
    """
    who = str(table["contestant"].iloc[0])
    own = table.drop(columns="contestant")
    sums = own.groupby("felt")["decisions"].transform("sum")
    links = [
        address(
            "matches",
            run=name,
            game=game,
            contestant=who,
            felt=felt,
            shown=None if shown == NOTHING else shown,
        )
        for felt, shown in zip(own["felt"], own["shown"], strict=True)
    ]
    shares = own.assign(share=own["decisions"] / sums, matches=links)
    titles = ("shown", "felt (reported)", "share of decisions with that report")
    scale = {"domain": [0, 1], "scheme": "blues"}
    chart = charts.heat(shares, "shown", "felt", "share", titles, "matches", **scale)
    drawn(chart, own, f"felt and shown {who}", f"What {who} showed with each reported emotion")
    with st.expander("The same as a table, with matches"):
        faces = shares.assign(felt=shares["felt"].map(face), shown=shares["shown"].map(face))
        columns = {
            "matches": st.column_config.LinkColumn("matches", display_text="open"),
        }
        listed(faces, "felt and shown", columns)


def _policies(both: Sides, folder: Path, game: str) -> None:
    heading("Choices by information set", "Information set", "Equilibrium")
    policies = worked("Comparing choices with equilibria", behaviour.policies, folder, game, ROUNDS)
    if policies.frequencies is None:
        say(f"There is no equilibrium to compare with: {policies.silent}")
        return
    table = both.joined(lambda each: _frequencies(each, game))
    if table.empty:
        say("Nobody had a choice that could be compared.")
    else:
        options = sorted(table["contestant"].unique())
        picked = several("Choices of", KEY, options, options[:1])
        if not picked:
            say("Choose one contestant, or several to compare.")
        else:
            choices(both.told(table[table["contestant"].isin(picked)]))
        for name, who in product(both.folders, picked):
            if who in {*table["contestant"][table[SERIES] == name]}:
                told = f"Matches of {who} in {name}" if both.several else f"Matches of {who}"
                link(told, "matches", run=name, game=game, contestant=who)
                costliest(both.folders[name], name, game, who)
    _exploitability(both, game)


def _frequencies(folder: Path, game: str) -> pd.DataFrame:
    """Choices by information set of a run; without rows if it has none."""
    found = behaviour.policies(folder, game, ROUNDS).frequencies
    return pd.DataFrame(columns=["contestant"]) if found is None else found


def _exploitability(both: Sides, game: str) -> None:
    """Draw how much a best response would win, with intervals."""

    def of(folder: Path) -> pd.DataFrame:
        found = behaviour.policies(folder, game, ROUNDS).exploitability
        return pd.DataFrame(columns=["contestant", "exploitability"]) if found is None else found

    table = both.told(both.joined(of))
    if table["exploitability"].notna().any():
        keys = ("exploitability", "exploitability_low", "exploitability_high")
        known = table.dropna(subset=list(keys))
        if not known.empty:
            chart = charts.whiskers(known, *keys, "exploitability (points per match)", 0.0)
            drawn(chart, table, "exploitability", f"Exploitability in {game}, with intervals")
        if without := sorted({*table["contestant"]} - {*known["contestant"]}):
            told = f"Not drawn, since an information set was met too seldom: {', '.join(without)}."
            st.caption(escaped(told))


def costliest(folder: Path, name: str, game: str, who: str) -> None:
    """Draw the decisions that cost a contestant most, each with its place in the replay."""
    worked("Comparing decisions with the best ones", behaviour.regrets, folder, game)
    worst = behaviour.costliest(folder, game, who)
    if worst.empty:
        return
    about = definition("Decision", "Regret")
    st.markdown(f"**Costliest decisions of {escaped(who)}**", help=about)
    links = [
        address("matches", run=name, match=str(row.match), attempt=f"{row.seat}-{row.turn}-0")
        for row in worst.itertuples()
    ]
    columns = {
        "value": Numbers("lost (points)", 3),
        "match": st.column_config.LinkColumn("replay", display_text="open"),
    }
    listed(worst.drop(columns="turn").assign(match=links), f"costliest {who}", columns)
    st.caption("Lost: what the best choice would have been worth more, against equilibrium play.")


def _rounds(both: Sides, folder: Path, game: str, *, at_once: bool) -> None:
    heading("Strategies in rounds", "Strategy", "repeated game")
    table = both.told(both.joined(behaviour.decisions))
    # Two runs of one design have the same ids of matches.
    table = table.assign(match=table[SERIES] + " " + table["match"])
    table = table[table["game"] == game]
    options = sorted({option for options in table["options"] for option in options})
    if not options:
        say("The moves of this game are amounts: strategies in rounds are shown for options alone.")
        return
    action = chosen("Share of", "action", options, none=None)
    rounds = behaviour.by_round(table, action)
    titles = ("round", f"share of {action}")
    chart = charts.lines(rounds, "round", "share", "contestant", titles)
    drawn(chart, rounds, f"{action} by round", f"Share of {action} by round and contestant")
    if not at_once:
        return
    if len(outcomes := behaviour.after(table, action)):
        titles = ("after: own move, other's move", f"share of {action}")
        chart = charts.bars(outcomes, "outcome", "share", "contestant", titles, stacked=False)
        drawn(chart, outcomes, f"{action} after", f"Share of {action} after each outcome")
    what = "Estimating shares of strategies"
    shares, notes = worked(what, behaviour.strategies, folder, game)
    if len(shares):
        about = definition("Strategy")
        st.markdown("**Estimated shares of strategies, beside people's**", help=about)
        listed(reported(shares), "strategies")
        download(shares, "strategies")
        for note in notes:
            st.caption(escaped(signed(note)))


def _deception(folder: Path, name: str, game: str) -> None:
    heading("Deception", "Deception", "Claim")
    some = False
    measures = worked("Measuring displays and claims", behaviour.measures, folder, game)
    for measure, table in measures.items():
        if table.empty:
            continue
        some = True
        st.markdown(f"**{escaped(_MEASURES.get(measure, measure))}**")
        ends = dict.fromkeys(("low", "high"), Numbers(percent=measure in _SHARES))
        traced(table, f"deception {measure}", name, columns=ends)
        download(table, f"deception {measure}")
    if not some:
        say("There are no displays and no claims in this game: nothing to deceive with.")


VIEW = View("Behaviour", ":material/psychology:", 4, draw, ("Policy", "Felt", "Display"))
