"""Moral judgements: levels, replies, and what emotions change in them; no text of an item."""

import pandas as pd
import streamlit as st

from arena.analysis.moral import FAMILIES, Moral
from dashboard.data import moral as data
from dashboard.draw.columns import Numbers
from dashboard.draw.definitions import heading
from dashboard.draw.page import Context, View, chosen, download, listed, say, worked
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


def draw(context: Context) -> None:
    """The page."""
    what = "Computing levels of judgements, and what emotions change"
    found = worked(what, data.judgements, context.decided())
    if found is None:
        say(
            "No game of this run shows vignettes: add moral_judgement, moral_dilemma or "
            "stereotype_recognition to its design."
        )
        return
    game = chosen("Game", "game", [*dict.fromkeys(found.levels["game"])], none=None)
    _levels(found, game)
    _effects(found, game)


def _levels(found: Moral, game: str) -> None:
    rows = found.levels[found.levels["game"] == game]
    listed(rows[_LEVELS], "levels")
    st.caption(
        "Levels are shares; d' and criterion are in units of z. Below 0, the criterion leans "
        "towards wrong."
    )
    download(found.levels, "moral levels")
    replies = found.replies[found.replies["game"] == game]
    listed(replies.drop(columns="game"), "replies", {"failed": Numbers(percent=True)})
    st.caption(
        "Shares of the questions. To choose neither action is an answer; a refusal of the model "
        "and a reply that cannot be read are none."
    )
    confusion = found.confusion[found.confusion["game"] == game]
    if len(confusion):
        listed(confusion.drop(columns="game"), "classes")


def _effects(found: Moral, game: str) -> None:
    rows = found.table[found.table["game"] == game]
    if rows.empty:
        say("No two contestants differ in the induced emotion alone: there are levels alone.")
        return
    heading("What emotions change", "Effect", "Induced emotion")
    family = chosen("Family", "family", [*dict.fromkeys(rows["family"])], none=None)
    st.caption(escaped(f"{family.capitalize()}: {FAMILIES[family]}."))
    shown: pd.DataFrame = rows[rows["family"] == family][_EFFECTS]
    listed(shown, "effects")
    st.caption(
        "Arms are compared item by item. An arrow needs Holm's p below .05 and the interval under "
        "losses on one side of 0. No arrow is not the same as no effect."
    )
    download(found.table, "moral effects")


VIEW = View("Moral judgements", ":material/balance:", 9, draw, ("Vignette",))
