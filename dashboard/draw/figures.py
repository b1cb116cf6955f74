"""Numbers as pages write them, with a minus sign and a space before %; a dash without one."""

from math import isnan

NONE = "–"
"""Stands where there is no number."""
_MINUS = "\N{MINUS SIGN}"


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
