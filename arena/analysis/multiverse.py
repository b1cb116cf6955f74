"""A multiverse: each effect under all reasonable choices of analysis, with the spread.

Source: Steegen, Tuerlinckx, Gelman and Vanpaemel (2016), Increasing transparency through a
multiverse analysis, Perspectives on Psychological Science 11, 702 to 712.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from arena.analysis.due_decisions import REGISTERED
from arena.analysis.effects import EffectsRequest, asked, estimated
from arena.analysis.result import Result
from arena.record.run import Run
from ratings.core.emotion import effects as estimates
from ratings.core.emotion.contrasts import Contrast
from ratings.core.emotion.due_decisions import KEYS, Scale
from ratings.core.emotion.effects import ALPHA

VOIDS = {
    "dropped": "lost decisions are left out",
    "lowest": "they count as the lowest value of the outcome",
    "highest": "they count as the highest",
}
"""Void rules, each in words."""
WORDINGS = ("all", "first half", "second half")
"""Parts of the clusters; halves by their names, which say nothing of what was decided."""

COLUMNS = {
    "game": "id of the game",
    "outcome": "what was decided",
    "contestant": "who decided, but for the treatment",
    "emotion": "what was induced; empty for steps of the mode",
    "arm": "whose decisions",
    "reference": "compared with whose",
    "contrast": "what the difference is called",
    "yes_no": "whether the level is a share of decisions",
    "void": "the void rule, of VOIDS",
    "wordings": "the clusters, of WORDINGS",
    "units": "units in which both arms have a decision",
    "clusters": "clusters that have such a unit",
    "effect": "mean difference of the units' means, arm less reference",
    "low": "lower end of its 95 % interval",
    "high": "upper end",
    "p": "two-sided p value of no effect, not adjusted",
}
"""Columns of the analyses."""

SPREAD = {
    "analyses": "how many gave an effect",
    "least": "the smallest effect of them",
    "median": "the middle one",
    "most": "the largest",
    "above": "share of them that lies above 0 with p below .05",
    "below": "share of them that lies below 0 with p below .05",
}
"""Columns of the spread, after game, outcome, contestant, emotion, arm and yes_no."""

_PLACE = ["game", "outcome", "contestant", "emotion", "arm", "yes_no"]


@dataclass(frozen=True, eq=False)
class Multiverse(Result):
    """The analyses of a run, one a row of the table."""

    @property
    def spread(self) -> pd.DataFrame:
        """The range of the effects of each arm and outcome, over all analyses and references."""
        told = self.table[self.table["effect"].notna()]
        sure = told["p"] < ALPHA
        counted = told.assign(
            above=(sure & (told["effect"] > 0)).astype(float),
            below=(sure & (told["effect"] < 0)).astype(float),
        )
        grouped = counted.groupby(_PLACE, sort=False)
        return grouped.agg(
            analyses=("effect", "size"),
            least=("effect", "min"),
            median=("effect", "median"),
            most=("effect", "max"),
            above=("above", "mean"),
            below=("below", "mean"),
        ).reset_index()


def multiverse(run: Run, request: EffectsRequest | None = None) -> Multiverse:
    """Every effect under each void rule and each half of the wordings, against each reference.

    Args:
        run: the run.
        request: which rows; all if not given, or those in place of which the design names one.

    Raises:
        BadInput: as `arena.analysis.effects.effects` has it.
    """
    wanted, analysis = asked(run, request or EffectsRequest())
    rows = estimated(run, wanted, _every, analysis)
    if analysis is not None:
        registered = rows[rows["family"] == REGISTERED][_PLACE].drop_duplicates()
        rows = rows.merge(registered, on=_PLACE)
    table = rows.reindex(columns=list(COLUMNS))
    return Multiverse.of(run, table)


def _every(
    decisions: pd.DataFrame, scales: Mapping[str, Scale], contrasts: Sequence[Contrast]
) -> pd.DataFrame:
    """The estimator of all analyses; takes what `ratings.core.emotion.effects.effects` takes."""
    tables = [
        estimates.effects(rows, scales, contrasts).assign(void=void, wordings=wordings)
        for void, known in _voids(decisions, scales)
        for wordings, rows in _halves(known)
        if len(rows)
    ]
    if not tables:
        return estimates.effects(decisions, scales, contrasts)
    return pd.concat(tables, ignore_index=True).sort_values(
        [*KEYS, "arm"], kind="stable", ignore_index=True
    )


def _voids(
    decisions: pd.DataFrame, scales: Mapping[str, Scale]
) -> Iterator[tuple[str, pd.DataFrame]]:
    """The decisions under each void rule; where there are limits to count lost ones by."""
    yield "dropped", decisions
    for void in ("lowest", "highest"):
        ends = {
            name: scale.low if void == "lowest" else scale.high for name, scale in scales.items()
        }
        end = decisions["outcome"].map(ends).astype(float)
        lost = decisions["lost"] != ""
        value = decisions["value"].astype(float).mask(lost, end)
        counted = decisions.assign(value=value, lost="")
        yield void, counted[np.isfinite(end)]


def _halves(decisions: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """All decisions, and those of every other cluster of each game, in the order of their names."""
    yield "all", decisions
    names = np.sort(decisions["cluster"].unique())
    first = decisions["cluster"].isin(names[::2])
    yield "first half", decisions[first]
    yield "second half", decisions[~first]
