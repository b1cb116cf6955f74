"""Location of a run: the file in its folder, and folders with names similar to a misspelt one."""

import os
from difflib import get_close_matches
from pathlib import Path

from arena.record.errors import NoRun

FILE = "run.sqlite"
"""Name of the run's file in its folder."""


def stamp(path: Path) -> tuple[int, ...]:
    """A value that changes with every write to the file of a run, as long as the file exists."""
    marks: list[int] = []
    for each in (path, path.with_name(f"{path.name}-wal")):
        try:
            status = each.lstat()
        except OSError:
            status = None
        # Reading creates an empty journal, which is ignored.
        marks += [status.st_mtime_ns, status.st_size] if status and status.st_size else [0, 0]
    return tuple(marks)


def require_run(folder: Path) -> None:
    """Refuse a folder without a run.

    Raises:
        NoRun: there is no run; the message names a folder with a similar name and a run.
    """
    if os.path.lexists(folder / FILE):
        return
    near = get_close_matches(folder.name, _neighbours(folder), n=1)
    hint = f"; did you mean {_neighbours(folder)[near[0]]}?" if near else ""
    raise NoRun(f"there is no run in {folder} (no file {FILE}){hint}")


def _neighbours(folder: Path) -> dict[str, Path]:
    """Folders of runs beside a folder and in `runs`, by their names."""
    try:
        places = (folder.parent, Path("runs"))
        files = [file for place in places for file in sorted(place.glob(f"*/{FILE}"))]
    except OSError:
        return {}
    return {file.parent.name: file.parent for file in reversed(files)}
