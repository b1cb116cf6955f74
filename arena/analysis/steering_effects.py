"""Effects of steering vectors in a run: each arm's rank among the random directions of its dose."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from arena.analysis.displayed_arms import DisplayedArms
from arena.analysis.due_decisions import DueDecisions
from arena.analysis.treatments import NONE, Induction, induced_arms
from arena.record.run import Run
from prompts import PLACEBO
from prompts.core.rendering.emotion import NEUTRAL, RANDOM
from ratings.core.emotion.due_decisions import KEYS
from ratings.core.emotion.effects import levels
from ratings.core.emotion.random_directions import RANKS, ranked

STEERED = {
    "game": "id of the game",
    "outcome": "what was decided",
    "contestant": "who decided, but for the treatment",
    "dose": "of the random directions, and of the vector where the arm has one",
    "arm": "whose decisions",
    "emotion": "what was induced in the arm; mixture, where several vectors were added",
    "means": "vector; for comparison prompt, an induction in words, or display, of the opponent",
    "yes_no": "whether the level is a share of decisions",
    "unsteered": "level of the same contestant without any induction",
    **RANKS,
}
"""Columns of `steered`."""

_CONTROLS = (NEUTRAL, PLACEBO)


def steered(
    run: Run,
    first: Mapping[str, int],
    pooled: Collection[str] = (),
    outcomes: Sequence[str] = (),
    emotions: Sequence[str] = (),
) -> pd.DataFrame:
    """Each arm's rank among random directions; empty if no arm of the design has a vector.

    Args:
        run: the run.
        first: by game, the first block that is read.
        pooled: cause, intensity, or both: arms of inductions in words that differ in these alone
            are one.
        outcomes: names; none for all.
        emotions: that were induced; none for all.
    """
    arms = steered_arms(run, pooled)
    displayed = DisplayedArms.of(run.manifest.design["contestants"], arms)
    lines: list[dict[str, Any]] = []
    nulls: list[list[float]] = []
    for key in first if arms else ():
        due = DueDecisions(run, key, [*arms, *displayed.viewers], first[key])
        for place, known in _levels(due, arms, displayed, outcomes):
            _rank(place, known, emotions, lines, nulls)
    if not lines:
        return pd.DataFrame(columns=[*STEERED])
    return ranked(pd.DataFrame(lines), nulls).reindex(columns=[*STEERED])


def _levels(
    due: DueDecisions,
    arms: Mapping[str, tuple[str, Induction]],
    displayed: DisplayedArms,
    outcomes: Sequence[str],
) -> Iterator[tuple[dict[str, Any], dict[Induction, float]]]:
    """Each outcome of a game: KEYS and yes_no, and the level of each arm."""
    rows = due.table
    if outcomes:
        rows = rows[rows["outcome"].isin(list(outcomes))]
    who = zip(rows["contestant"], rows["opponents"], strict=True)
    named = [arms.get(name) or displayed.arm(name, opponent) for name, opponent in who]
    rows = rows[[each is not None for each in named]]
    treated = [each for each in named if each is not None]
    if not treated:
        return
    inductions = {str(arm): arm for _, arm in treated}
    rows = rows.assign(contestant=[b for b, _ in treated], arm=[str(a) for _, a in treated])
    for about, level in levels(rows, due.scales).groupby(list(KEYS), sort=False):
        place: dict[str, Any] = dict(zip(KEYS, about, strict=True))
        place["yes_no"] = due.scales[place["outcome"]].yes_no
        named_levels = zip(level["arm"], level["level"], strict=True)
        yield place, {inductions[arm]: value for arm, value in named_levels}


def steered_arms(run: Run, pooled: Collection[str] = ()) -> dict[str, tuple[str, Induction]]:
    """Arms of contestants that are steered in some arm."""
    arms = induced_arms(run.manifest.design["contestants"], pooled)
    moved = {base for base, arm in arms.values() if arm.dose is not None}
    return {name: (base, arm) for name, (base, arm) in arms.items() if base in moved}


def _rank(
    place: Mapping[str, Any],
    known: Mapping[Induction, float],
    emotions: Collection[str],
    lines: list[dict[str, Any]],
    nulls: list[list[float]],
) -> None:
    """Add a line for each arm and dose of one outcome, with the levels of its null.

    Args:
        place: of the outcome.
        known: level of each arm.
        emotions: that are wanted; all if empty.
        lines: to which lines are added.
        nulls: to which their random directions' levels are added.
    """
    random: dict[float, list[float]] = {}
    for arm, level in known.items():
        if arm.dose is not None and arm.emotion == RANDOM:
            random.setdefault(arm.dose, []).append(level)
    for arm, level in known.items():
        if arm.emotion in {NONE, RANDOM} or (emotions and arm.emotion not in emotions):
            continue
        for dose in [*random] if arm.dose is None else [arm.dose]:
            lines.append(
                {
                    **place,
                    "dose": dose,
                    "arm": str(arm),
                    "emotion": arm.emotion,
                    "means": _means(arm),
                    "unsteered": known.get(Induction(NONE), np.nan),
                    "level": level,
                    "tested": arm.dose is not None and arm.emotion not in _CONTROLS,
                }
            )
            nulls.append(random.get(dose, []))


def _means(arm: Induction) -> str:
    """By what means an arm is under its emotion."""
    if arm.shown:
        return "display"
    return "prompt" if arm.dose is None else "vector"
