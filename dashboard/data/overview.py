"""Doubts about a run, computed once per revision."""

from arena.analysis.doubts import Doubt
from arena.analysis.doubts import doubts as found
from arena.record.run import Run
from dashboard.data import runs as data
from dashboard.data.leaderboard import MOST


@data.kept
def doubts(run: Run) -> tuple[Doubt, ...]:
    """Doubts about a run; about ratings only if it can be rated within a page."""
    return found(run, rating=sum(run.counts.values()) <= MOST)
