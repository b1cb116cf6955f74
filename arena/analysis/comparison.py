"""Differences between runs in decisions and payoffs, in the places that both have."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from arena.analysis.due_decisions import DueDecisions
from arena.analysis.remarks import remarks
from arena.record.compatibility import differences
from arena.record.run import Run, distinct
from games import BadInput
from ratings.core.emotion.due_decisions import Scale
from ratings.core.statistics import student_t
from ratings.core.statistics.cluster_mean import ClusterMean, cluster_mean
from ratings.core.statistics.least_squares import holm

COLUMNS = {
    "run": "folder of the run",
    "reference": "folder of the run that it is compared with: the first",
    "game": "id of the game",
    "outcome": "what was decided, or payoff: points per match",
    "contestant": "who decided",
    "level": "mean over places in the run",
    "reference_level": "the same in the reference",
    "difference": "run less reference",
    "low": "lower end of its 95 % interval; missing with fewer than two clusters",
    "high": "upper end",
    "p": "two-sided p value of no difference",
    "holm": "the same, adjusted by Holm for all rows of the table",
    "clusters": "wordings or deals behind the difference, of both runs",
    "lost": "share of due decisions of the run that have no value",
    "reference_lost": "the same in the reference",
    "paired": "whether both runs met the same wordings or deals, so that units are compared",
}
"""All columns of the table, each with its meaning."""
_PLACE = ["outcome", "contestant", "cluster", "unit"]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Runs beside the first one.

    Attributes:
        runs: folders, in the order they were named.
        table: columns COLUMNS.
        remarks: differences between the designs, and remarks on the runs.
    """

    runs: tuple[str, ...]
    table: pd.DataFrame
    remarks: tuple[str, ...]


