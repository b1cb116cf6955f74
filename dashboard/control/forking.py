"""Forks started by the pages: `arena fork` in a process of its own, as runs are started."""

import subprocess
import sys
from pathlib import Path

from arena.core import files
from arena.forking.playing import FOLDER
from arena.record.lock import being_played
from games import BadInput

LOG = "log.txt"
_CHILDREN: list["subprocess.Popen[bytes]"] = []
"""Processes started here; they are polled, so that none stays behind as a zombie."""


def start(folder: Path, match: str, at: int, change: str, times: int, cap: float) -> None:
    """Fork a match in a process of its own; its output goes to the log of the run of forks.

    Args:
        folder: of the recorded run.
        match: id of the match.
        at: number of the decision.
        change: KEY=VALUE.
        times: continuations of each arm.
        cap: US dollars that all forks of the run may cost.

    Raises:
        BadInput: forks of this run are being played, or their folder cannot be written.
    """
    forks = folder / FOLDER
    _CHILDREN[:] = [child for child in _CHILDREN if child.poll() is None]
    try:
        files.make_folder(forks, exist_ok=True)
        if being_played(forks):
            raise BadInput(f"forks of {folder.name} are being played already: wait for their end")
        command = [sys.executable, "-m", "arena", "fork", str(folder), match, "--at", str(at)]
        command += [f"--change={change}", "--times", str(times), "--max-cost", str(cap), "--json"]
        with files.opened(forks / LOG, "ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command; the change was checked
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
    except OSError as error:
        raise BadInput(f"{forks} cannot be written: {error.strerror}") from None
    _CHILDREN.append(process)
