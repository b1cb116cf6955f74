"""Manipulation checks of a run, as tables for people or as JSON."""

from collections.abc import Iterator
from typing import TextIO

import pandas as pd

from arena.analysis.manipulation import summary
from arena.analysis.remarks import remarks
from arena.core.console import console
from arena.record.run import Run
from arena.report.as_json import as_json
from arena.report.drawing import Part, draw
from arena.report.grid import say
from ratings.core.emotion import manipulation
from ratings.core.human.felt import felt

_REPORTS = Part(
    "What contestants said they felt, after their last decision",
    "match: share of reports that name the induced emotion; valence from 1 (very unpleasant) to 9 "
    "(very pleasant), arousal from 1 (very calm) to 9 (very excited); read: share of checks that "
    "could be read.",
    {"arm": "{}", "quantity": "{}", "value": "{:.2f}"},
    "value",
)
_COMPARISONS = Part(
    "Against each control arm: the same contestant without the induction, or with a placebo or a "
    "neutral vector",
    "Differences; of match, in the share that names the emotion induced in the contestant.",
    {"control": "{}", "quantity": "{}", "value": "{:+.2f}"},
    "value",
)
_PEOPLE = (
    "Where people place these words on a grid of valence and arousal, here by a straight line from "
    "1 to 9 (what the word means to people, not how they felt under an induction):"
)
_INTERVALS = (
    "Intervals are of 95 %: Wilson's for shares and Newcombe's for their differences, with the "
    "effective number of reports; for means the bootstrap over blocks (matches under one seed). "
    "Reports are what contestants say, no more."
)


def check_text(run: Run, stream: TextIO) -> None:
    """Write the tables, then the warnings with their rule.

    Raises:
        BadInput: no contestant was asked for a self-report.
    """
    checks, to = summary(run), console(stream)
    for line in remarks([run]):
        say(to, line)
    draw(to, _REPORTS, checks.reports)
    draw(to, _COMPARISONS, checks.comparisons)
    for warning in checks.warnings:
        to.print(f"\nWARNING: {warning}", markup=False)
    for line in _placed(checks.people):
        to.print(line, markup=False)
    if not checks.warnings and (checks.reports["quantity"] == "match").any():
        to.print("\nEvery induction took.")
    to.print(f"\n{manipulation.RULE}\n{_INTERVALS}")


def _placed(people: pd.DataFrame) -> Iterator[str]:
    """People's placement of the words of the induced emotions, one line each."""
    if len(people):
        yield f"\n{_PEOPLE} {felt().citation}, {felt().people:,} people."
    for emotion, placed in people.groupby("emotion", sort=True):
        pairs = zip(placed["quantity"], placed["value"], strict=True)
        yield f"  {emotion}: " + ", ".join(f"{scale} {value:.1f}" for scale, value in pairs)


def check_json(run: Run) -> str:
    """The tables as one JSON document; missing numbers are null.

    Raises:
        BadInput: no contestant was asked for a self-report.
    """
    checks = summary(run)
    document = {
        "name": run.manifest.name,
        "design_hash": run.manifest.design_hash,
        "remarks": remarks([run]),
        "reports": checks.reports,
        "comparisons": checks.comparisons,
        "people": checks.people,
        "warnings": checks.warnings,
        "rule": manipulation.RULE,
    }
    return as_json(document)
