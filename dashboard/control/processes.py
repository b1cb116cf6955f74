"""Runs started by the pages: separate processes, watched and stopped from outside.

A page loses its state when it is reloaded; a run must not. Each run is therefore an `arena run` in
a session of its own, which locks the run's folder during play. A note in the folder holds the
process id. A run is stopped by an interrupt, as by Ctrl-C: calls in flight are finished and
recorded.
"""

import fcntl
import json
import math
import os
import signal
import subprocess
import sys
from pathlib import Path

from arena.core import files
from arena.design.tournament import Tournament, shipped
from arena.record.lock import being_played
from dashboard.plain import plain
from games import BadInput
from games.core import toml
from games.core.errors import unknown

NOTE = "control.json"
DESIGN = "design.toml"
LOG = "log.txt"

LARGEST = toml.LARGEST
"""Bytes of an uploaded design, at most."""

LONGEST = 200
"""Bytes of a run's name, at most: file systems allow few more."""

_TAIL = 4_000
"""Characters of a log that are shown."""


def uploaded(content: bytes, name: str) -> tuple[Tournament, str]:
    """A design sent by a user, checked.

    Raises:
        BadInput: it is too large, no text, no TOML, or no design.
    """
    text = toml.decoded(content, name)
    return Tournament(toml.loads(text, name), name, text), text


def start(root: Path, name: str, text: str, cap: float = 0.0) -> Path:
    """Play a design in a process of its own.

    Args:
        root: folder of runs.
        name: of the run.
        text: the design, as TOML.
        cap: US dollars that the run may cost altogether.

    Returns:
        The run's folder.

    Raises:
        BadInput: the folder cannot be written, there is a run of this name, or the cap cannot be.
    """
    _check(cap)
    folder = inside(root, name)
    try:
        files.make_folder(folder)  # whoever makes it has the name; the run's file comes later
        files.write_text(folder / DESIGN, text)
    except FileExistsError:
        raise BadInput(
            f"there is a run {name} already: go on with it, or choose another name"
        ) from None
    except OSError as error:
        raise BadInput(f"{folder} cannot be written: {error.strerror}") from None
    resume(folder, cap)
    return folder


def resume(folder: Path, cap: float | None = None) -> None:
    """Go on with a run whose design lies in its folder.

    Args:
        folder: of the run.
        cap: US dollars that the run may cost altogether, what was spent before included; None for
            the cap it was started with.

    Raises:
        BadInput: no design does, it is being played, or the cap cannot be.
        OSError: the folder cannot be written.
    """
    cap = noted_cap(folder) if cap is None else cap
    _check(cap)
    if not (folder / DESIGN).is_file():
        raise BadInput(
            f"{folder.name} was not started here: go on with arena run and its tournament file"
        )
    with files.opened(folder / DESIGN) as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # one page at a time, until the note is written
        if running(folder) or being_played(folder):
            raise BadInput(f"{folder.name} is being played already")
        process = _played(folder, cap)
        _CHILDREN.append(process)
        files.write_text(folder / NOTE, json.dumps({"pid": process.pid, "cap": cap}))


def noted_cap(folder: Path) -> float:
    """US dollars that a run may cost, as stated when a page began it; 0 if nothing was stated.

    Raises:
        BadInput: the note is a link.
    """
    cap = _noted(folder, "cap")
    return cap if cap is not None and 0 <= cap < math.inf else 0.0


def note_cap(folder: Path, cap: float) -> None:
    """Note what a run may cost that no process of its own plays.

    Raises:
        BadInput: the cap cannot be.
        OSError: the folder cannot be written.
    """
    _check(cap)
    files.write_text(folder / NOTE, json.dumps({"cap": cap}))


def _noted(folder: Path, what: str) -> float | None:
    """A number in a run's note; None if there is none."""
    files.refuse_link(folder / NOTE)
    try:
        return float(json.loads(files.read_text(folder / NOTE))[what])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _check(cap: float) -> None:
    if not 0 <= cap < math.inf:
        raise BadInput(f"the cap of a run that is started here is an amount from $0, not {cap:g}")


def _played(folder: Path, cap: float) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "arena", "run", str(folder / DESIGN), "--out", str(folder)]
    command += ["--max-cost", str(cap)]
    with files.opened(folder / LOG, "ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own command; paths are inside the runs folder
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


_CHILDREN: list["subprocess.Popen[bytes]"] = []
"""Processes started here; they are polled, so that none stays behind as a zombie."""


def running(folder: Path) -> bool:
    """Whether a process that was started here plays the run.

    Raises:
        BadInput: the note about the process is a link.
    """
    return _process(folder) is not None


def stop(folder: Path) -> None:
    """Interrupt a run that was started here; what is recorded stays.

    Raises:
        BadInput: it was not started here, or it is over.
    """
    if (pid := _process(folder)) is None:
        raise BadInput(
            f"{folder.name} is not being played by a process that was started here; one that was "
            "started in a terminal is stopped there, with Ctrl-C"
        )
    os.kill(pid, signal.SIGINT)


def log_tail(folder: Path) -> str:
    """Last lines of output of the run's process.

    Raises:
        BadInput: the log is a link.
    """
    try:
        return plain(files.read_text(folder / LOG)[-_TAIL:])
    except OSError:
        return ""


def inside(root: Path, name: str) -> Path:
    """The folder of a run.

    Raises:
        BadInput: the name is too long, or leads out of the folder of runs.
    """
    told = f"{name[:40]!r}{' …' if len(name) > 40 else ''}"  # noqa: PLR2004
    if not name.isprintable() or Path(name).name != name or name in {"", ".", ".."}:
        raise BadInput(f"{told} is no name for a run: it must be one line without slashes")
    if len(name.encode()) > LONGEST:
        raise BadInput(f"{told} is no name for a run: it must have at most {LONGEST} bytes")
    folder = root / name
    if folder.is_symlink():
        raise BadInput(f"{told} is no name for a run: it is a link")
    return folder


def shipped_design(name: str) -> str:
    """The text of a tournament that ships with the program."""
    if name not in (known := shipped()):
        raise unknown("tournament", name, known)
    return known[name].read_text(encoding="utf-8")


def _process(folder: Path) -> int | None:
    """The process that plays a run, if it was started here and is alive."""
    _CHILDREN[:] = [child for child in _CHILDREN if child.poll() is None]
    noted = _noted(folder, "pid")
    if noted is None or not 1 <= noted < math.inf:  # other numbers mean groups of processes
        return None
    try:
        os.kill(pid := int(noted), 0)
    except (OSError, OverflowError):
        return None
    if any(child.pid == pid for child in _CHILDREN):
        return pid
    # Numbers of processes are given again: make sure that this one plays this run.
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return pid if being_played(folder) else None
    return pid if str(folder).encode() in command else None
