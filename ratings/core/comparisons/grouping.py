"""Ratings of what contestants have in common: all of a model, of a mode, of a language."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from ratings.core.tables import GameRecord


def grouped(record: GameRecord, labels: Mapping[str, str]) -> GameRecord:
    """A record in which labels stand for contestants.

    Comparisons are made between contestants first, and count for their labels; those within a label
    say nothing and are left out.

    Args:
        record: of contestants.
        labels: of each contestant; those with the same label are rated as one.
    """
    decisions = record.decisions
    if decisions is not None:
        decisions = decisions.assign(contestant=decisions["contestant"].map(dict(labels)))
    return replace(
        record,
        seats=record.seats.assign(contestant=record.seats["contestant"].map(dict(labels))),
        comparisons=_relabelled(record.comparisons, labels),
        undecided=_relabelled(record.undecided, labels),
        decisions=decisions,
    )


def _relabelled(comparisons: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    table = comparisons.assign(
        first=comparisons["first"].map(dict(labels)), second=comparisons["second"].map(dict(labels))
    )
    return table[table["first"] != table["second"]].reset_index(drop=True)
