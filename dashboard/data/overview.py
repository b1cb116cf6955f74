"""Doubts about a run, computed once per revision."""

from arena.analysis.doubts import Doubt
from arena.analysis.doubts import doubts as found
from arena.analysis.rating import Request, rate
from arena.record.run import Run
from dashboard.data import runs as data
from dashboard.data.leaderboard import MOST
from games import BadInput


@data.kept
def doubts(run: Run) -> tuple[Doubt, ...]:
    """Doubts about a run; those about its ranking only if it can be rated within a page."""
    if sum(run.counts.values()) > MOST:
        return found(run)
    try:
        rated = rate([run], Request.checked(rounds=0))
    except BadInput:  # nothing can be rated, and the page says why where the ranking would be
        return found(run)
    return found(run, rated)
