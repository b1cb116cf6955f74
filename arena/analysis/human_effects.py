"""The effects of induced emotions on what human studies are about: rows of the table of effects.

Variants of a game, such as budgets and offers, share a row. Where the design has a placebo of the
same cause, it is the reference; otherwise the arm without an induction is.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from arena.analysis.due_decisions import COLUMNS as DUE
from arena.analysis.due_decisions import DueDecisions
from arena.analysis.measured_outcomes import is_part, measure_of
from arena.record.run import Run
from prompts import PLACEBO
from ratings.core.emotion import effects as estimates
from ratings.core.emotion.contrasts import Contrast
from ratings.core.emotion.due_decisions import Scale
from ratings.core.human.arrows import DOWN, OPEN, SAME, UP, Arm
from ratings.core.human.directions import MIXED, induction_of
from ratings.core.human.distances import MARGINS
from ratings.core.human.measures import units

COLUMNS = {
    "base": "who decided but for the emotion",
    "game": "that was played, variants as one",
    "outcome": "as a table of directions has it",
    "emotion": "that was induced",
    "cause": "of it, or all",
    "intensity": "of it, unstated, or all",
    "induction": "incidental or integral; mixed, of pooled causes of both kinds",
    "against": "the emotion of the reference: placebo or none",
    **{name: text for name, text in estimates.EFFECTS.items() if name not in {"contrast", "arm"}},
    "call": "an arrow; = where the effect is shown to be within the margin",
}
"""Columns of `human_effects`."""

_ALL = "all"
_NO_ARROW = {"acceptance", "minimum", "coordination"}
"""Measures without directions: of answers, those to offers below half have one."""


class _Label(NamedTuple):
    """The induction of an arm, without the parts that are pooled."""

    emotion: str
    cause: str
    intensity: str


def human_effects(
    run: Run, due: Mapping[str, DueDecisions], arms: Mapping[str, Arm], by: Collection[str]
) -> pd.DataFrame:
    """The effects of all induced emotions.

    Args:
        run: the record.
        due: the decisions of `compared_decisions`.
        arms: contestants as cells of the design.
        by: cause, intensity, or both: an effect for each, instead of one for all.

    Returns:
        Columns COLUMNS.
    """
    induced = {arm.base for arm in arms.values() if arm.emotion != "none"}
    arms = {name: arm for name, arm in arms.items() if arm.base in induced}
    labels = {name: _label(arm, by) for name, arm in arms.items()}
    rows, scales = _directed(run.manifest.design["games"], due)
    rows = rows[rows["contestant"].isin(list(arms))]
    named = rows.assign(
        contestant=[arms[name].base for name in rows["contestant"]],
        arm=[" ".join(labels[name]) for name in rows["contestant"]],
    )
    contrasts = [*_contrasts(set(labels.values()))]
    table = estimates.effects(named, scales, [contrast for contrast, _, _ in contrasts])
    about = {contrast.arm: (label, against) for contrast, label, against in contrasts}
    return _described(table, about, arms)


def _directed(
    games: Mapping[str, Mapping[str, Any]], due: Mapping[str, DueDecisions]
) -> tuple[pd.DataFrame, dict[str, Scale]]:
    """Decisions that were due in outcomes that directions are about, and the scales of these."""
    scales: dict[str, Scale] = {}
    tables = []
    for key, decisions in due.items():
        game, own = games[key], decisions.scales
        named = {name: measure for name in own if (measure := _measure(name)) is not None}
        if not named:
            continue
        for name, measure in named.items():
            known = scales.get(measure, own[name])
            scales[measure] = replace(own[name], yes_no=own[name].yes_no and known.yes_no)
        table = decisions.table
        table = table[table["outcome"].isin(list(named))]
        repeated = ", repeated" * bool({"rounds", "continuation"} & game.keys())
        tables.append(
            table.assign(
                game=f"{game['name']}{repeated}",
                outcome=table["outcome"].map(named),
                unit=f"{key}: " + table["unit"],
            )
        )
    nothing = pd.DataFrame(columns=list(DUE))
    return pd.concat(tables, ignore_index=True) if tables else nothing, scales


def _measure(outcome: str) -> str | None:
    """The measure that an outcome of a game is, where directions speak of it."""
    measure = measure_of(outcome)
    return None if measure in _NO_ARROW and not is_part(outcome) else measure


def _label(arm: Arm, by: Collection[str]) -> _Label:
    if arm.emotion == "none":
        return _Label("none", "", "")
    cause = arm.cause if "cause" in by else _ALL
    return _Label(arm.emotion, cause, arm.intensity if "intensity" in by else _ALL)


def _contrasts(labels: Collection[_Label]) -> Iterator[tuple[Contrast, _Label, str]]:
    """Each induction with its reference, and the emotion of the reference."""
    placebos = {label.cause: label for label in labels if label.emotion == PLACEBO}
    for label in sorted(labels):
        reference = _Label("none", "", "")
        if label.emotion != PLACEBO:
            reference = placebos.get(label.cause, reference)
        if label.emotion != "none" and reference in labels:
            contrast = Contrast("", " ".join(label), " ".join(reference))
            yield contrast, label, reference.emotion


def _described(
    table: pd.DataFrame, about: Mapping[str, tuple[_Label, str]], arms: Mapping[str, Arm]
) -> pd.DataFrame:
    """The table with what each row is a contrast of, and its call."""
    labels = [about[arm][0] for arm in table["arm"]]
    margins = np.array([MARGINS[units(outcome)] for outcome in table["outcome"]])
    within = (table["bounds_low"] > -margins) & (table["bounds_high"] < margins)
    calls = table["arrow"].map({"+": UP, "-": DOWN}).to_numpy(dtype=object)
    described = table.rename(columns={"contestant": "base"}).assign(
        emotion=[label.emotion for label in labels],
        cause=[label.cause for label in labels],
        intensity=[label.intensity for label in labels],
        against=[about[arm][1] for arm in table["arm"]],
        induction=[
            _induction(base, label, arms)
            for base, label in zip(table["contestant"], labels, strict=True)
        ],
        call=np.where(table["arrow"] != "", calls, np.where(within, SAME, OPEN)),
    )
    order = ["base", "game", "outcome", "emotion", "cause", "intensity"]
    return described.sort_values(order, kind="stable", ignore_index=True)[[*COLUMNS]]


def _induction(base: str, label: _Label, arms: Mapping[str, Arm]) -> str:
    """Kind of the causes behind a row: incidental, integral or mixed."""
    kinds = {
        induction_of(arm.cause)
        for arm in arms.values()
        if (arm.base, arm.emotion) == (base, label.emotion) and label.cause in {arm.cause, _ALL}
    }
    return next(iter(kinds)) if len(kinds) == 1 else MIXED
