"""CSV for spreadsheets: a text that one would compute as a formula gets an apostrophe before it.

A spreadsheet computes a cell that begins with one of a few characters, also where the cell is
quoted, and a formula can send other cells away or start a program. The apostrophe makes it a text.
Every text is quoted, so that no separator of another country's spreadsheet cuts it into cells.

Source: OWASP, CSV Injection.
"""

import csv
import re
from typing import Final, TypeVar

import pandas as pd

T = TypeVar("T")

QUOTING: Final = csv.QUOTE_NONNUMERIC

_FORMULA = re.compile(
    "[\t\r\n]"
    r"|[\s\x00-\x1f\u200b\ufeff]*"  # which some spreadsheets pass over
    "[-=+@\uff0d\uff1d\uff0b\uff20]"  # those of double width too
)
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")


def inert(cell: T) -> T | str:
    """The cell, with an apostrophe before it if it is a text that may be a formula."""
    if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def as_csv(table: pd.DataFrame, *, for_spreadsheets: bool = False) -> str:
    """A table as CSV.

    Args:
        table: the table.
        for_spreadsheets: whether texts that may be formulas are made inert.
    """
    if for_spreadsheets:
        return str(table.map(inert).to_csv(index=False, quoting=QUOTING))
    return str(table.to_csv(index=False))
