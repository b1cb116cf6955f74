"""Registered rows of the table of effects, tested by the rules of the design."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from arena.analysis.due_decisions import REGISTERED
from arena.design.analysis import Analysis
from ratings.core.emotion import effects as estimates
from ratings.core.emotion.effects import ALPHA
from ratings.core.statistics.equivalence import tost, unspread
from ratings.core.statistics.least_squares import holm

TESTS = {
    "margin": "how large an effect counts as none, in the units of the effect; of registered rows",
    "equivalence": "p value of an effect beyond the margin, adjusted by Holm",
}
"""Additional columns of registered rows."""

SAME = "="
"""Arrow of an effect that is shown to lie within the margin."""

_FAMILIES = {"all": [], "game": ["game"], "outcome": ["outcome"]}


def named(rows: pd.DataFrame, analysis: Analysis) -> "pd.Series[bool]":
    """Whether the design names each row.

    Args:
        rows: columns game, outcome, emotion and contrast.
        analysis: analysis of the design.
    """
    step = rows["contrast"].isin(analysis.steps)
    induced = rows["contrast"] == f"against {analysis.reference}"
    if analysis.emotions:
        induced &= rows["emotion"].isin(analysis.emotions)
    place = rows["outcome"].isin(analysis.outcomes)
    if analysis.games:
        place &= rows["game"].isin(analysis.games)
    return place & (step | induced)


def registered(rows: pd.DataFrame, analysis: Analysis) -> pd.DataFrame:
    """The rows with registered ones in a family of their own, with their margins.

    Args:
        rows: columns family and range in addition to those of `named`.
        analysis: analysis of the design.
    """
    own = named(rows, analysis)
    margin = rows["outcome"].map(analysis.margins).astype(float) * rows["range"]
    return rows.assign(
        family=rows["family"].mask(own, REGISTERED), margin=margin.where(own, np.nan)
    )


def tested(rows: pd.DataFrame, analysis: Analysis) -> pd.DataFrame:
    """Registered rows with p-values, arrows and equivalence by the design's families and void rule.

    Args:
        rows: registered rows of one design, with the columns of the table of effects.
        analysis: analysis of the design.
    """
    parts = [_tested(part, analysis) for part in _parts(rows, analysis)]
    return pd.concat(parts).sort_index()


def _parts(rows: pd.DataFrame, analysis: Analysis) -> Iterator[pd.DataFrame]:
    columns = _FAMILIES[analysis.family]
    if columns:
        yield from (part for _, part in rows.groupby(columns, sort=False))
    else:
        yield rows


def family_of(row: Mapping[Any, Any], analysis: Analysis | None) -> tuple[str, ...]:
    """Key of the family in which a row is tested.

    Args:
        row: columns family, game and outcome.
        analysis: analysis of the design; None if it names no rows.
    """
    own = analysis is not None and row["family"] == REGISTERED
    columns = _FAMILIES[analysis.family] if analysis is not None and own else []
    return row["family"], *(row[name] for name in columns)


def _tested(rows: pd.DataFrame, analysis: Analysis) -> pd.DataFrame:
    """Test the rows of one family."""
    bounds = rows[["bounds_low", "bounds_high"]]
    if analysis.void == "drop":  # as if lost at random: the claim is about what was decided
        rows = rows.assign(bounds_low=rows["low"], bounds_high=rows["high"])
    table = estimates.family(rows)
    p = tost(table["effect"], table["error"], table["df"], table["margin"])
    p = holm(unspread(p, table["error"], table["clusters"]))
    inside = (table["bounds_low"] > -table["margin"]) & (table["bounds_high"] < table["margin"])
    same = (p < ALPHA) & inside & (table["note"] == "") & (table["arrow"] == "")
    return table.assign(equivalence=p, arrow=table["arrow"].mask(same, SAME), **bounds)
