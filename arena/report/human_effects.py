"""The tables of effects beside people's: of induced emotions, and of emotions that people felt."""

from collections.abc import Mapping
from math import isnan
from typing import Any

import pandas as pd

from arena.analysis.alignment import Alignment
from arena.report import alignment_notes as notes
from arena.report.tables import Sheet
from ratings.core.human.agreement import contrasts
from ratings.core.human.felt import felt
from ratings.core.human.measures import PERCENT, units


def effects_sheet(alignment: Alignment) -> Sheet:
    """Effects of induced emotions, each beside the direction that is known of people."""
    table = alignment.effects if alignment.effects is not None else pd.DataFrame()
    cells = map(alignment.directions.cell, contrasts(table)) if len(table) else ()
    rows = []
    for row, cell in zip(table.to_dict(orient="records"), cells, strict=True):
        scale = 1 if units(row["outcome"]) == PERCENT else 100
        rows.append(
            {
                "model": row["base"],
                "game": row["game"],
                "outcome": row["outcome"],
                "emotion": row["emotion"],
                "cause": row["cause"],
                "induction": row["induction"],
                "intensity": row["intensity"],
                "clusters": row["clusters"],
                "against": row["against"],
                "effect (points)": f"{scale * row['effect']:+.1f}",
                "95 % interval": _ends(row, "low", "high", scale),
                "if lost": _ends(row, "bounds_low", "bounds_high", scale),
                "Holm p": "–" if pd.isna(row["holm"]) else f"{row['holm']:.3f}",
                "call": row["call"],
                "people": "?" if cell is None else f"{cell.sign} ({cell.grade})",
            }
        )
    below = notes.EFFECTS
    return Sheet("effects", "Effects of induced emotions", pd.DataFrame(rows), below, keys=4)


def _ends(row: Mapping[Any, Any], low: str, high: str, scale: float) -> str:
    """The ends of an interval of an effect, in points."""
    return "–" if isnan(row[low]) else f"{scale * row[low]:+.1f} to {scale * row[high]:+.1f}"


def effect_numbers(alignment: Alignment) -> pd.DataFrame:
    """The effects as numbers with 95 % intervals, and the effects on people."""
    assert alignment.effects is not None
    cells = list(map(alignment.directions.cell, contrasts(alignment.effects)))
    signs = ["" if cell is None else cell.sign for cell in cells]
    grades = ["" if cell is None else cell.grade for cell in cells]
    return alignment.effects.assign(people=signs, grade=grades)


def felt_sheet(alignment: Alignment) -> Sheet:
    """Emotions that people felt, and their decisions, for the outcomes of the run's effects."""
    study = felt()
    present = set() if alignment.effects is None else set(alignment.effects["outcome"])
    rows = [
        {
            "outcome": each.outcome,
            "emotion": each.emotion,
            "people": f"{each.people:,}",
            "decisions": f"{each.decisions:,}",
            "mean": f"{each.mean:.0%}",
            "effect (points)": f"{100 * each.effect:+.1f} ± {100 * each.half_width:.1f}",
            "call": each.arrow,
        }
        for each in study.effects
        if each.outcome in present
    ]
    below = (*notes.FELT, f"{study.citation}. {study.note}")
    title = "Emotion that people felt, not an effect of an induction"
    return Sheet("felt", title, pd.DataFrame(rows), below, keys=2)
