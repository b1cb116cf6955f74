"""`compare`: what differs between runs."""

from arena.analysis import comparison
from arena.api.frames import Estimates
from arena.api.runs import Run


def compare(*runs: Run) -> Estimates:
    """Differences of runs to the first one, in decisions and payoffs.

    Args:
        runs: two at least, with games of the same rules and contestants of the same names.

    Returns:
        The columns of `arena.analysis.comparison.COLUMNS`, which `attrs["columns"]` explains.

    Raises:
        BadInput: the runs cannot be compared; the message says why.
    """
    compared = comparison.compare([run.record for run in runs])
    return Estimates.of(
        compared.table,
        f"Compared with {compared.runs[0]}",
        comparison.COLUMNS,
        drawn=("difference", "low", "high"),
        group="outcome",
        shown=("run", "game", "outcome", "contestant", "level", "reference_level", "holm"),
        remarks=compared.remarks,
        reference=0,
    )
