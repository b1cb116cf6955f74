"""Definitions of the glossary, shown on hover at headings, figures and columns."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

FILE = Path(__file__).parents[1] / "GLOSSARY.md"
"""The glossary: in a working tree a link to the one above, which a wheel holds as a file."""

_DEFINED = re.compile(r"(?:^|(?<=[.;] ))(?=\*\*[^*]+\*\*[^:.`]*: )")
"""Where a definition begins: at a term in bold that a colon follows in the same sentence."""
_BOLD = re.compile(r"\*\*([^*]+)\*\*")

COLUMNS = {
    "action": "Action",
    "against": "Opponent",
    "agreements": "Felt",
    "arm": "Arm",
    "arrow": "Arrow",
    "attempts": "Attempt",
    "bounds_high": "Bounds",
    "bounds_low": "Bounds",
    "clusters": "Cluster",
    "contestant": "Contestant",
    "contestants": "Contestant",
    "contrast": "Contrast",
    "dose": "Dose",
    "effect": "Effect",
    "elo": "Elo",
    "ending": "Void",
    "exploitability": "Exploitability",
    "fault": "Void",
    "fault_share": "Void",
    "felt": "Felt",
    "first": "Bootstrap",
    "games": "Game",
    "high": "Interval",
    "holm": "Holm's p",
    "level": "Level",
    "low": "Interval",
    "mean_payoff": "Payoff",
    "opponent": "Opponent",
    "opponents": "Opponent",
    "outcome": "Outcome",
    "p": "p value",
    "payoff_high": "Interval",
    "payoff_low": "Interval",
    "payoffs": "Payoff",
    "place": "Information set",
    "precision": "Precision",
    "random": "Random direction",
    "rank": "Range of ranks",
    "rating": "Rating",
    "reask_share": "Re-ask",
    "reference": "Arm",
    "reference_level": "Level",
    "refused": "Verdict",
    "regret": "Regret",
    "set": "Information set",
    "shown": "Display",
    "size": "Standardised size",
    "step": "Switch",
    "units": "Unit",
    "verdict": "Verdict",
    "void_share": "Void",
}
"""Terms of the glossary, by the column of a table that shows them."""


@cache
def glossary() -> dict[str, str]:
    """Definitions by term; a term with several meanings has all of them."""
    found: dict[str, list[str]] = {}
    for block in FILE.read_text("utf-8").split("\n\n"):
        if block.startswith("**"):
            for each in filter(None, _DEFINED.split(" ".join(block.split("\n")))):
                text = each.rstrip(" ;").removesuffix(".") + "."
                for term in _BOLD.findall(each.partition(": ")[0]):
                    found.setdefault(term, []).append(text)
    return {term: "\n\n".join(texts) for term, texts in found.items()}


def definition(*terms: str) -> str:
    """Definitions of some terms, each in a paragraph.

    Args:
        terms: of the glossary.

    Raises:
        KeyError: the glossary does not define a term.
    """
    return "\n\n".join(dict.fromkeys(glossary()[term] for term in terms))


def heading(text: str, *terms: str) -> None:
    """A heading within a page, with definitions on hover.

    Args:
        text: of the heading.
        terms: of the glossary.
    """
    st.subheader(text, help=definition(*terms))


def explained(table: pd.DataFrame, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Configuration of a table's columns, with definitions on hover.

    Args:
        table: the table.
        columns: configuration by column; help that it has is kept.
    """
    made = dict(columns)
    for name in map(str, table):
        own = made.get(name, st.column_config.Column())
        if isinstance(own, str):  # a label alone
            own = st.column_config.Column(own)
        # None hides a column.
        if own is not None and name in COLUMNS and not own.get("help"):
            made[name] = {**own, "help": definition(COLUMNS[name])}
    return made
