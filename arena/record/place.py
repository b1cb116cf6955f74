"""Where a run lies: the file in its folder, and folders whose names are near a misspelt one."""

import os
from difflib import get_close_matches
from pathlib import Path

from arena.record.errors import NoRun

FILE = "run.sqlite"
"""The run, in its folder."""


def stamp(path: Path) -> tuple[int, ...]:
    """A mark that changes whenever the file of a run is written to, for as long as it is there."""
    marks: list[int] = []
    for each in (path, path.with_name(f"{path.name}-wal")):
        try:
            status = each.lstat()
        except OSError:
            status = None
        # Reading makes an empty journal, which says nothing.
        marks += [status.st_mtime_ns, status.st_size] if status and status.st_size else [0, 0]
    return tuple(marks)


def require_run(folder: Path) -> None:
    """Refuse a folder without a run.

    Raises:
        NoRun: there is no run; the message names the folder of a similar name that holds one.
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
