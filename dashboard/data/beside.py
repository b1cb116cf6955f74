"""Two runs beside each other: whether they can be, and in what their contestants differ."""

from pathlib import Path

from arena.analysis import comparison
from dashboard.data import runs as data


def label(contestant: str, run: str) -> str:
    """A contestant's name beside those of another run."""
    return f"{contestant} ({run})"


def apart(folder: Path, other: Path) -> tuple[str, ...]:
    """In what contestants of the same name differ between two runs, a line each.

    Raises:
        BadInput: the runs have no game in common, or call different rules by the same id.
    """
    with data.opened(folder) as one, data.opened(other) as two:
        comparison.same_rules(one, two)
        return tuple(comparison.apart(one, two))
