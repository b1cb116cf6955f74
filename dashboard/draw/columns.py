"""Columns of numbers: written as everywhere on pages, sorted and saved as numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.draw.figures import NONE, number, share

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

DECIMALS = 3
"""Number of decimals where a column states none, and not all its numbers are whole."""
_NUMBERS = {"integer", "floating", "mixed-integer-float"}
"""Kinds of columns that hold numbers, as pandas names them."""
_NOTHING = "empty"
"""Its name for a column without values."""


@dataclass(frozen=True)
class Numbers:
    """How a column of numbers is headed and written.

    Args:
        label: its head; empty for the column's name.
        decimals: number of decimals, of the per cent for shares; None for DECIMALS, or none where
            all numbers are whole.
        percent: whether the numbers are shares, which are written in per cent.
        about: help on hover; empty for the definition of the glossary, if it has one.
    """

    label: str = ""
    decimals: int | None = None
    percent: bool = False
    about: str = ""

    def form(self, column: "pd.Series[Any]") -> Callable[[float], str]:
        """The function that writes the numbers of a column."""
        if self.percent:
            return lambda value: share(value, 1 if self.decimals is None else self.decimals)
        decimals = self.decimals
        if decimals is None:
            decimals = 0 if (column.dropna() % 1 == 0).all() else DECIMALS
        return lambda value: number(value, decimals)


_SHARE, _P = Numbers(percent=True), Numbers(decimals=DECIMALS)
_SHARES = (
    "answered", "believed", "fault", "followed", "gap", "honest", "kept", "part", "refused",
    "share", "stated", "unreadable", "void",
)  # fmt: skip
USUAL = {
    "cost": Numbers("cost (US $)", 6),
    **dict.fromkeys(("p", "adjusted_p"), _P),
    "holm": replace(_P, label="p (Holm)"),
    "mean_payoff": Numbers("payoff (points)", 2),
    "first": replace(_SHARE, about="share of bootstrap rounds"),
    "fault_share": replace(_SHARE, label="void by own fault"),
    "reask_share": replace(_SHARE, label="re-ask rate"),
    "void_share": replace(_SHARE, label="void share"),
    **dict.fromkeys(_SHARES, _SHARE),
}
"""How columns of these names are written wherever a page has them."""


def styled(table: pd.DataFrame, columns: Mapping[str, Any]) -> "Styler":
    """The table with its numbers written as on pages; below the writing they stay numbers.

    Args:
        table: the table, whose index and columns are unique.
        columns: configuration by column: a label, `Numbers`, or one of Streamlit's.
    """
    forms = {
        name: _numbers(name, columns.get(name)).form(table[name])
        for name in map(str, table)
        if _kind(table[name]) in _NUMBERS
    }
    return table.style.format(forms, na_rep=NONE)  # type: ignore[arg-type] # names are texts


def configured(table: pd.DataFrame, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Configuration of a table's columns for Streamlit.

    Args:
        table: the table.
        columns: as for `styled`; columns without any are headed as in USUAL.
    """
    made = dict(columns)
    usual = {
        name: USUAL[name]
        for name in map(str, table)
        if name in USUAL and name not in made and _kind(table[name]) in {*_NUMBERS, _NOTHING}
    }
    for name, own in {**columns, **usual}.items():
        if isinstance(own, Numbers):
            made[name] = st.column_config.NumberColumn(own.label or None, help=own.about or None)
    return made


def _kind(column: "pd.Series[Any]") -> str:
    """Kind of the values of a column, as pandas infers it; missing ones count for nothing."""
    return pd.api.types.infer_dtype(column, skipna=True)


def _numbers(name: str, own: object) -> Numbers:
    """How a column is written: as its page says, or else as usual."""
    if isinstance(own, Numbers):
        return own
    usual = USUAL.get(name, Numbers())
    return replace(usual, label=own) if own and isinstance(own, str) else usual
