"""Doubts about a run, and its report; computed once per revision."""

from arena.analysis.doubts import Doubt
from arena.analysis.doubts import doubts as found
from arena.record.run import Run
from arena.report.page import run_page
from dashboard.data import runs as data
from dashboard.data.leaderboard import MOST


@data.kept
def doubts(run: Run) -> tuple[Doubt, ...]:
    """Doubts about a run; about ratings only if it can be rated within a page."""
    return found(run, rating=sum(run.counts.values()) <= MOST)


@data.kept
def report(run: Run) -> bytes:
    """The page that `arena report` writes."""
    return run_page(run).encode()
