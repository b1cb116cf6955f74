"""A run beside people, as tables for charts; computed once per revision."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from arena.alignment import Alignment, align
from arena.run import Run
from dashboard import data
from ratings.core.alignment import table as comparison_table
from ratings.core.baselines import Baseline
from ratings.core.directions import EMOTIONS

WIDTH = 10
"""Per cent of the pie in a bar of a histogram."""

ARROWS = {"+": "↑", "-": "↓", "0": "="}

DISTRIBUTIONS = ("share_given", "offer", "minimum")
"""Measures in per cent of the pie."""


@data.kept
def alignment(run: Run, studies: tuple[str, ...]) -> Alignment:
    """All that `arena align` says; of the primary studies, if none is named."""
    return align(run, studies)


def arrows(found: Alignment) -> pd.DataFrame:
    """Effects of induced emotions beside the human direction.

    Returns:
        Columns base, cell (emotion and outcome), arrow, human, state: aligned, not aligned,
        undecided, contested (people's direction is disputed), no human data.
    """
    assert found.effects is not None
    rows = []
    for row in found.effects.itertuples():
        cell = found.directions.cell(str(row.outcome), str(row.emotion))
        human = "?" if cell is None else ARROWS.get(cell.sign, "?")
        contested = cell is not None and cell.grade == "contested"
        rows.append(
            {
                "base": row.base,
                "cell": f"{row.emotion} · {str(row.outcome).replace('_', ' ')}",
                "place": EMOTIONS.index(row.emotion) if row.emotion in EMOTIONS else len(EMOTIONS),
                "arrow": row.call,
                "human": human,
                "effect": row.effect,
                "state": _state(str(row.call), human, contested=contested),
            }
        )
    return pd.DataFrame(rows).sort_values(["place", "cell", "base"], ignore_index=True)


def _state(call: str, human: str, *, contested: bool) -> str:
    if contested:
        return "contested"
    if human == "?":
        return "no human data"
    if call == "·":
        return "undecided"
    return "aligned" if call == human else "not aligned"


def distributions(found: Alignment, measure: str) -> pd.DataFrame:
    """Histograms of a measure in bars of WIDTH: people and contestants.

    Returns:
        Columns source, value (per cent of the pie, the bar's lower end), share, cumulative.
    """
    parts = [
        _bars(study.name, study.histogram.values, study.histogram.share)
        for study in _of(found, measure)
        if study.cells is not None
    ]
    chosen = found.choices[found.choices["measure"] == measure]
    parts += [
        _bars(str(name), rows["value"].to_numpy(float), np.full(len(rows), 1 / len(rows)))
        for name, rows in chosen.groupby("contestant")
    ]
    empty = pd.DataFrame(columns=["source", "value", "share", "cumulative"])
    return pd.concat(parts, ignore_index=True) if parts else empty


def _bars(name: str, values: np.ndarray, shares: np.ndarray) -> pd.DataFrame:
    edges = np.arange(0, 100 + 2 * WIDTH, WIDTH)
    heights, _ = np.histogram(values, edges, weights=shares)
    return pd.DataFrame(
        {"source": name, "value": edges[:-1], "share": heights, "cumulative": heights.cumsum()}
    )


def ruler(found: Alignment) -> pd.DataFrame:
    """Distances on one scale.

    Returns:
        Columns contestant, measure, study, kind (distance; noise floor; 95 % of people's draws;
        two human samples), value (points of the pie, or probability), low, high (of the distance).
    """
    table = comparison_table(found.comparisons)
    kinds = {
        "distance": "distance",
        "floor": "noise floor",
        "floor_95": "noise floor, 95 %",
        "like_distance": "two human samples",
    }
    long = table.melt(
        ["contestant", "game", "measure", "baseline", "distance_low", "distance_high"],
        list(kinds),
        "kind",
        "value",
    ).dropna(subset=["value"])
    return long.assign(kind=long["kind"].map(kinds)).rename(columns={"baseline": "study"})


def curves(found: Alignment, measure: str, studies: Sequence[str]) -> pd.DataFrame:
    """Shares along offers or rounds: people and contestants.

    Args:
        found: the alignment.
        measure: acceptance (along offers), or cooperation (along rounds).
        studies: measures of studies that have such curves.

    Returns:
        Columns source, x, share.
    """
    along = "x" if measure == "acceptance" else "round"
    rows = [
        {"source": study.name, "x": float(place), "share": height}
        for name in studies
        for study in _of(found, name)
        for place, height in study.points or ()
        if not isinstance(place, str)
    ]
    chosen = found.choices[found.choices["measure"] == measure]
    chosen = chosen.assign(x=pd.to_numeric(chosen[along], errors="coerce")).dropna(subset=["x"])
    if measure == "cooperation":  # decisions in games without rounds have none
        chosen = chosen[chosen["x"] > 0]
    means = chosen.groupby(["contestant", "x"])["value"].mean()
    own = means.rename("share").rename_axis(["source", "x"]).reset_index()
    return pd.concat([pd.DataFrame(rows), own], ignore_index=True) if rows else own


def _of(found: Alignment, measure: str) -> list[Baseline]:
    return [study for study in found.studies.values() if study.measure == measure]
