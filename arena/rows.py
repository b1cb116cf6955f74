"""Rows of a run's tables, from what happened in a match."""

from dataclasses import astuple
from typing import Any

from arena.records import Checked, Played, canonical


def check_row(check: Checked) -> list[Any]:
    """A manipulation check, without its match."""
    report = check.answer.report
    said = (None,) * 3 if report is None else astuple(report)
    return [check.player, str(check.answer.verdict), *said]


def decision_row(played: Played) -> list[Any]:
    """A decision, without its match and number."""
    made, affect = played.decision, played.decision.affect
    report = astuple(affect) if affect else (None,) * 4
    action = None if made.action is None else canonical(made.action)
    return [played.player, played.turn, action, *report, str(made.verdict)]
