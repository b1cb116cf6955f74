"""Shares of broken texts in words, as a sheet and as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import Any, TextIO

import pandas as pd
from rich.console import Console

from arena.analysis.broken_texts import BROKEN, LIKELY, BrokenTexts
from arena.report.as_json import result_json
from arena.report.grid import grids_by_game, headed, say
from arena.report.tables import Sheet
from prompts.core.rendering.emotion import RANDOM

_HEADING = "Texts that break: share of each arm's replies above a bound"
_ABOUT = (
    "Perplexity: of a reply behind its question, under the model without vectors. The bound is the "
    f"one that was stated, or else the {100 * LIKELY:.0f} % quantile of the same contestant's "
    "replies without vectors in the game, so that it differs from run to run. Random directions of "
    "one dose stand in one line, with their lowest and highest share."
)


def broken_text(result: BrokenTexts, stream: TextIO) -> None:
    """Write the shares alone."""
    broken_section(result, headed(stream, result.name, result.remarks))


def broken_section(result: BrokenTexts, to: Console) -> None:
    """Write the shares, game by game, with what is not known; nothing without vectors."""
    if result.notes or len(result.table):
        to.print(f"\n{_HEADING}")
    if result.table["known"].any():
        grids_by_game(to, _folded(result.table), _cells, {"arm"})
        say(to, _ABOUT)
    for note in result.notes:
        say(to, note)


def broken_sheets(result: BrokenTexts | None) -> Iterator[Sheet]:
    """The shares as a sheet; none without replies of steered models."""
    if result is None or result.table.empty:
        return
    rows = [
        {"model": row["contestant"], "game": row["game"], **_cells(row)}
        for row in _folded(result.table).to_dict(orient="records")
    ]
    yield Sheet("broken", _HEADING, pd.DataFrame(rows), (_ABOUT, *result.notes), keys=3)


def broken_json(result: BrokenTexts) -> str:
    """One JSON document."""
    return result_json(result, notes=result.notes, columns=BROKEN, broken=result.table)


def _folded(table: pd.DataFrame) -> pd.DataFrame:
    """The rows, with the lowest and highest share; those of random directions as one per dose."""
    random = table["emotion"] == RANDOM
    key = table["arm"].where(~random, [f"random {dose:g}" for dose in table["dose"]])
    groups = table.groupby(["game", "contestant", key], sort=False)
    return pd.DataFrame(
        [_together(rows.to_dict(orient="records")) for _, rows in groups],
        columns=[*table.columns, "lowest", "highest"],
    )


def _together(rows: Sequence[Mapping[Any, Any]]) -> dict[Any, Any]:
    """One row for several arms."""
    if len(rows) == 1:
        return {**rows[0], "lowest": rows[0]["share"], "highest": rows[0]["share"]}
    sums = {name: sum(row[name] for row in rows) for name in ("replies", "known", "broken")}
    shares = [row["share"] for row in rows if not isnan(row["share"])]
    return {
        **rows[0],
        **sums,
        "arm": f"random, {len(rows)} directions (vector {rows[0]['dose']:g})",
        "median": pd.Series([row["median"] for row in rows]).median(),
        "share": sums["broken"] / sums["known"] if sums["known"] else float("nan"),
        "lowest": min(shares, default=float("nan")),
        "highest": max(shares, default=float("nan")),
    }


def _cells(row: Mapping[Any, Any]) -> dict[str, str]:
    """Cells of one row, by heading."""

    def figure(value: float, factor: int = 1) -> str:
        return "–" if isnan(value) else f"{factor * value:.1f}"

    spread = row["highest"] > row["lowest"]
    ends = f" ({figure(row['lowest'], 100)} to {figure(row['highest'], 100)})" if spread else ""
    unread = f" of {row['replies']}" if row["known"] < row["replies"] else ""
    return {
        "arm": row["arm"],
        "replies": f"{row['known']}{unread}",
        "median": figure(row["median"]),
        "bound": figure(row["bound"]),
        "broken": "–" if isnan(row["share"]) else f"{figure(row['share'], 100)} %{ends}",
    }
