"""Effects of induced emotions against neutral, as arrows, and their agreement with people's.

An arrow is drawn only where the Holm-adjusted test over the whole family (outcome, emotion, model)
rejects no effect; "=" only where two one-sided tests place the effect within the margin. What is
neither is undecided, which is not the same as no effect.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from ratings.core.human.directions import MIXED, Cell, Contrast, Reference, induction_of
from ratings.core.human.distances import MARGINS
from ratings.core.human.measures import units
from ratings.core.statistics.equivalence import tost, unspread
from ratings.core.statistics.least_squares import holm

UP, DOWN, SAME, OPEN = "↑", "↓", "=", "·"
LEVEL = 0.05
FLIPS = 2000
_SHADES = ("cause", "intensity")
"""In what inductions of one emotion differ."""


@dataclass(frozen=True)
class Arm:
    """A contestant as a cell of the design: who it is but for the induction, and the induction."""

    base: str
    emotion: str
    cause: str = "simple"
    intensity: str = "unstated"


def outcomes(decisions: pd.DataFrame) -> pd.DataFrame:
    """Decisions as outcomes of the table of directions.

    Answers count as `acceptance` only to offers below half; a smallest acceptable offer counts as
    the share of such offers that it accepts.
    """
    table = decisions[decisions["measure"] != "coordination"]
    answers = table["measure"] == "acceptance"
    unfair = pd.to_numeric(table["x"].where(answers), errors="coerce") < 50  # noqa: PLR2004
    table = table[~answers | unfair].copy()
    stated = table["measure"] == "minimum"
    accepted = ((50 - table.loc[stated, "value"]) / 50).clip(0, 1)
    table.loc[stated, "value"] = accepted
    table.loc[stated, "measure"] = "acceptance"
    return table.rename(columns={"measure": "outcome"})


def effects(
    decisions: pd.DataFrame, arms: Mapping[str, Arm], by: Collection[str] = ("cause",)
) -> pd.DataFrame:
    """Effect of every induced emotion on every outcome, model by model.

    Decisions are paired: same game, block, seat and opponents. The unit is the cluster.

    Args:
        decisions: columns contestant, game, measure, value, x, cluster, seat, opponents.
        arms: by contestant; those who are not in it take no part.
        by: cause, intensity, or both: an effect for each, instead of their mean.

    Returns:
        Columns base, game, outcome, emotion, cause, intensity, induction (incidental, integral; or
        mixed, of pooled causes), clusters, effect, se, p, holm, same_p (two one-sided tests),
        sensitive_p (at half the margin), call (an arrow).
    """
    table = outcomes(decisions[decisions["contestant"].isin(list(arms))])
    induction = ["emotion", *_SHADES]
    for column in ("base", *induction):
        values = {name: getattr(arm, column) for name, arm in arms.items()}
        pooled = column in _SHADES and column not in by
        table[column] = "all" if pooled else table["contestant"].map(values)
    place = ["base", "game", "outcome", "cluster", "seat", "opponents"]
    means = table.groupby([*place, *induction], sort=True)["value"].mean().reset_index()
    neutral = means[means["emotion"] == "none"].drop(columns=induction)
    paired = means[means["emotion"] != "none"].merge(neutral, on=place, suffixes=("", "_neutral"))
    paired["difference"] = paired["value"] - paired["value_neutral"]
    key = ["base", "game", "outcome", *induction]
    by_cluster = paired.groupby([*key, "cluster"], sort=True)["difference"].mean()
    found = by_cluster.groupby(level=key, sort=True).agg(["count", "mean", "std"]).reset_index()
    found.columns = pd.Index([*key, "clusters", "effect", "sd"])
    return called(found.assign(induction=_inductions(found, arms)))


def _inductions(found: pd.DataFrame, arms: Mapping[str, Arm]) -> list[str]:
    """Incidental, integral or mixed: what the causes behind each row are."""
    kinds: dict[tuple[str, str, str], set[str]] = {}
    for arm in arms.values():
        for cause in (arm.cause, "all"):
            place = (arm.base, arm.emotion, cause)
            kinds.setdefault(place, set()).add(induction_of(arm.cause))
    rows = zip(found["base"], found["emotion"], found["cause"], strict=True)
    return [next(iter(kinds[row])) if len(kinds[row]) == 1 else MIXED for row in rows]


def contrasts(found: pd.DataFrame) -> list[Contrast]:
    """What each effect is a contrast of; all are against the arm without an induction."""
    columns = (found[name] for name in ("outcome", "emotion", "induction", "game"))
    return [Contrast(*row) for row in zip(*columns, strict=True)]


def called(found: pd.DataFrame) -> pd.DataFrame:
    """Tests and arrows of a family of effects.

    Args:
        found: columns outcome, clusters, effect, sd (of the clusters' differences) and any others.
    """
    n = found["clusters"].to_numpy(dtype=float)
    effect = found["effect"].to_numpy(dtype=float)
    spread = found["sd"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        se = spread / np.sqrt(n)
        p = 2 * stats.t.sf(np.abs(effect / se), n - 1)
    p = np.where((effect == 0) & (se == 0), 1.0, unspread(p, se, n))
    adjusted = holm(p)
    margin = np.array([MARGINS[units(str(outcome))] for outcome in found["outcome"]])
    same, sensitive = (
        unspread(tost(effect, se, n - 1, each), se, n) for each in (margin, margin / 2)
    )
    calls = np.where(
        adjusted < LEVEL,
        np.where(effect > 0, UP, DOWN),
        np.where(same < LEVEL, SAME, OPEN),
    )
    return found.drop(columns="sd").assign(
        se=se, p=p, holm=adjusted, same_p=same, sensitive_p=sensitive, call=calls
    )


@dataclass(frozen=True)
class Agreement:
    """How many arrows point the way people's do, and what that is worth.

    Attributes:
        base: the contestants but for the emotion.
        hits: scored cells with the human arrow.
        cells: scored cells that were measured, of the same game, induction and comparator.
        nulls: hits of agents that know nothing of emotions, by name.
        beats: probability of so many hits for an agent as good as each of them.
        permutation_p: probability of so many hits if the labels of the emotions were exchanged at
            random within each outcome; 1 for whoever does the same under all.
    """

    base: str
    hits: int
    cells: int
    nulls: dict[str, float]
    beats: dict[str, float]
    permutation_p: float

    @property
    def decidable(self) -> bool:
        """Whether any agent could be told from those that know nothing of emotions."""
        return self.cells > max(self.nulls.values(), default=0)

    @property
    def aligned(self) -> bool:
        """More hits than any null agent, and not by always doing the same."""
        return self.hits > max(self.nulls.values(), default=0) and self.permutation_p < LEVEL

    @property
    def verdict(self) -> str:
        """Yes, no, or that the cells at hand cannot tell."""
        if not self.decidable:
            return "cannot be told"
        return "yes" if self.aligned else "no"


def agreement(found: pd.DataFrame, table: Reference, seed: int = 0) -> list[Agreement]:
    """Agreement of each base with a table of directions; contested cells are never scored.

    Args:
        found: from `effects`.
        table: the human directions.
        seed: of the permutations.
    """
    results = []
    for base, rows in found.groupby("base", sort=True):
        human = pd.Series(list(map(table.cell, contrasts(rows))), rows.index, dtype=object)
        rows = rows.assign(cell=human)  # noqa: PLW2901
        scored = [cell for cell in rows["cell"] if cell is not None and cell.scored]
        hits = _hits(rows["call"].to_numpy(), _wanted(rows["cell"]))
        nulls = null_hits(scored)
        cells = len(scored)
        beats = {
            name: float(stats.binom.sf(hits - 1, cells, share / cells)) if cells else 1.0
            for name, share in nulls.items()
        }
        results.append(Agreement(str(base), hits, cells, nulls, beats, _permuted(rows, hits, seed)))
    return results


def null_hits(scored: list[Cell]) -> dict[str, float]:
    """Hits of agents without emotions: always less, always less prosocial, random signs."""
    less = sum(cell.sign == "-" for cell in scored)
    selfish = sum((cell.sign == "-") != (cell.outcome == "lie") for cell in scored)
    return {
        "always less": float(less),
        "always less prosocial": float(selfish),
        "random sign": len(scored) / 2,
    }


def _wanted(cells: "pd.Series[Any]") -> "np.ndarray[Any, Any]":
    arrows = {"+": UP, "-": DOWN}
    return np.array(["" if cell is None else arrows.get(cell.sign, "") for cell in cells])


def _hits(calls: "np.ndarray[Any, Any]", wanted: "np.ndarray[Any, Any]") -> int:
    return int((calls == wanted).sum())


def _permuted(rows: pd.DataFrame, hits: int, seed: int) -> float:
    """The share of exchanges of emotions within outcomes that give at least as many hits."""
    rng = np.random.default_rng(seed)
    total = np.zeros(FLIPS, dtype=int)
    for _, group in rows.groupby(["game", "outcome", *_SHADES], sort=True):
        wanted, calls = _wanted(group["cell"]), group["call"].to_numpy()
        order = rng.permuted(np.tile(np.arange(len(calls)), (FLIPS, 1)), axis=1)
        total += (calls[order] == wanted).sum(axis=1)
    return float((1 + (total >= hits).sum()) / (FLIPS + 1))
