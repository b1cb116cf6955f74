"""Moral judgements: levels, replies, and what emotions change in them; no text of an item."""

from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from arena.analysis.moral import ARM, CONFUSION, FAMILIES, REPLIES, Moral
from arena.plots.comparisons import compared
from arena.report.charts import effects
from dashboard.data import moral as data
from dashboard.draw.beside import Sides, sides
from dashboard.draw.columns import Numbers
from dashboard.draw.comparing import beside
from dashboard.draw.definitions import heading
from dashboard.draw.page import Context, View, chosen, download, drawn, say, worked
from dashboard.draw.tables import listed
from dashboard.plain import escaped

_LEVELS = [
    "contestant", "arm", "outcome", "tag", "level", "level_low", "level_high", "n", "due", "void",
    "fault", "refused",
]  # fmt: skip
_EFFECTS = [
    "contestant", "outcome", "tag", "contrast", "arm", "reference", "effect", "low", "high", "holm",
    "bounds_low", "bounds_high", "arrow", "note", "units", "clusters",
]  # fmt: skip
"""Columns of the tables; the downloads have all."""
_REPLIES = [*[each for each in ARM if each != "game"], *REPLIES]


def draw(context: Context) -> None:
    """The page."""
    own = _judgements(context.decided())
    if own is None:
        say(
            "No game of this run shows vignettes: add moral_judgement, moral_dilemma or "
            "stereotype_recognition to its design."
        )
        return
    both = sides(context, Context.decided)
    game = chosen("Game", "game", [*dict.fromkeys(own.levels["game"])], none=None)
    heading("Levels by arm", "Level", "Arm")
    levels = beside(both.joined(partial(_part, "levels", game)))
    some = {*levels["contestant"]}
    _levels(both.told(levels), f"{game} of {both.title}")
    _replies(both, game, some)
    _effects(both, game, some)


def _judgements(folder: Path) -> Moral | None:
    what = "Computing levels of judgements, and what emotions change"
    return worked(what, data.judgements, folder)


def _part(name: str, game: str, folder: Path) -> pd.DataFrame:
    """A table of the judgements of a run, of one game; without rows if it shows no vignettes."""
    found = _judgements(folder)
    if found is None:
        return pd.DataFrame()
    table: pd.DataFrame = getattr(found, name)
    return table[table["game"] == game]


def _joined(both: Sides, name: str, game: str, some: set[str]) -> pd.DataFrame:
    """The same of all runs, of some contestants, who are told apart by their runs."""
    table = both.joined(partial(_part, name, game))
    return both.told(table[table["contestant"].isin(some)])


def _levels(table: pd.DataFrame, where: str) -> None:
    """Draw the levels of one measure, all arms beside each other, and list those of all."""
    outcome = chosen("Measure", "outcome", [*dict.fromkeys(table["outcome"])], none=None)
    ends = ("level_low", "level_high")
    whole = table[(table["outcome"] == outcome) & (table["tag"] == "")]
    known = whole.dropna(subset=["level", *ends])
    if len(known):
        unit = "share of answers" if known["yes_no"].iloc[0] else "in units of z"
        title = f"{outcome} ({unit}), with 95 % interval"
        about = f"{outcome} by arm in {where}, with 95 % intervals"
        chart = compared(known, "arm", "level", ends, "contestant", title)
        drawn(chart, known, f"moral levels {outcome}", about)
    listed(table[_LEVELS], "levels")
    st.caption(
        "Levels are shares; d' and criterion are in units of z. Below 0, the criterion leans "
        "towards wrong."
    )
    download(table, "moral levels")


def _replies(both: Sides, game: str, some: set[str]) -> None:
    """List what questions got, and what classes were called."""
    replies = _joined(both, "replies", game, some)
    listed(replies[_REPLIES], "replies", {"failed": Numbers(percent=True)})
    st.caption(
        "Shares of the questions. To choose neither action is an answer; a refusal of the model "
        "and a reply that cannot be read are none."
    )
    confusion = _joined(both, "confusion", game, some)
    if len(confusion):
        listed(confusion[[*CONFUSION[1:]]], "classes")


def _effects(both: Sides, game: str, some: set[str]) -> None:
    """Draw what emotions change in the chosen measure, and list it in all of them."""
    every = _joined(both, "table", game, some)
    if every.empty:
        say("No two contestants differ in the induced emotion alone: there are levels alone.")
        return
    heading("What emotions change", "Effect", "Induced emotion")
    family = chosen("Family", "family", [*dict.fromkeys(every["family"])], none=None)
    st.caption(escaped(f"{family.capitalize()}: {FAMILIES[family]}."))
    shown: pd.DataFrame = every[every["family"] == family]
    rows = shown[shown["outcome"] == st.query_params.get("outcome", shown["outcome"].iloc[0])]
    tags = rows["tag"].mask(rows["tag"] != "", rows["tag"] + ": ")
    if len(rows) and (drawing := effects(rows.assign(arm=tags + rows["arm"]), both.title)):
        drawn(*drawing)
    listed(shown[_EFFECTS], "effects")
    st.caption(
        "Arms are compared item by item. An arrow needs Holm's p below .05 and the interval under "
        "losses on one side of 0. No arrow is not the same as no effect."
    )
    download(every, "moral effects")


VIEW = View("Moral judgements", ":material/balance:", 9, draw, ("Vignette",))
