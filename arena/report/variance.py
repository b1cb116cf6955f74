"""The components of variance in words, as JSON and as LaTeX."""

from collections.abc import Mapping
from math import isnan
from typing import Any, TextIO

import pandas as pd

from arena.analysis.due_decisions import FAMILIES
from arena.analysis.result import Result
from arena.analysis.variance import COLUMNS
from arena.report.as_json import result_json
from arena.report.grid import by_game, grid, headed, say
from arena.report.tables import Report, Sheet, as_latex
from ratings.core.statistics.variance import AGAIN, ALIKE, NOT_VARIED

_UNKNOWN = "–"
_NOTHING = "No decision was made yet."
_SHARES = (
    "Per cent of the variance of a single decision, once the means of treatments, rounds and "
    "situations are taken out; below it the 95 % interval. Decisions of yes or no are 0 and 1, so "
    "that their shares are on the scale of probabilities."
)
_COMPONENTS = (
    "Wording: the rules as they are told, sentences and labels. Order: of the options. Treatment × "
    "wording: how far the effect of the treatment differs between wordings. Drawing again: all "
    "the rest; what the same prompt answers another time, and what components do together."
)
_INTERVALS = (
    "The interval leaves out wordings, or deals, in turn; there is none with fewer than 8. It is "
    "of wordings like these, and of the very orders, events, seats and opponents of the design. "
    "What is not varied is not 0: nothing is known of it."
)


def variance_report(variance: Result) -> Report:
    """Outputs of `arena variance`."""
    return Report.of(variance, variance_text, variance_json, _latex)


def variance_text(variance: Result, stream: TextIO) -> None:
    """Write the shares, family by family, game by game."""
    title = f"{variance.name}: what the spread of decisions is made of"
    to = headed(stream, title, variance.remarks)
    if variance.table.empty:
        say(to, _NOTHING)
        return
    for family, about in FAMILIES.items():
        own = variance.table[variance.table["family"] == family]
        if own.empty:
            continue
        to.print(f"\n{family.capitalize()}: {about}")
        for rows in by_game(to, own):
            varied = rows[rows["total"].notna()]
            if len(varied):
                to.print(grid(_cells(varied), {"outcome"}, tight=True))
            for sentence in _unvaried(varied):
                say(to, sentence)
            if same := [*rows[rows["total"].isna()]["outcome"].unique()]:
                say(to, f"{ALIKE.capitalize()} under each treatment: {', '.join(same)}.")
    for note in (_SHARES, _COMPONENTS, _INTERVALS):
        say(to, note)


def variance_json(variance: Result) -> str:
    """The table as one JSON document; missing numbers are null."""
    return result_json(variance, columns=COLUMNS, components=variance.table)


def _latex(variance: Result) -> str:
    """One tabular environment, with a row per component."""
    rows = pd.DataFrame(
        {
            **{name: row[name] for name in ("contestant", "game", "outcome", "component")},
            "share": _share(row).replace("\n", ", "),
            "note": row["note"],
        }
        for row in variance.table.to_dict(orient="records")
    )
    notes = (_SHARES, _COMPONENTS, _INTERVALS)
    return as_latex(Sheet("variance", "Components of variance", rows, notes, keys=4))


def _cells(table: pd.DataFrame) -> pd.DataFrame:
    """A row for each outcome, and a column for each component that varies in one of them."""
    varied = table[table["note"] != NOT_VARIED]
    lines = []
    for outcome, rows in varied.groupby("outcome", sort=False):
        shares = {
            row["component"].replace(" ", "_"): _share(row)
            for row in rows.to_dict(orient="records")
        }
        lines.append({"outcome": outcome, "n": str(rows["decisions"].iloc[0]), **shares})
    names = [
        name.replace(" ", "_") for name in dict.fromkeys([*varied["component"]]) if name != AGAIN
    ]
    columns = ["outcome", "n", *names, AGAIN.replace(" ", "_")]
    return pd.DataFrame(lines, columns=columns).fillna(_UNKNOWN)


def _share(row: Mapping[Any, Any]) -> str:
    """The share in per cent, with its interval below."""
    if isnan(row["share"]):
        return _UNKNOWN
    share, low, high = (100 * row[name] for name in ("share", "low", "high"))
    return f"{share:.0f}" if isnan(low) else f"{share:.0f}\n{low:.0f} to {high:.0f}"


def _unvaried(table: pd.DataFrame) -> list[str]:
    """Sentences on components that vary in no outcome, and on unidentified components."""
    names = [*dict.fromkeys(table["component"])]
    varied = set(table["component"][table["note"] != NOT_VARIED])
    fixed = [name for name in names if name not in varied]
    told = table[~table["note"].isin(["", NOT_VARIED, ALIKE])]
    notes = dict.fromkeys(f"{row.component}: {row.note}" for row in told.itertuples())
    return [f"{NOT_VARIED.capitalize()}: {', '.join(fixed)}."] * bool(fixed) + [
        f"{note[:1].upper()}{note[1:]}." for note in notes
    ]
