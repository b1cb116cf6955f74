"""Remarks that every result carries: the registration of its runs, and changes of served models."""

from collections.abc import Iterable

from arena.record.drift import drift
from arena.record.registration import analysis_of, standing
from arena.record.run import Run


def remarks(runs: Iterable[Run]) -> tuple[str, ...]:
    """Lines about the runs that a result rests on; none of runs with nothing to say of.

    Raises:
        BadInput: a file beside a run cannot be read.
    """
    every = list(runs)
    lines = ((run, line) for run in every for line in _registration(run))
    if len(every) == 1:
        return *(line for _, line in lines), *drift(every)
    return *(f"{run.folder}: {line}" for run, line in lines), *drift(every)


def _registration(run: Run) -> Iterable[str]:
    state = standing(run)
    if state.date or analysis_of(run.manifest.design) is not None:
        yield "; ".join((state.words, *state.differences))
