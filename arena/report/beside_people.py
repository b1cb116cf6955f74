"""A run beside people, as tables for charts: arrows, distances, distributions, curves."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from arena.analysis.alignment import Alignment
from arena.plots.faces import PEOPLE
from arena.report.alignment import HEADS, heads, sheets
from ratings.core.human.agreement import contrasts
from ratings.core.human.distances import table as comparison_table
from ratings.core.human.measures import PERCENT
from ratings.core.human.sameness import YES
from ratings.core.human.studies import Baseline

WIDTH = 10
"""Per cent of the pie in a bar of a histogram."""

ARROWS = {"+": "↑", "-": "↓", "0": "="}

AS_PEOPLE = "as in people, by itself"
"""An arrow that is as in people, of a contestant whose directions are not, or cannot be told."""

MEAN = "mean"
"""Stands where the others have an emotion."""


def arrows(alignment: Alignment) -> pd.DataFrame:
    """Effects of induced emotions beside the human direction, after the means without emotion.

    Returns:
        Columns base, cell (emotion or MEAN, and outcome; game and cause, where there are several),
        place (of the emotion; -1 of means), game, emotion, outcome, arrow (or the mean), human,
        effect, disputed, state: aligned (as in people, of a contestant whose directions are
        people's), AS_PEOPLE (as in people, of any other), not aligned, undecided, contested
        (people's direction is disputed), no human data, MEAN; contestant and key: whose decisions
        in which game of the design these are, each empty if there are several or none. The first
        rows are those of the base PEOPLE.
    """
    assert alignment.effects is not None
    rows = _arrow_rows(alignment, alignment.effects)
    order = {outcome: at for at, outcome in enumerate(heads(alignment))}
    keys = ["place", "outcome", "game", "base"]
    table = pd.DataFrame(rows).sort_values(
        keys, key=lambda c: c.map(order) if c.name == "outcome" else c, ignore_index=True
    )
    people = table.drop_duplicates("cell").assign(base=PEOPLE, effect=np.nan, state=PEOPLE)
    people["arrow"] = people["human"].replace("?", "")
    means = _means(alignment, set(table["base"]))
    of_people = means["base"] == PEOPLE
    parts = [means[of_people], people, means[~of_people], table]
    return _traced(alignment, pd.concat([part for part in parts if len(part)], ignore_index=True))


def _arrow_rows(alignment: Alignment, effects: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The effects of contestants, each with the human direction."""
    kinds = {name: effects.groupby("outcome")[name].agg(set) for name in ("game", "cause")}
    moved = {each.base for each in alignment.verdicts if each.directions == YES}
    places = {emotion: at for at, emotion in enumerate(alignment.emotions)}
    for row, contrast in zip(effects.itertuples(), contrasts(effects), strict=True):
        outcome, emotion, game = str(row.outcome), str(row.emotion), str(row.game)
        cell = alignment.directions.cell(contrast)
        human = "?" if cell is None else ARROWS.get(cell.sign, "?")
        contested = cell is not None and cell.grade == "contested"
        head = [f"{emotion} · {HEADS.get(outcome, outcome)}"]
        head += [str(getattr(row, name)) for name in kinds if len(kinds[name][outcome]) > 1]
        yield {
            "base": row.base,
            "cell": " ".join(head),
            "place": places.get(emotion, len(places)),
            "game": game,
            "emotion": emotion,
            "outcome": outcome,
            "arrow": row.call,
            "human": human,
            "effect": row.effect,
            "state": _state(
                str(row.call), human, contested=contested, aligned=str(row.base) in moved
            ),
            "disputed": contested,
        }


def _traced(alignment: Alignment, table: pd.DataFrame) -> pd.DataFrame:
    """The table with whose decisions in which game the cells are about."""
    made = alignment.choices[["contestant", "game", "measure"]].drop_duplicates()
    made["outcome"] = made["measure"].replace("minimum", "acceptance")
    made["base"] = [alignment.arms[who].base for who in made["contestant"]]
    made["emotion"] = [alignment.arms[who].emotion for who in made["contestant"]]
    groups = made.groupby(["base", "emotion", "outcome"])[["contestant", "game"]].agg(set)
    single = groups.map(lambda names: next(iter(names)) if len(names) == 1 else "")
    own = table.assign(emotion=table["emotion"].replace(MEAN, "none"))
    at = pd.MultiIndex.from_frame(own[["base", "emotion", "outcome"]])
    traced = single.reindex(at, fill_value="")
    return table.assign(contestant=traced["contestant"].to_numpy(), key=traced["game"].to_numpy())


def _means(alignment: Alignment, bases: set[str]) -> pd.DataFrame:
    """The first columns of the tables of arrows of `arena align`: means without emotion."""
    rows = [
        {
            "base": PEOPLE if line["model"] == "Human" else line["model"],
            "cell": f"{MEAN} · {head}",
            "place": -1,
            "emotion": MEAN,
            "outcome": outcome,
            "arrow": line[head],
            "human": "",
            "effect": np.nan,
            "state": MEAN,
            "disputed": False,
        }
        for sheet in sheets(alignment)
        if sheet.name in {"alignment", "repeated", "others"}
        for outcome, head in heads(alignment).items()
        if head in sheet.table and (sheet.table[head] != "–").any()
        for line in sheet.table.to_dict("records")
        if line["model"] in {*bases, "Human"}
    ]
    return pd.DataFrame(rows)


def _state(call: str, human: str, *, contested: bool, aligned: bool) -> str:
    if contested:
        return "contested"
    if human == "?":
        return "no human data"
    if call == "·":
        return "undecided"
    if call != human:
        return "not aligned"
    return "aligned" if aligned else AS_PEOPLE


def distributions(alignment: Alignment, measure: str, some: Sequence[str]) -> pd.DataFrame:
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
        for name, values, shares in _samples(alignment, measure, some)
    ]
    return pd.concat(parts, ignore_index=True)


def cumulative(alignment: Alignment, measure: str, some: Sequence[str]) -> pd.DataFrame:
    """Empirical distribution functions: people and some contestants.

    Returns:
        Columns source, value (per cent of the pie, from 0 to 100), share (of decisions up to it).
    """
    parts = []
    for name, values, shares in _samples(alignment, measure, some):
        whole = pd.Series(shares, index=values).groupby(level=0).sum()
        ends = pd.Series(0.0, index=[0.0, 100.0])
        steps = whole.add(ends, fill_value=0).cumsum()
        parts.append(
            pd.DataFrame({"source": name, "value": steps.index, "share": steps.to_numpy()})
        )
    return pd.concat(parts, ignore_index=True)


def _samples(
    alignment: Alignment, measure: str, some: Sequence[str]
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Names, values (per cent of the pie) and their shares."""
    for study in _of(alignment, measure):
        if study.cells is not None:
            bins = study.histogram
            yield study.name, bins.values, bins.share  # noqa: PD011 - no table
    for name, rows in _choices(alignment, measure, some).groupby("contestant"):
        yield str(name), rows["value"].to_numpy(float), np.full(len(rows), 1 / len(rows))


def ruler(alignment: Alignment) -> pd.DataFrame:
    """Distances on one scale.

    Returns:
        Columns contestant, measure, study, kind (distance; noise floor; 95 % of people's draws;
        two human samples), value (points of the pie, or probability), low, high (of the distance).
    """
    table = comparison_table(alignment.comparisons)
    if table.empty:
        return pd.DataFrame(columns=["contestant", "game", "measure", "study", "kind", "value"])
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


def floors(alignment: Alignment) -> pd.DataFrame:
    """Distances from people of the same game: of each game and measure, the largest sample.

    As in the verdict, contestants have no induced emotion, and samples of another game, or of
    people who are not counted, are left out.

    Returns:
        Columns contestant, game, measure, study, and in points, as in `arena align`: distance, low,
        high (of its interval; missing if there is none), floor (95 % of 100 people).
    """
    counted = [
        each
        for each in alignment.comparisons
        if alignment.arms[each.contestant].emotion == "none"
        and not each.mismatch
        and not np.isnan(each.floor_95)
    ]
    studies = alignment.studies
    counted.sort(key=lambda each: _size(studies[each.baseline]))
    largest = {(each.game, each.measure): each.baseline for each in counted}
    rows = [
        (each.contestant, each.game, each.measure, each.baseline, *(scale * v for v in figures))
        for each in counted
        if largest[each.game, each.measure] == each.baseline
        for scale in [1 if studies[each.baseline].units == PERCENT else 100]
        for figures in [(each.distance, each.distance_low, each.distance_high, each.floor_95)]
    ]
    columns = ["contestant", "game", "measure", "study", "distance", "low", "high", "floor"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["game", "measure", "contestant"], ignore_index=True)


def _size(study: Baseline) -> int:
    """Number of people; 0 where groups alone are counted."""
    return 0 if study.people == "unknown" else study.people


def payoff_map(alignment: Alignment) -> pd.DataFrame:
    """Cooperation by temptation and sucker's payoff, where people's is known as a map of games.

    Returns:
        Columns contestant, temptation, sucker, cooperation (a share), study; the rows of PEOPLE
        come first. Empty unless several such games were played.
    """
    known = [
        (each, alignment.games[each.game])
        for each in alignment.comparisons
        if alignment.studies[each.baseline].map is not None
    ]
    if len({each.game for each, _ in known}) < 2:  # noqa: PLR2004 - one game is no map
        known = []
    shares = {
        (who, game["temptation"], game["sucker"], each.baseline): share
        for of_people in (True, False)
        for each, game in known
        for who, share in [(PEOPLE, each.human) if of_people else (each.contestant, each.mean)]
    }
    rows = [(who, t, s, share, study) for (who, t, s, study), share in shares.items()]
    return pd.DataFrame(
        rows, columns=["contestant", "temptation", "sucker", "cooperation", "study"]
    )


def curves(
    alignment: Alignment, measure: str, studies: Sequence[str], some: Sequence[str]
) -> pd.DataFrame:
    """Shares along offers or rounds: people and contestants.

    Args:
        alignment: the alignment.
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
        for study in _of(alignment, name)
        for place, height in study.points or ()
        if not isinstance(place, str)
    ]
    chosen = _choices(alignment, measure, some)
    chosen = chosen.assign(x=pd.to_numeric(chosen[along], errors="coerce")).dropna(subset=["x"])
    if measure == "cooperation":  # decisions in games without rounds have none
        chosen = chosen[chosen["x"] > 0]
    means = chosen.groupby(["contestant", "x"])["value"].mean()
    own = means.rename("share").rename_axis(["source", "x"]).reset_index()
    return pd.concat([pd.DataFrame(rows), own], ignore_index=True) if rows else own


def _choices(alignment: Alignment, measure: str, some: Sequence[str]) -> pd.DataFrame:
    table = alignment.choices
    return table[(table["measure"] == measure) & table["contestant"].isin(some)]


def _of(alignment: Alignment, measure: str) -> list[Baseline]:
    return [study for study in alignment.studies.values() if study.measure == measure]
