"""A run beside people, as tables for charts; computed once per revision."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from arena.alignment import Alignment, align
from arena.run import Run
from dashboard import data
from dashboard.faces import PEOPLE
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
        Columns base, cell (emotion and outcome), place (of the emotion), arrow, human, effect,
        state: aligned, not aligned, undecided, contested (people's direction is disputed), no human
        data; disputed. The first rows are those of the base PEOPLE.
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
                "disputed": contested,
            }
        )
    table = pd.DataFrame(rows).sort_values(["place", "cell", "base"], ignore_index=True)
    people = table.drop_duplicates("cell").assign(base=PEOPLE, effect=np.nan, state=PEOPLE)
    people["arrow"] = people["human"].replace("?", "")
    return pd.concat([people, table], ignore_index=True)


def _state(call: str, human: str, *, contested: bool) -> str:
    if contested:
        return "contested"
    if human == "?":
        return "no human data"
    if call == "·":
        return "undecided"
    return "aligned" if call == human else "not aligned"


def played(found: Alignment, measure: str) -> list[str]:
    """Contestants that made such decisions."""
    rows = found.choices[found.choices["measure"] == measure]
    return sorted(map(str, rows["contestant"].unique()))


def distributions(found: Alignment, measure: str, some: Sequence[str]) -> pd.DataFrame:
    """Histograms of a measure in bars of WIDTH: people and some contestants.

    Returns:
        Columns source, value (per cent of the pie, the bar's lower end), share.
    """
    edges = np.arange(0, 100 + 2 * WIDTH, WIDTH)
    parts = [
        pd.DataFrame(
            {
                "source": name,
                "value": edges[:-1],
                "share": np.histogram(values, edges, weights=shares)[0],
            }
        )
        for name, values, shares in _samples(found, measure, some)
    ]
    return pd.concat(parts, ignore_index=True)


def cumulative(found: Alignment, measure: str, some: Sequence[str]) -> pd.DataFrame:
    """Empirical distribution functions: people and some contestants.

    Returns:
        Columns source, value (per cent of the pie, from 0 to 100), share (of decisions up to it).
    """
    parts = []
    for name, values, shares in _samples(found, measure, some):
        whole = pd.Series(shares, index=values).groupby(level=0).sum()
        ends = pd.Series(0.0, index=[0.0, 100.0])
        steps = whole.add(ends, fill_value=0).cumsum()
        parts.append(
            pd.DataFrame({"source": name, "value": steps.index, "share": steps.to_numpy()})
        )
    return pd.concat(parts, ignore_index=True)


def _samples(
    found: Alignment, measure: str, some: Sequence[str]
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Names, values (per cent of the pie) and their shares."""
    for study in _of(found, measure):
        if study.cells is not None:
            bins = study.histogram
            yield study.name, bins.values, bins.share  # noqa: PD011 - no table
    for name, rows in _choices(found, measure, some).groupby("contestant"):
        yield str(name), rows["value"].to_numpy(float), np.full(len(rows), 1 / len(rows))


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


def curves(
    found: Alignment, measure: str, studies: Sequence[str], some: Sequence[str]
) -> pd.DataFrame:
    """Shares along offers or rounds: people and contestants.

    Args:
        found: the alignment.
        measure: acceptance (along offers), or cooperation (along rounds).
        studies: measures of studies that have such curves.
        some: contestants.

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
    chosen = _choices(found, measure, some)
    chosen = chosen.assign(x=pd.to_numeric(chosen[along], errors="coerce")).dropna(subset=["x"])
    if measure == "cooperation":  # decisions in games without rounds have none
        chosen = chosen[chosen["x"] > 0]
    means = chosen.groupby(["contestant", "x"])["value"].mean()
    own = means.rename("share").rename_axis(["source", "x"]).reset_index()
    return pd.concat([pd.DataFrame(rows), own], ignore_index=True) if rows else own


def _choices(found: Alignment, measure: str, some: Sequence[str]) -> pd.DataFrame:
    table = found.choices
    return table[(table["measure"] == measure) & table["contestant"].isin(some)]


def _of(found: Alignment, measure: str) -> list[Baseline]:
    return [study for study in found.studies.values() if study.measure == measure]
