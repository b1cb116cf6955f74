"""The manipulation checks of a run, as tables in words or as JSON."""

import json
from typing import TextIO

from arena.analysis.manipulation import summary
from arena.core.console import console
from arena.record.run import Run
from arena.report.drawing import Part, draw, rows
from ratings.core.emotion import manipulation

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
        "name": run.manifest.name,
        "design_hash": run.manifest.design_hash,
        "reports": list(rows(found.reports)),
        "comparisons": list(rows(found.comparisons)),
        "warnings": found.warnings,
        "rule": manipulation.RULE,
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
