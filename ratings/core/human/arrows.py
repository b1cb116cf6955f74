"""Effects of induced emotions against neutral, as arrows.

An arrow is drawn only where the Holm-adjusted test over the whole family (outcome, emotion, model)
rejects no effect; "=" only where two one-sided tests place the effect within the margin. What is
neither is undecided, which is not the same as no effect.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ratings.core.human.agreement import EFFECTS
from ratings.core.human.directions import MIXED, induction_of
from ratings.core.human.distances import MARGINS
from ratings.core.human.measures import units
from ratings.core.statistics.equivalence import tost, unspread
from ratings.core.statistics.least_squares import holm

UP, DOWN, SAME, OPEN = "↑", "↓", "=", "·"
LEVEL = 0.05
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


def as_table(found: pd.DataFrame) -> pd.DataFrame:
    """Effects in the columns of a table of effects, which knows more of what was lost.

    Args:
        found: from `effects`.

    Returns:
        Columns `ratings.core.human.agreement.EFFECTS`.
    """
    reach = stats.t.ppf(1 - LEVEL / 2, found["clusters"] - 1) * found["se"]
    low, high = found["effect"] - reach, found["effect"] + reach
    arrow = found["call"].map({UP: "+", DOWN: "-"}).fillna("")
    ends = {"low": low, "high": high, "bounds_low": low, "bounds_high": high}
    named = found.rename(columns={"base": "contestant"})
    return named.assign(arrow=arrow, **ends)[[*EFFECTS]]
