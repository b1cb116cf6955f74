"""The verdicts of `arena align` as a table, and why they are what they are."""

from math import isnan

import pandas as pd

from arena.analysis.alignment import Alignment
from arena.report import alignment_notes as notes
from arena.report.tables import Sheet
from ratings.core.human.verdict import Verdict

COLUMNS = ("model", "verdict", "levels", "directions", "power")


def table(found: Alignment, *, why: bool = False) -> pd.DataFrame:
    """The verdicts, a row each: columns COLUMNS.

    Args:
        found: the comparison.
        why: whether a column more holds the reasons.
    """
    rows = pd.DataFrame(map(_row, found.verdicts), columns=COLUMNS)
    return rows.assign(why=["; ".join(each.reasons) for each in found.verdicts]) if why else rows


def reasons(found: Alignment) -> list[str]:
    """The reasons of all verdicts, a line each that begins with the contestant."""
    return [f"{each.base}: {reason}." for each in found.verdicts for reason in each.reasons]


def sheet(found: Alignment) -> Sheet:
    """The table, and the reasons below it."""
    below = (*notes.VERDICTS, *reasons(found))
    return Sheet("verdicts", "Human-like or not", table(found), below)


def _row(each: Verdict) -> tuple[str, ...]:
    levels = (f"{measure} ({game}): {answer}" for (game, measure), answer in each.levels.items())
    power = "–" if isnan(each.power) else f"{each.power:.0%}"
    return each.base, each.words, ", ".join(levels) or "–", each.directions or "–", power
