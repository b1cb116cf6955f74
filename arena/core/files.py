"""Files of a run: private to their owner, and never opened through a symbolic link.

A run's folder may come from another person. A folder named by the user may be a link. A link inside
the folder is refused, since it could lead to any file of the user.
"""

import json
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from games import BadInput

_FILE = 0o600
_FOLDER = 0o700
_BESIDE = ("", "-wal", "-shm", "-journal")
"""Suffixes of the files that SQLite keeps for one database."""


def make_folder(folder: Path, *, exist_ok: bool = False) -> None:
    """Make a folder that only its owner can enter, for every umask.

    Parent folders are made with the umask. An existing folder keeps its permissions.

    Raises:
        OSError: it cannot be made; FileExistsError if it exists and must not.
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
    """Open a file of a run; a new file is readable by its owner only.

    Args:
        path: path of the file.
        mode: mode of `open`.
        text: encoding and newline, as for `open`.

    Raises:
        BadInput: it is a symbolic link, a pipe or a device.
        OSError: it cannot be opened.
    """
    refuse_link(path)
    return open(path, mode, opener=_descriptor, **text)


def read_text(path: Path) -> str:
    """Text of a file of a run, with broken characters replaced.

    Raises:
        BadInput, OSError: errors of `opened`.
    """
    with opened(path, encoding="utf-8", errors="replace") as file:
        return str(file.read())


def write_text(path: Path, text: str) -> None:
    """Write a text to a file of a run.

    Raises:
        BadInput, OSError: errors of `opened`.
    """
    with opened(path, "w", encoding="utf-8") as file:
        file.write(text)


def read_object(path: Path, fields: str) -> dict[str, Any] | None:
    """The JSON object in a file of a run; None if there is no file.

    Args:
        path: path of the file.
        fields: fields of the object, for the message about a file without one.

    Raises:
        BadInput: the file cannot be read, or holds no JSON object.
    """
    try:
        text = read_text(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise BadInput(f"{path} is no JSON: it must hold an object with {fields}") from None
    if not isinstance(data, dict):
        raise BadInput(f"{path} must hold an object with {fields}")
    return data


def replace_file(path: Path, content: bytes) -> None:
    """Write a file of a run whole or not at all. It is on the disk when this returns.

    Raises:
        BadInput, OSError: errors of `opened`.
    """
    part = path.with_name(f"{path.name}.part")
    with opened(part, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the disk keeps names of files apart from their content
    finally:
        os.close(folder)


def database(path: Path, *, create: bool = False) -> Path:
    """Path of a run's database, checked for symbolic links, which SQLite would follow.

    SQLite gives its other files the permissions of the database.

    Args:
        path: path of the database.
        create: whether to create a missing file.

    Raises:
        BadInput: the database, or another file of SQLite for it, is a symbolic link.
        OSError: the file cannot be created.
    """
    for ending in _BESIDE:
        refuse_link(path.with_name(path.name + ending))
    if create and not path.exists():  # closing the file of an open database would free its locks
        opened(path, "ab").close()
    return path.parent.resolve() / path.name


def refuse_link(path: Path) -> None:
    """Refuse a symbolic link, a pipe or a device in the folder of a run.

    Raises:
        BadInput: the path is one.
        OSError: the path cannot be examined.
    """
    with suppress(FileNotFoundError):
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            raise BadInput(f"{path} is a link: inside a run's folder no link is followed")
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise BadInput(f"{path} is a pipe or a device: a run's folder holds files")


def _descriptor(path: str, flags: int) -> int:
    """Descriptor of an opened file. A link created meanwhile is an error; pipes do not block."""
    flags |= os.O_NOFOLLOW | os.O_NONBLOCK
    if flags & os.O_CREAT:
        with suppress(FileExistsError):
            made = os.open(path, flags | os.O_EXCL, _FILE)
            os.fchmod(made, _FILE)
            return made
    return os.open(path, flags & ~os.O_CREAT)
