"""Definitions of the glossary, shown on hover at headings, figures and columns."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.data.runs import Summary

FILE = Path(__file__).parents[1] / "GLOSSARY.md"
"""The glossary: in a working tree a link to the one above, which a wheel holds as a file."""

_DEFINED = re.compile(r"(?:^|(?<=[.;] ))(?=\*\*[^*]+\*\*[^:.`]*: )")
"""Where a definition begins: at a term in bold that a colon follows in the same sentence."""
_BOLD = re.compile(r"\*\*([^*]+)\*\*")

COLUMNS = {
    "action": "Action",
    "against": "Opponent",
    "agent": "Agent",
    "agreements": "Felt",
    "all": "Match",
    "arm": "Arm",
    "arrow": "Arrow",
    "attempts": "Attempt",
    "bounds_high": "Bounds",
    "bounds_low": "Bounds",
    "calls": "Call",
    "closed": "Match",
    "clusters": "Cluster",
    "comparisons": "Comparison",
    "contestant": "Contestant",
    "contestants": "Contestant",
    "contrast": "Contrast",
    "cost": "Cost",
    "decisions": "Decision",
    "directions": "Direction",
    "display": "Display",
    "dose": "Dose",
    "effect": "Effect",
    "elo": "Elo",
    "elo_comparisons": "Comparison",
    "ending": "Void",
    "exploitability": "Exploitability",
    "fault": "Void",
    "fault_share": "Void",
    "felt": "Felt",
    "first": "Bootstrap",
    "game": "Game",
    "games": "Game",
    "high": "Interval",
    "holm": "Holm's p",
    "level": "Level",
    "levels": "Level",
    "low": "Interval",
    "match": "Match",
    "matches": "Match",
    "mean_payoff": "Payoff",
    "mean_rating": "Rating",
    "opponent": "Opponent",
    "opponents": "Opponent",
    "order_sd": "Elo",
    "outcome": "Outcome",
    "p": "p value",
    "payoff": "Payoff",
    "payoff_best": "Payoff",
    "payoff_worst": "Payoff",
    "payoffs": "Payoff",
    "peak_per_minute": "Call",
    "place": "Information set",
    "planned": "Match",
    "precision": "Precision",
    "random": "Random direction",
    "rank": "Range of ranks",
    "rating": "Rating",
    "reask_share": "Re-ask",
    "reference": "Arm",
    "reference_level": "Level",
    "refused": "Verdict",
    "regret": "Regret",
    "repetition": "Repetition",
    "repetitions": "Repetition",
    "run": "Run",
    "schedule": "Schedule",
    "set": "Information set",
    "shown": "Display",
    "size": "Standardised size",
    "step": "Switch",
    "units": "Unit",
    "verdict": "Verdict",
    "void": "Void",
    "void_share": "Void",
    "what": "Tournament",
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
        if own is not None and (terms := _terms(name)) and not own.get("help"):
            made[name] = {**own, "help": definition(*terms)}
    return made


def _terms(column: str) -> tuple[str, ...]:
    """Terms that a column shows; of an end of an interval also what it is the interval of."""
    if column in COLUMNS:
        return (COLUMNS[column],)
    of, _, end = column.rpartition("_")
    return (COLUMNS[of], "Interval") if of in COLUMNS and end in {"low", "high"} else ()


def cost_figure(column: Any, summary: Summary) -> None:  # noqa: ANN401 - a column of Streamlit
    """Draw the cost of a run, with the replies that are not in it.

    Args:
        column: where it is drawn.
        summary: of the run.
    """
    column.metric("Cost (US $)", f"{summary.cost:,.4f}", help=definition("Cost"))
    if summary.unpriced:
        column.caption(f"{summary.unpriced:,} replies of unknown price are not in it.")
