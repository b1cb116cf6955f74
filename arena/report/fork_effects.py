"""Effects of forks in words, as JSON, as CSV and as LaTeX."""

from collections.abc import Iterator, Mapping
from functools import partial
from math import isnan
from typing import Any, TextIO

import pandas as pd

from arena.analysis.result import Result
from arena.forking.effects import COLUMNS
from arena.report.as_json import result_json
from arena.report.grid import grid, headed, say
from arena.report.tables import Report, Sheet, as_latex

_TOLD = (
    "Differences to continuations in which nothing was changed, paired by seed; 95 % intervals "
    "over forked matches. p is adjusted over the rows of a design or of a fork (Holm). needed: "
    "forked matches (pairs, if one match was forked) for an interval of the stated precision on "
    "either side. in the tree: change of the expected payoff if all go on as on record."
)

_KEYS = 4
"""Leading columns that identify a row; the last of them is the outcome."""
_DISPLAYS = "Effects of displays by receiver"
_POOLED = "All forks with a changed display are pooled, by game and receiving model."


def fork_effects_report(result: Result, displays: pd.DataFrame) -> Report:
    """Outputs of `arena fork`.

    Args:
        result: effects of changes.
        displays: what shown emotions do to whom; columns of `arena.forking.displays`.
    """
    return Report.of(
        result,
        partial(_text, displays=displays),
        partial(_json, displays=displays),
        partial(_latex, displays=displays),
    )


def _text(result: Result, stream: TextIO, *, displays: pd.DataFrame) -> None:
    to = headed(stream, f"{result.name}: forks", result.remarks)
    if result.table.empty:
        say(to, "no pair of continuations yet")
    for sheet in _sheets(result, displays):
        to.print(f"\n{sheet.title}")
        for place, rows in sheet.table.groupby([*sheet.table.columns[: _KEYS - 1]], sort=False):
            to.print(f"\n  {' · '.join(map(str, place))}", markup=False)
            to.print(grid(rows.iloc[:, _KEYS - 1 :], {"outcome"}, tight=True))
        say(to, " ".join(sheet.notes))


def _sheets(result: Result, displays: pd.DataFrame) -> Iterator[Sheet]:
    """The effects of changes, and those of displays by game and receiving model."""
    if len(result.table):
        rows = [_cells(row) for row in result.table.to_dict(orient="records")]
        yield Sheet("forks", "Effects of changes", pd.DataFrame(rows), (_TOLD,), keys=_KEYS)
    if len(displays):
        rows = [_seen(row) for row in displays.to_dict(orient="records")]
        yield Sheet("displays", _DISPLAYS, pd.DataFrame(rows), (_POOLED,), keys=_KEYS)


def _cells(row: Mapping[Any, Any]) -> dict[str, str]:
    """The cells of an effect, for people."""
    return {
        "fork of": " ".join(filter(None, (row["design"], row["position"], row["game"]))),
        "change": str(row["change"]),
        "player": f"{row['player']} ({row['contestant']})",
        "outcome": str(row["outcome"]),
        **_estimate(row),
        "in the tree": "–" if isnan(row["tree"]) else f"{row['tree']:+.2f}",
        "needed": "–" if isnan(row["needed"]) else f"{row['needed']:.0f}",
    }


def _seen(row: Mapping[Any, Any]) -> dict[str, str]:
    """The cells of an effect of a display, for people."""
    return {key: str(row[key]) for key in ("shown", "game", "receiver", "outcome")} | _estimate(row)


def _estimate(row: Mapping[Any, Any]) -> dict[str, str]:
    return {
        "control": f"{row['control']:.2f}",
        "effect": f"{row['effect']:+.2f}",
        "95 %": "–" if isnan(row["low"]) else f"{row['low']:+.2f} to {row['high']:+.2f}",
        "p": "–" if isnan(row["adjusted_p"]) else f"{row['adjusted_p']:.3f}",
        "pairs": str(row["pairs"]),
        "matches": str(row["matches"]),
    }


def _json(result: Result, *, displays: pd.DataFrame) -> str:
    return result_json(result, columns=COLUMNS, effects=result.table, displays=displays)


def _latex(result: Result, *, displays: pd.DataFrame) -> str:
    return "\n".join(as_latex(sheet) for sheet in _sheets(result, displays))
