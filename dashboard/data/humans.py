"""Comparison of a run with people, computed once per revision."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from arena.analysis.alignment import Alignment, align, unstudied
from arena.record.run import Run
from arena.report import verdicts as report
from arena.report.alignment import sheets
from arena.report.tables import Sheet
from dashboard.data import runs as data
from dashboard.data.beside import label
from ratings.core.human.directions import DEFAULT
from ratings.core.human.measures import percent_measures

DISTRIBUTIONS = percent_measures()
"""Measures in per cent of the pie."""


@data.kept
def alignment(run: Run, studies: tuple[str, ...], directions: str = DEFAULT) -> Alignment:
    """Tables of `arena align`; with the primary studies by default."""
    return align(run, studies, directions=directions)


def labels(alignments: Mapping[str, Alignment], measure: str) -> dict[str, tuple[str, str]]:
    """The run and the name of each contestant with decisions in a measure, by a label of its own.

    Args:
        alignments: by run.
        measure: of a study.
    """
    several = len(alignments) > 1
    return {
        label(who, run) if several else who: (run, who)
        for run, alignment in alignments.items()
        for who in played(alignment, measure)
    }


def joined(
    alignments: Mapping[str, Alignment],
    labelled: Mapping[str, tuple[str, str]],
    column: str,
    table: Callable[[Alignment, list[str]], pd.DataFrame],
) -> pd.DataFrame:
    """Tables of several runs in one; what both have of people is there once.

    Args:
        alignments: by run.
        labelled: as `labels` gives them, of the contestants to show.
        column: column of contestants, and perhaps of studies.
        table: makes the table of one run and some of its contestants.
    """
    parts = []
    for run, alignment in alignments.items():
        own = {who: name for name, (whose, who) in labelled.items() if whose == run}
        part = table(alignment, [*own])
        parts.append(part.assign(**{column: [own.get(name, name) for name in part[column]]}))
    known = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(known, ignore_index=True).drop_duplicates(ignore_index=True)


def studied(folder: Path) -> bool:
    """Whether there is human data about a game of the run."""
    games = data.design(folder)["design"]["games"]
    return len(unstudied(games)) < len(games)


def verdicts(aligned: Alignment) -> pd.DataFrame:
    """Verdicts of `arena align` with reasons: columns of `arena.report.verdicts`."""
    return report.table(aligned, why=True)


def measured_emotions(aligned: Alignment) -> Sheet | None:
    """The table of felt emotion of `arena align`; None if the run has no effect on its outcomes."""
    return next((sheet for sheet in sheets(aligned) if sheet.name == "felt"), None)


def unpaired(aligned: Alignment) -> str:
    """Reason for missing effects of emotions, as a sentence; empty if there are effects."""
    if aligned.effects is None:
        return (
            "No emotion was induced in this run: add contestants that differ in emotion.induced to "
            "see whether emotions move them as they move people."
        )
    neutral = {arm.base for arm in aligned.arms.values() if arm.emotion == "none"}
    moved = {name: arm for name, arm in aligned.arms.items() if arm.emotion != "none"}
    if not aligned.effects.empty:
        return ""
    if not any(arm.base in neutral for arm in moved.values()):
        return (
            f"Emotions were induced in {', '.join(moved)}, but nobody is the same without: add "
            "contestants that differ from them in emotion.induced alone."
        )
    return (
        f"Emotions were induced in {', '.join(moved)}, but none of their decisions has its like "
        "without: an effect compares the same seat of the same game, in the same repetition, "
        "against the same others. Let each of them and its neutral twin play the same opponents."
    )


def played(aligned: Alignment, measure: str) -> list[str]:
    """Contestants with decisions in a measure."""
    rows = aligned.choices[aligned.choices["measure"] == measure]
    return sorted(map(str, rows["contestant"].unique()))
