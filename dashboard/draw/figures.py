"""Numbers as pages write them, with a minus sign and a space before %; a dash without one."""

import re
from math import isnan

import pandas as pd

NONE = "–"
"""Stands where there is no number."""
_MINUS = "\N{MINUS SIGN}"
_HYPHEN, _PERCENT = re.compile(r"(?<![\w.,)\]-])-(?=\.?\d)"), re.compile(r"(?<=\d)%")


def number(value: float | None, decimals: int) -> str:
    """A number with a minus sign and separated thousands.

    Args:
        value: the number; None or NaN if there is none.
        decimals: number of decimals.
    """
    if value is None or isnan(value):
        return NONE
    text = f"{value:,.{decimals}f}"
    zero = not text.strip("-0.,")
    return text.removeprefix("-") if zero else text.replace("-", _MINUS)


def share(value: float | None, decimals: int = 1) -> str:
    """A share in per cent.

    Args:
        value: from 0 to 1; None or NaN if there is none.
        decimals: of the per cent.
    """
    return NONE if value is None or isnan(value) else f"{number(100 * value, decimals)} %"


def signed(text: str) -> str:
    """A text whose figures have the signs of pages: a minus sign, and a space before %.

    Args:
        text: of a report; hyphens within words, names and dates are left alone.
    """
    return _PERCENT.sub(" %", _HYPHEN.sub(_MINUS, text))


def reported(table: pd.DataFrame) -> pd.DataFrame:
    """A table of a report, whose cells are texts, with the signs of pages; names stay as they are.

    Args:
        table: the table; names of contestants are in a column contestant or model.
    """
    names = {"contestant", "model"}
    return table.assign(**{name: table[name].map(signed) for name in {*table} - names})
