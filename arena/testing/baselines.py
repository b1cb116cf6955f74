"""`check_baseline`: errors in the file of a human study."""

import re
from collections.abc import Iterator
from pathlib import Path

from arena.testing.conformance import Check, flaws, require
from ratings.core.human.studies import Baseline, read_study

_TOLERANCE = 1e-6


def source_is_stated(study: Baseline) -> Iterator[str]:
    """A study describes itself in a sentence."""
    if not study.about.endswith("."):
        yield f"the first line of the file, {study.about!r}, is no sentence in a comment"


def year_is_stated(study: Baseline) -> Iterator[str]:
    """A study says when it was published."""
    if not re.search(r"\(\d{4}", study.citation):
        yield f"the citation {study.citation!r} states no year in brackets"


def shares_sum_to_one(study: Baseline) -> Iterator[str]:
    """The shares of a distribution sum to one, and its counts to the decisions."""
    if study.cells is None:
        return
    if abs(total := float(study.histogram.share.sum()) - 1) > _TOLERANCE:
        yield f"shares sum to {1 + total:g}"
    if study.decisions != "unknown" and sum(c for *_, c in study.cells) != study.decisions:
        yield f"counts of the cells do not sum to decisions = {study.decisions}"


CHECKS: tuple[Check[Baseline], ...] = (source_is_stated, year_is_stated, shares_sum_to_one)
"""Checks of a study's sample, in addition to those of reading it."""


def check_baseline(path: Path) -> None:
    """Check the file of a human study.

    Args:
        path: of the file.

    Raises:
        Nonconforming: a sample is not as every sample must be; a line names each flaw.
        BadInput: the file cannot be read, or a key is wrong; the message names it.
    """
    for name, study in read_study(path).items():
        require(name, (line for check in CHECKS for line in flaws(check, study)))
