"""Files of a run: private to their owner, and never reached through a link.

A run's folder may come from somebody else. Whoever names a folder means it, even if it is a link;
inside it a link would lead a command or a page to files that nobody named.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from games import BadInput

_FILE = 0o600
_FOLDER = 0o700
_BESIDE = ("", "-wal", "-shm", "-journal")
"""Endings of the files that SQLite keeps for one database."""


def make_folder(folder: Path, *, exist_ok: bool = False) -> None:
    """Make a folder that its owner alone can enter, whatever the umask.

    Folders above it are made as the umask has them; a folder that is there keeps its permissions.

    Raises:
        OSError: it cannot be made; FileExistsError if it is there and must not be.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(_FOLDER)
    except FileExistsError:
        if not (exist_ok and folder.is_dir()):
            raise
    else:
        folder.chmod(_FOLDER)


def opened(path: Path, mode: str = "r", **text: Any) -> IO[Any]:  # noqa: ANN401 - as `open` takes it
    """Open a file of a run, which its owner alone can read if it is made now.

    Args:
        path: of the file.
        mode: as `open` takes it.
        text: encoding and newline, likewise.

    Raises:
        BadInput: it is a link, a pipe or a device.
        OSError: it cannot be opened.
    """
    refuse_link(path)
    return open(path, mode, opener=_descriptor, **text)


def read_text(path: Path) -> str:
    """The text of a file of a run, its broken characters replaced.

    Raises:
        BadInput, OSError: as `opened` has it.
    """
    with opened(path, encoding="utf-8", errors="replace") as file:
        return str(file.read())


def write_text(path: Path, text: str) -> None:
    """Make a file of a run hold a text.

    Raises:
        BadInput, OSError: as `opened` has it.
    """
    with opened(path, "w", encoding="utf-8") as file:
        file.write(text)


def database(path: Path, *, create: bool = False) -> Path:
    """Where SQLite may open a run's database; SQLite itself would follow a link.

    Its other files get the permissions of the database.

    Args:
        path: of the database.
        create: whether to make the file if it is not there.

    Raises:
        BadInput: the database, or one of the files that SQLite keeps beside it, is a link.
        OSError: the file cannot be made.
    """
    for ending in _BESIDE:
        refuse_link(path.with_name(path.name + ending))
    if create and not path.exists():  # closing the file of an open database would free its locks
        opened(path, "ab").close()
    return path.parent.resolve() / path.name


def refuse_link(path: Path) -> None:
    """Refuse to go through a link, a pipe or a device in the folder of a run.

    Raises:
        BadInput: there is one.
        OSError: nobody can tell.
    """
    with suppress(FileNotFoundError):
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            raise BadInput(f"{path} is a link: inside a run's folder no link is followed")
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise BadInput(f"{path} is a pipe or a device: a run's folder holds files")


def _descriptor(path: str, flags: int) -> int:
    """An open file. A link that was put there meanwhile is an error, and a pipe is not awaited."""
    flags |= os.O_NOFOLLOW | os.O_NONBLOCK
    if flags & os.O_CREAT:
        with suppress(FileExistsError):
            made = os.open(path, flags | os.O_EXCL, _FILE)
            os.fchmod(made, _FILE)
            return made
    return os.open(path, flags & ~os.O_CREAT)
