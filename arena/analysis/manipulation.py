"""The manipulation checks of a run: did the inductions take?"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from arena.core.types import canonical
from arena.record.run import Run
from games import BadInput
from prompts import PLACEBO, VOCABULARY
from ratings.core.emotion import manipulation

_CONTROLS = ("none", PLACEBO)
_INDUCTION = ("induced", "cause", "intensity")
"""What a contestant's emotion may differ in from its control arm's."""


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
        for name, content in run.manifest.design["contestants"].items()
        if name in asked
    }
    induced = {name: content["emotion"]["induced"] for name, content in contents.items()}
    offered = min(len(content.get("vocabulary", VOCABULARY)) for content in contents.values())
    reported = manipulation.reports(checks, induced)
    compared = manipulation.comparisons(checks, induced, controls(contents))
    return Found(reported, compared, manipulation.warnings(reported, compared, offered))


def controls(contents: Mapping[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Of each contestant with an induced emotion: those who are alike but for the induction.

    A placebo has a cause too, and is a control of inductions with the same cause.
    """

    def fits(arm: str, name: str) -> bool:
        one, other = (contents[who]["emotion"] for who in (arm, name))
        return bool(one["induced"] == "none" or one["cause"] == other["cause"])

    alike: dict[str, list[str]] = {}
    for name, content in contents.items():
        if content["emotion"]["induced"] in _CONTROLS:
            alike.setdefault(_bare(content), []).append(name)
    return {
        name: [arm for arm in alike.get(_bare(content), []) if fits(arm, name)]
        for name, content in contents.items()
        if content["emotion"]["induced"] not in _CONTROLS
    }


def _bare(content: dict[str, Any]) -> str:
    emotion = {key: value for key, value in content["emotion"].items() if key not in _INDUCTION}
    return canonical({**content, "emotion": emotion})