def compare(runs: Sequence[Run]) -> Comparison:
    """Differences of all runs to the first.

    A place is who sits opposite, in which seat, round and situation; only places of both runs
    count. Runs of one seed met the same wordings and deals: then the mean difference of units is
    tested. Otherwise the runs are independent samples of these (Welch's test over clusters).

    Args:
        runs: two at least.

    Raises:
        BadInput: there is one run only, a folder is named twice, or two runs cannot be compared:
            no game of the same rules, no contestant of the same name, or no place in common.

    Source: Welch (1947), The generalization of Student's problem when several different population
    variances are involved, Biometrika 34, 28 to 35.
    """
    if len(runs) < 2:  # noqa: PLR2004 - a comparison is of two
        raise BadInput("a comparison needs two runs: name the one to compare with first")
    distinct(runs)
    first, *others = runs
    for other in others:
        _check(first, other)
    known = _due(first)
    rows = [row for other in others for row in _rows(first, known, other)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    about = [line for other in others for line in apart(first, other)]
    for run in runs:
        run.require_design()
    folders = tuple(str(run.folder) for run in runs)
    return Comparison(folders, table.assign(holm=holm(table["p"])), (*about, *remarks(runs)))


def _check(first: Run, other: Run) -> None:
    """Refuse runs that have nothing in common, or call different things the same."""
    same_rules(first, other)
    one, two = (run.manifest.design["contestants"] for run in (first, other))
    if not one.keys() & two.keys():
        both = f"{first.folder} and {other.folder} cannot be compared"
        raise BadInput(f"{both}: no contestant of the same name is in both")


def same_rules(first: Run, other: Run) -> None:
    """Check that two runs have a game in common, and that games of one id have the same rules.

    Raises:
        BadInput: they have none, or a game has other rules.
    """
    one, two = first.manifest.design, other.manifest.design
    both = f"{first.folder} and {other.folder} cannot be compared"
    games = one["games"].keys() & two["games"].keys()
    if not games:
        raise BadInput(f"{both}: they have no game in common")
    for key in sorted(games):
        if other_rules := differences(_rules(one["games"][key]), _rules(two["games"][key])):
            raise BadInput(f"{both}: game {key!r} has other rules: {other_rules[0]}")


def _rules(game: Mapping[str, Any]) -> dict[str, Any]:
    """The rules of a game in a run, without its contestants and repetitions."""
    beside = {"repetitions", "contestants", "schedule"}
    return {key: value for key, value in game.items() if key not in beside}


def apart(first: Run, other: Run) -> Iterator[str]:
    """In what contestants of the same name differ, a line each."""
    one, two = (run.manifest.design["contestants"] for run in (first, other))
    for name in [each for each in one if each in two]:
        for line in differences(one[name], two[name]):
            yield f"{other.folder}: {name}: {line}"


def _rows(first: Run, known: Mapping[str, DueDecisions], other: Run) -> Iterator[dict[str, object]]:
    """One row for each game, outcome and contestant that both runs have."""
    there = _due(other)
    paired = first.manifest.design["seed"] == other.manifest.design["seed"]
    count = 0
    for game in sorted(known.keys() & there.keys()):
        scales = there[game].scales
        one, two = (_decided(due[game]) for due in (there, known))
        common = one[["outcome", "contestant", "unit"]].drop_duplicates()
        common = common.merge(two[["outcome", "contestant", "unit"]].drop_duplicates())
        one, two = one.merge(common), two.merge(common)
        for (outcome, contestant), arm in one.groupby(["outcome", "contestant"], sort=True):
            reference = two[(two["outcome"] == outcome) & (two["contestant"] == contestant)]
            count += 1
            yield {
                "run": str(other.folder),
                "reference": str(first.folder),
                "game": game,
                "outcome": outcome,
                "contestant": contestant,
                **_difference(arm, reference, scales[str(outcome)], paired=paired),
            }
    if not count:
        raise BadInput(
            f"{first.folder} and {other.folder} cannot be compared: nobody decided in the same "
            "seat against the same opponents in both"
        )


def _due(run: Run) -> dict[str, DueDecisions]:
    """The decisions of everybody, game by game."""
    design = run.manifest.design
    return {key: DueDecisions(run, key, design["contestants"]) for key in design["games"]}


def _decided(due: DueDecisions) -> pd.DataFrame:
    """Means of units, and the share of each that was lost, of choices and payoffs."""
    table = due.table
    kept = [name for name in table["outcome"].unique() if due.family(name) == "choices"]
    own = table[table["outcome"].isin(kept) & table["match"].notna()]  # not those of a whole policy
    lost = own["value"].isna().astype(float)
    units = own.assign(lost=lost).groupby(_PLACE, observed=True)
    return units.agg(value=("value", "mean"), lost=("lost", "mean")).reset_index()


def _difference(
    arm: pd.DataFrame, reference: pd.DataFrame, scale: Scale, *, paired: bool
) -> dict[str, object]:
    """The levels of one outcome, and their difference."""
    made, before = arm.dropna(subset="value"), reference.dropna(subset="value")
    lost = {"lost": arm["lost"].mean(), "reference_lost": reference["lost"].mean()}
    if paired:
        both = made.merge(before, on=_PLACE, suffixes=("", "_before"))
        gaps, width = both["value"] - both["value_before"], scale.high - scale.low
        gap = cluster_mean(gaps, both["cluster"], (-width, width))
        levels = both["value"].mean(), both["value_before"].mean()
        low, high, p, clusters = *gap.interval, gap.p, gap.clusters
        value = gap.value
    else:
        limits = scale.low, scale.high
        one, two = (cluster_mean(r["value"], r["cluster"], limits) for r in (made, before))
        levels, value = (one.value, two.value), one.value - two.value
        low, high, p = _welch(one, two)
        clusters = one.clusters + two.clusters
    return {
        "level": levels[0],
        "reference_level": levels[1],
        "difference": value,
        "low": low,
        "high": high,
        "p": p,
        "clusters": clusters,
        **lost,
        "paired": paired,
    }


def _welch(one: ClusterMean, two: ClusterMean) -> tuple[float, float, float]:
    """Interval and p value of the difference of two independent means over clusters."""
    error = float(np.hypot(one.error, two.error))
    if not error > 0:  # one cluster, or all agree
        return np.nan, np.nan, np.nan
    parts = one.error**4 / one.df + two.error**4 / two.df
    df, gap = error**4 / parts, one.value - two.value
    reach = student_t.quantile(0.975, df) * error
    return gap - reach, gap + reach, 2 * student_t.below(-abs(gap) / error, df)
