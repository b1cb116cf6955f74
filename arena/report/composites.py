"""Agents of several parts, and how they decide: in words, as JSON, as CSV and as LaTeX."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple, TextIO

import pandas as pd

from arena.analysis.composites import COLUMNS
from arena.analysis.remarks import remarks
from arena.record.run import Run
from arena.report.as_json import as_json
from arena.report.grid import headed, say
from arena.report.tables import Report, Sheet, as_latex, draw

_SHARE, _TWO = "{:.0%}", "{:.2f}"
_KEYS = ("game", "contestant", "member", "rule", "single", "agent")


class _Part(NamedTuple):
    """A table as it is printed.

    Args:
        title: above it.
        about: how to read it.
        columns: besides those that say what a row is about, each with its format.
    """

    title: str
    about: str
    columns: Mapping[str, str]


_PARTS = {
    "disagreement": _Part(
        "How far the parts disagree",
        "Of the proposals, or answers, on which a decision rests. Entropy is in bits: 0 where all "
        "propose the same option. Spread is the standard deviation of proposed amounts.",
        {"n": "{}", "abstained": _SHARE, "unanimous": _SHARE, "entropy": _TWO, "spread": _TWO},
    ),
    "members": _Part(
        "Whose proposal prevails",
        "Followed: its proposal was played. Prevailed: its emotion had the most strength for what "
        "was played. Pivotal: without it the rule decides otherwise.",
        {"n": "{}", "proposed": _SHARE, "strength": "{:.0f}", "followed": _SHARE}
        | {"prevailed": _SHARE, "pivotal": _SHARE},
    ),
    "rules": _Part(
        "Every rule on the same proposals",
        "Same: the rule gives what was played. Amount: its mean. First: share of the first option. "
        "Where play goes on, another rule might have led to other positions.",
        {"own": "{}", "n": "{}", "same": _SHARE, "amount": _TWO, "first": _SHARE},
    ),
    "agreement": _Part(
        "Agreement with single agents of the same model",
        "Of pairs of decisions in the same position of the same block. Chance: the share to be "
        "expected if neither depended on the position. Distance is of amounts.",
        {"induced": "{}", "pairs": "{}", "positions": "{}", "agreement": _SHARE, "low": _SHARE}
        | {"high": _SHARE, "chance": _SHARE, "distance": _TWO},
    ),
    "costs": _Part(
        "Calls and cost per decision",
        "Failed calls and re-asks count. The last two columns are multiples of those of single "
        "agents of the same model.",
        {"decisions": "{}", "calls": _TWO, "cost": "${:.6f}", "times_calls": "{:.1f}"}
        | {"times_cost": "{:.1f}"},
    ),
    "beliefs": _Part(
        "Beliefs about what the other will do next",
        "Brier score: 0 for who is certain and right, 2 for who is certain and wrong. Even: the "
        "score of equal probabilities. Base: that of how often the other did each, known "
        "afterwards.",
        {"stated": "{}", "n": "{}", "brier": "{:.3f}", "low": "{:.3f}", "high": "{:.3f}"}
        | {"even": "{:.3f}", "base": "{:.3f}"},
    ),
}
_INTERVALS = "Intervals (low, high) are of 95 %; clusters are chance seeds."


def composites_report(run: Run, tables: Mapping[str, pd.DataFrame]) -> Report:
    """Outputs of `arena council`; in a file, a column names the table of each row.

    Args:
        run: the run.
        tables: as `arena.analysis.composites` gives them.
    """
    whole = [table.assign(table=name) for name, table in tables.items() if len(table)]
    return Report(
        pd.concat(whole, ignore_index=True),
        partial(_text, run, tables),
        partial(_json, run, tables),
        partial(_latex, tables),
    )


def _text(run: Run, tables: Mapping[str, pd.DataFrame], stream: TextIO) -> None:
    """Write the tables, each with how to read it; those without rows are left out."""
    title = f"{run.manifest.name}: agents of several parts"
    to = headed(stream, title, remarks([run]))
    for sheet in _sheets(tables):
        draw(sheet, to)
    say(to, _INTERVALS)


def _json(run: Run, tables: Mapping[str, pd.DataFrame]) -> str:
    """The tables as one JSON document; missing numbers are null."""
    about = {"name": run.manifest.name, "design_hash": run.manifest.design_hash}
    return as_json({**about, "remarks": remarks([run]), "columns": COLUMNS, **tables})


def _latex(tables: Mapping[str, pd.DataFrame]) -> str:
    return "\n".join(map(as_latex, _sheets(tables)))


def _sheets(tables: Mapping[str, pd.DataFrame]) -> Iterator[Sheet]:
    for name, part in _PARTS.items():
        if len(tables[name]):
            rows = [_cells(part, row) for row in tables[name].to_dict(orient="records")]
            keys = [key for key in _KEYS if key in tables[name]]
            yield Sheet(name, part.title, pd.DataFrame(rows), (part.about,), keys=len(keys))


def _cells(part: _Part, row: Mapping[Any, Any]) -> dict[str, str]:
    names = {key: str(row[key]) for key in _KEYS if key in row}
    shown = {key.replace("_", " "): _shown(row[key], how) for key, how in part.columns.items()}
    return names | shown


def _shown(value: Any, how: str) -> str:  # noqa: ANN401 - text or number
    if isinstance(value, bool):
        return "yes" if value else ""
    return "–" if pd.isna(value) else how.format(value)
