"""The verdicts of `arena align` as a table, with their reasons."""

from math import isnan

import pandas as pd

from arena.analysis.alignment import Alignment
from arena.report import alignment_notes as notes
from arena.report.tables import Sheet
from ratings.core.human.verdict import Verdict

COLUMNS = ("model", "verdict", "levels", "directions", "power")


def table(alignment: Alignment, *, why: bool = False) -> pd.DataFrame:
    """The verdicts, a row each: columns COLUMNS.

    Args:
        alignment: the comparison.
        why: whether a column more holds the reasons.
    """
    rows = pd.DataFrame(map(_row, alignment.verdicts), columns=COLUMNS)
    return (
        rows.assign(why=["; ".join(each.reasons) for each in alignment.verdicts]) if why else rows
    )


def reasons(alignment: Alignment) -> list[str]:
    """The reasons of all verdicts, a line each that begins with the contestant."""
    return [f"{each.base}: {reason}." for each in alignment.verdicts for reason in each.reasons]


def sheet(alignment: Alignment) -> Sheet:
    """The table, and the reasons below it."""
    below = (*notes.VERDICTS, *reasons(alignment))
    return Sheet("verdicts", "Human-like or not", table(alignment), below)


def _row(each: Verdict) -> tuple[str, ...]:
    levels = (f"{measure} ({game}): {answer}" for (game, measure), answer in each.levels.items())
    power = "–" if isnan(each.power) else f"{each.power:.0%}"
    return each.base, each.words, ", ".join(levels) or "–", each.directions or "–", power
