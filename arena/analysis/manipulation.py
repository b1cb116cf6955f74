"""Manipulation checks of a run: tests of its inductions."""

from typing import NamedTuple

import pandas as pd

from arena.analysis.arms import controls
from arena.analysis.treatments import Induction
from arena.record.run import Run
from games import BadInput
from prompts import VOCABULARY
from ratings.core.emotion import manipulation
from ratings.core.human.felt import felt, grid

_SCALE = (1, 9)
"""Ends of the scales of valence and arousal."""


class Found(NamedTuple):
    """Results of the manipulation checks of a run.

    Args:
        reports: result of `ratings.core.emotion.manipulation.reports`.
        comparisons: result of `ratings.core.emotion.manipulation.comparisons`.
        people: people's placement of the words of the induced emotions, from
            `ratings.core.human.felt.grid`, on the scales of the check.
        warnings: messages on inductions without a demonstrated effect.
    """

    reports: pd.DataFrame
    comparisons: pd.DataFrame
    people: pd.DataFrame
    warnings: list[str]


def summary(run: Run) -> Found:
    """The tables and the warnings.

    Raises:
        BadInput: no contestant was asked for a self-report.
    """
    run.require_design()
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
    arms = {name: str(Induction.of(each["emotion"], ())) for name, each in contents.items()}
    reported = manipulation.reports(checks, induced, arms)
    compared = manipulation.comparisons(checks, induced, controls(contents))
    placed = grid(felt(), *_SCALE)
    people = placed[placed["emotion"].isin(set(induced.values()))].reset_index(drop=True)
    return Found(reported, compared, people, manipulation.warnings(reported, compared, offered))
