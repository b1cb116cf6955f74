"""What the emotion mode does to what a model earns: the question the arena is built for.

Arms are contestants that differ in their mode alone. They are compared cell by cell: the same game,
seat, opponents and repetition, so that the deal, the wording and the opponent cancel. A cell counts
if every arm has a payoff in it, so that the steps add up to the whole.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from ratings.core.statistics.least_squares import Fitted, fit, holm
from ratings.core.tables import GameRecord

STEPS = (
    ("manipulative", "absent", "overall"),
    ("hidden", "absent", "feeling"),
    ("visible", "hidden", "showing"),
    ("manipulative", "visible", "choosing"),
)
"""Mode, the mode it is compared with, and what the step adds."""

COLUMNS = {
    "game": "id of the game",
    "model": "the contestants apart from their mode",
    "step": "overall, feeling, showing or choosing",
    "mode": "the mode",
    "than": "the mode it is compared with",
    "effect": "points per match that the mode earns more, on the same cells",
    "low": "lower end of the 95 % interval, cluster-robust",
    "high": "upper end",
    "p": "two-sided, adjusted by Holm for all rows; of the sign test where all clusters agree",
    "cells": "number of cells: opponents x seats x repetitions",
    "clusters": "number of clusters",
}

_NOTHING = 1e-9
"""Points that are rounding."""


def mode_effects(
    records: Sequence[GameRecord], arms: Mapping[str, Mapping[str, str]]
) -> pd.DataFrame:
    """Every effect of the mode that the design allows.

    Args:
        records: one per game.
        arms: contestants by what they are apart from their mode, and by mode.

    Returns:
        COLUMNS; p values are adjusted over all rows.
    """
    rows = [
        (record.game, model, *row)
        for record in records
        for model, own in arms.items()
        for row in _steps(record, own)
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.assign(p=holm(table["p"].to_numpy(np.float64)))


def _steps(record: GameRecord, arms: Mapping[str, str]) -> Iterator[tuple[object, ...]]:
    played = {mode: name for mode, name in arms.items() if name in record.contestants}
    cells = _cells(record.seats, played)
    for mode, than, step in STEPS:
        if mode in played and than in played:
            found = contrast(cells, mode, than)
            yield (
                step, mode, than, found.estimate[0], *_uncertainty(found), len(cells),
                found.clusters,
            )  # fmt: skip


def _uncertainty(found: Fitted) -> tuple[float, float, float]:
    """Ends of the interval, and p."""
    low, high = found.interval
    if found.error[0] > _NOTHING or np.isnan(found.error[0]):
        return low[0], high[0], found.p[0]
    # All clusters agree, so that there is no spread to go by: the sign test says what it is worth.
    agreed = 1.0 if abs(found.estimate[0]) < _NOTHING else 2.0 ** (1 - found.clusters)
    return np.nan, np.nan, agreed


def contrast(cells: pd.DataFrame, mode: str, than: str) -> Fitted:
    """The mean difference between two columns of cells, with its uncertainty.

    Args:
        cells: points by cell and mode; its index has a level `cluster`.
        mode: a column.
        than: the column to subtract.
    """
    difference = (cells[mode] - cells[than]).to_numpy(np.float64)
    one = np.ones((len(cells), 1))
    return fit(one, difference, cells.index.get_level_values("cluster"), np.ones((1, 1)))


def _cells(seats: pd.DataFrame, arms: Mapping[str, str]) -> pd.DataFrame:
    """Points by cell and mode, for cells in which every arm has some."""
    modes = {name: mode for mode, name in arms.items()}
    rows = seats[seats["contestant"].isin(modes)]
    rows = rows.assign(mode=rows["contestant"].map(modes))
    wide = rows.pivot_table(
        index=["repetition", "cluster", "seat", "opponents"],
        columns="mode",
        values="payoff",
        aggfunc=lambda points: points.mean(skipna=False),
        dropna=False,
        observed=True,
    )
    return wide.reindex(columns=list(arms)).dropna()
