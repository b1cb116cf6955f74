"""The manipulation checks of a run: did the inductions take?"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple, TextIO

import pandas as pd

from arena.core.console import console
from arena.core.types import canonical
from arena.record.run import Run
from arena.report.drawing import Part, draw, rows
from games import BadInput
from prompts import catalogue
from ratings.core.emotion import manipulation

_CONTROLS = ("none", "placebo")
_INDUCTION = ("induced", "cause", "intensity")
"""What a contestant's emotion may differ in from its control arm's."""

_REPORTS = Part(
    "What contestants said they felt, after their last decision",
    "match: share of reports that name the induced emotion; valence from 1 (very unpleasant) to 9 "
    "(very pleasant), arousal from 1 (very calm) to 9 (very excited); read: share of checks that "
    "could be read.",
    {"induced": "{}", "quantity": "{}", "value": "{:.2f}"},
    "value",
)
_COMPARISONS = Part(
    "Against the control arm: the same contestant without the induction, or with a placebo",
    "Differences; of match, in the share that names the emotion induced in the contestant.",
    {"control": "{}", "quantity": "{}", "value": "{:+.2f}"},
    "value",
)
_INTERVALS = (
    "Intervals are of 95 %: Wilson's for shares and Newcombe's for their differences, with the "
    "effective number of reports; for means the bootstrap over blocks (matches under one seed). "
    "Reports are what contestants say, no more."
)


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


def check_text(run: Run, stream: TextIO) -> None:
    """Write the tables, then the warnings with their rule.

    Raises:
        BadInput: as `summary`.
    """
    found, to = summary(run), console(stream)
    draw(to, _REPORTS, found.reports)
    draw(to, _COMPARISONS, found.comparisons)
    for warning in found.warnings:
        to.print(f"\nWARNING: {warning}", markup=False)
    if not found.warnings and (found.reports["quantity"] == "match").any():
        to.print("\nEvery induction took.")
    to.print(f"\n{manipulation.RULE}\n{_INTERVALS}")


def check_json(run: Run) -> str:
    """The same as one JSON document; what is not a number is null.

    Raises:
        BadInput: as `summary`.
    """
    found = summary(run)
    document = {
        "name": run.manifest["name"],
        "design_hash": run.manifest["design_hash"],
        "reports": list(rows(found.reports)),
        "comparisons": list(rows(found.comparisons)),
        "warnings": found.warnings,
        "rule": manipulation.RULE,
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
