"""Ranks of steering vectors among random directions, in words and as a sheet."""

from collections.abc import Iterator, Mapping
from math import isnan
from typing import Any

import pandas as pd
from rich.console import Console

from arena.analysis.result import Result
from arena.analysis.steering_effects import STEERED
from arena.report.as_json import result_json
from arena.report.grid import by_game, grid, headed, say
from arena.report.tables import Report, Sheet, as_latex
from games import BadInput
from ratings.core.emotion.random_directions import ENOUGH, NOT_IN_FAMILY, TOO_FEW, needed

_HEADING = "Vectors: rank among random directions of the same length and dose"
_ABOUT = (
    "Effect: level less the mean level of the random directions; beside it, the lowest and the "
    "highest of these. Rank: place of the level's distance from the mean of all, 1 the farthest; "
    "p is rank / (directions + 1), so that no p is smaller than 1 / (directions + 1). Holm: p "
    "adjusted for all vectors of emotions; ↑ and ↓ stand where it is below .05. Controls, "
    "inductions in words and displays of opponents are ranked for comparison, without a test. A "
    "difference from the unsteered model alone says nothing: any direction makes one."
)


def steered_report(ranks: Result) -> Report:
    """Outputs of `arena effects --vectors`.

    Args:
        ranks: of `arena.analysis.effects.ranks`.

    Raises:
        BadInput: there are no ranks.
    """
    table = ranks.table
    if table.empty:
        raise BadInput(f'run {ranks.name} has no arm with means = "vector", so no ranks')
    return Report(
        table,
        lambda stream: steered_text(table, headed(stream, ranks.name, ranks.remarks)),
        lambda: result_json(ranks, columns=STEERED, steered=table),
        lambda: as_latex(steered_sheet(table)),
    )


def steered_text(table: pd.DataFrame, to: Console) -> None:
    """Write the ranks, game by game; nothing without vectors."""
    if table.empty:
        return
    to.print(f"\n{_HEADING}")
    for rows in by_game(to, table):
        to.print(grid(pd.DataFrame([*_lines(rows)]), {"arm"}, tight=True))
    say(to, _ABOUT)
    for note in _limits(table):
        say(to, note)


def steered_sheet(table: pd.DataFrame) -> Sheet:
    """The ranks as a sheet."""
    rows = [
        {
            "model": row["contestant"],
            "game": row["game"],
            "outcome": row["outcome"],
            **_cells(row),
        }
        for row in table.to_dict(orient="records")
    ]
    return Sheet("vectors", _HEADING, pd.DataFrame(rows), (_ABOUT, *_limits(table)), keys=4)


def _limits(table: pd.DataFrame) -> Iterator[str]:
    """What the number of random directions does not allow."""
    tested = table[table["note"] == ""]
    short = table[table["note"] == TOO_FEW]
    if len(short):
        doses = ", ".join(f"{dose:g}" for dose in sorted({*short["dose"]}))
        yield (
            f"No p at dose {doses}: it takes at least {ENOUGH} arms with induced = "
            '"random" at the same dose.'
        )
    if len(tested) and (wanted := needed(len(tested))) > (least := int(tested["directions"].min())):
        yield (
            f"With {least} random directions no p is below {1 / (least + 1):.3f}: after Holm, none "
            f"of these {len(tested)} tests can be below .05. It would take {wanted} directions, or "
            "fewer outcomes and doses (--outcome, --emotion)."
        )


def _lines(rows: pd.DataFrame) -> Iterator[dict[str, str]]:
    """Rows under a line for each outcome."""
    for outcome, own in rows.groupby("outcome", sort=False):
        cells = [_cells(row) for row in own.to_dict(orient="records")]
        yield dict.fromkeys(cells[0], "") | {"arm": str(outcome)}
        for each in cells:
            yield each | {"arm": f"  {each['arm']}"}


def _cells(row: Mapping[Any, Any]) -> dict[str, str]:
    """Cells of one row, by heading."""
    factor = 100 if row["yes_no"] else 1
    digits = 1 if row["yes_no"] else 2

    def figure(value: float, sign: str = "") -> str:
        return "–" if isnan(value) else f"{factor * value:{sign}.{digits}f}"

    def share(value: float) -> str:
        return "–" if isnan(value) else f"{value:.3f}".lstrip("0")

    low, high = figure(row["random_low"]), figure(row["random_high"])
    place = "–" if isnan(row["rank"]) else f"{row['rank']:.0f} of {row['directions'] + 1}"
    signs = {"+": "↑", "-": "↓", "": "·"}
    noted = {TOO_FEW: "few", NOT_IN_FAMILY: ""}
    return {
        "arm": row["arm"],
        "dose": f"{row['dose']:g}",
        "level": f"{figure(row['level'])}{' %' * bool(row['yes_no'])}",
        "effect": figure(row["effect"], "+"),
        "random": f"{low} to {high}",
        "rank": place,
        "p": share(row["p"]),
        "Holm": share(row["holm"]),
        "": noted.get(row["note"], signs[row["arrow"]]),
    }
