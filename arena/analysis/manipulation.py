"""The manipulation checks of a run: did the inductions take?"""

from typing import NamedTuple

import pandas as pd

from arena.analysis.arms import controls
from arena.record.run import Run
from games import BadInput
from prompts import catalogue
from ratings.core.emotion import manipulation


class Found(NamedTuple):
    """What the checks of a run come to.

    Args:
        reports: of `ratings.core.emotion.manipulation.reports`.
        comparisons: of `ratings.core.emotion.manipulation.comparisons`.
        warnings: inductions that cannot be shown to have taken, in words.
    """

    reports: pd.DataFrame
    comparisons: pd.DataFrame
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
        for name, content in run.manifest["design"]["contestants"].items()
        if name in asked
    }
    induced = {name: content["emotion"]["induced"] for name, content in contents.items()}
    languages = {content["language"] for content in contents.values()}
    offered = min(len(catalogue().emotions(language)) for language in languages)
    reported = manipulation.reports(checks, induced)
    compared = manipulation.comparisons(checks, induced, controls(contents))
    return Found(reported, compared, manipulation.warnings(reported, compared, offered))
