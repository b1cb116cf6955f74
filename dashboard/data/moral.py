"""Moral judgements of a run; computed once per revision."""

from arena.analysis.moral import Moral, moral
from arena.record.judgements import shows_vignettes
from arena.record.run import Run
from dashboard.data import runs as data


@data.kept
def judgements(run: Run) -> Moral | None:
    """All that `arena moral` says; None for a run without vignettes."""
    return moral(run) if shows_vignettes(run) else None
