"""The manipulation checks of a run: did the inductions take?"""

from typing import NamedTuple

import pandas as pd

from arena.analysis.arms import controls
from arena.record.run import Run
from games import BadInput
from prompts import VOCABULARY
from ratings.core.emotion import manipulation
from ratings.core.human.felt import felt, grid

_SCALE = (1, 9)
"""Ends of the scales of valence and arousal that are asked."""


class Found(NamedTuple):
    """What the checks of a run come to.

    Args:
        reports: of `ratings.core.emotion.manipulation.reports`.
        comparisons: of `ratings.core.emotion.manipulation.comparisons`.
        people: where people place the words of the emotions induced here, as
            `ratings.core.human.felt.grid` gives it, on the scales of the check.
        warnings: inductions that cannot be shown to have taken, in words.
    """

    reports: pd.DataFrame
    comparisons: pd.DataFrame
    people: pd.DataFrame
    warnings: list[str]


def summary(run: Run) -> Found:
    """The tables and the warnings.

    Raises:
        BadInput: no contestant was asked.
    """
    checks = run.checks()
    if checks.empty:
        raise BadInput(
            f"no contestant in {run.folder} was asked how it feels: self_report = true asks it"
        )
    asked = set(checks["contestant"])
    contents = {
        name: content
        for name, content in run.manifest.design["contestants"].items()
        if name in asked
    }
    induced = {name: content["emotion"]["induced"] for name, content in contents.items()}
    offered = min(len(content.get("vocabulary", VOCABULARY)) for content in contents.values())
    reported = manipulation.reports(checks, induced)
    compared = manipulation.comparisons(checks, induced, controls(contents))
    placed = grid(felt(), *_SCALE)
    people = placed[placed["emotion"].isin(set(induced.values()))].reset_index(drop=True)
    return Found(reported, compared, people, manipulation.warnings(reported, compared, offered))
