"""Effects of forks in words, as JSON, as CSV and as LaTeX."""

from collections.abc import Mapping
from math import isnan
from typing import Any, TextIO

import pandas as pd

from arena.analysis.result import Result
from arena.forking.effects import COLUMNS
from arena.report.as_json import result_json
from arena.report.grid import headed, say
from arena.report.tables import Report, Sheet, as_latex

_TOLD = (
    "Differences to continuations in which nothing was changed, paired by seed; 95 % intervals "
    "over forked matches. p is adjusted over the rows of a design or of a fork (Holm). needed: "
    "forked matches (pairs, if one match was forked) for an interval of the stated precision on "
    "either side. in the tree: change of the expected payoff if all go on as on record."
)


def fork_effects_report(result: Result) -> Report:
    """Outputs of `arena fork`."""
    return Report.of(result, _text, _json, _latex)


def _text(result: Result, stream: TextIO) -> None:
    to = headed(stream, f"{result.name}: effects of changes", result.remarks)
    rows = [_cells(row) for row in result.table.to_dict(orient="records")]
    say(to, pd.DataFrame(rows).to_string(index=False) if rows else "no pair of continuations yet")
    say(to, _TOLD)


def _cells(row: Mapping[Any, Any]) -> dict[str, str]:
    """The cells of a row, for people."""
    known = not isnan(row["low"])
    return {
        "fork of": " ".join(filter(None, (row["design"], row["position"], row["game"]))),
        "change": str(row["change"]),
        "player": f"{row['player']} ({row['contestant']})",
        "outcome": str(row["outcome"]),
        "control": f"{row['control']:.2f}",
        "effect": f"{row['effect']:+.2f}",
        "95 %": f"{row['low']:.2f} to {row['high']:.2f}" if known else "–",
        "p": f"{row['adjusted_p']:.3f}" if not isnan(row["adjusted_p"]) else "–",
        "pairs": str(row["pairs"]),
        "matches": str(row["matches"]),
        "in the tree": "–" if isnan(row["tree"]) else f"{row['tree']:+.2f}",
        "needed": "–" if isnan(row["needed"]) else f"{row['needed']:.0f}",
    }


def _json(result: Result) -> str:
    return result_json(result, columns=COLUMNS, effects=result.table)


def _latex(result: Result) -> str:
    cells = [_cells(row) for row in result.table.to_dict(orient="records")]
    title = f"{result.name}: effects of changes"
    return as_latex(Sheet("forks", title, pd.DataFrame(cells), (_TOLD,), keys=4))
