"""The command `arena`: errors a user can mend end in one line and exit status 2."""

import errno
import sqlite3
import sys
from functools import cache
from importlib.metadata import (
    PackageNotFoundError,
    PackagePath,
    distribution,
    packages_distributions,
)
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from arena.core.signals import quiet_end

_PACKAGES = ("agents", "dashboard", "games", "prompts", "ratings")
_DISTRIBUTION = "affect-arena"
_ALONE = "install affect-arena in an environment of its own"
_NO_MORE_FILES = (
    "too many files are open, and the system allows no more: raise the limit (ulimit -n)"
)


def main() -> None:
    """Run the command line; a signal ends it with its exit status and without a traceback."""
    with quiet_end():
        _ours()
        _run()


def _run() -> None:
    import arena.cli.assistants  # noqa: PLC0415
    import arena.cli.control  # noqa: PLC0415
    import arena.cli.dashboard  # noqa: PLC0415
    import arena.cli.forks  # noqa: PLC0415
    import arena.cli.games  # noqa: PLC0415
    import arena.cli.imports  # noqa: PLC0415
    import arena.cli.inventory  # noqa: PLC0415
    import arena.cli.items  # noqa: PLC0415
    import arena.cli.lab  # noqa: PLC0415
    import arena.cli.lab_records  # noqa: PLC0415
    import arena.cli.moral  # noqa: PLC0415
    import arena.cli.new  # noqa: PLC0415
    import arena.cli.planning  # noqa: PLC0415
    import arena.cli.runs  # noqa: PLC0415
    import arena.cli.simulating  # noqa: PLC0415
    import arena.cli.vectors  # noqa: PLC0415, F401 - these add their commands
    from arena.cli.app import app  # noqa: PLC0415 - what it imports must be ours, see below

    try:
        app(prog_name="arena")
    except Exception as error:
        if (line := _mistake(error)) is None:
            raise
        _stop(line)


def _mistake(error: Exception) -> str | None:
    """The line that a user can act on; None for a mistake of this program."""
    from agents.core.access.secrets import redacted  # noqa: PLC0415 - its imports must be ours
    from games.core.errors import BadInput  # noqa: PLC0415 - likewise

    if isinstance(error, BadInput):
        return redacted(str(error))
    if isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError)):
        return None
    if isinstance(error, OSError):
        full = error.errno in {errno.EMFILE, errno.ENFILE}
        return _NO_MORE_FILES if full else None
    if isinstance(error, sqlite3.DatabaseError):
        return f"the file of a run cannot be read: {error}"
    return _damage()


def _damage() -> str | None:
    """The first damage of the runs that the command names, if content makes no sense because of it.

    The folders are taken from the arguments, since an error may come from anywhere.
    """
    from arena.record.damage import damage  # noqa: PLC0415 - rarely needed
    from arena.record.place import FILE  # noqa: PLC0415
    from games import BadInput  # noqa: PLC0415

    for path in (Path(argument) / FILE for argument in sys.argv[1:]):
        if path.is_file():
            address = f"{path.resolve().as_uri()}?mode=ro"
            try:
                for line in damage(path, address):
                    return f"{path} is damaged: {line}; arena verify names all damage"
            except (BadInput, sqlite3.DatabaseError) as error:
                return str(error)
    return None


def _ours() -> None:
    """Refuse to start beside another distribution that owns a package of the same name.

    Our packages have short names; `agents`, for one, is also the import name of openai-agents.
    """
    root = Path(__file__).resolve().parent.parent
    for name in _PACKAGES:
        spec = find_spec(name)
        origin = Path(spec.origin).resolve() if spec and spec.origin else None
        if origin is None:
            _stop(f"our package {name!r} is missing; {_ALONE}")
        elif origin.parent.parent != root:
            _stop(f"our package {name!r} is hidden by {_owner(name) or origin}; {_ALONE}")
        elif _mixed(root / name):
            _stop(f"our package {name!r} is mixed with that of {_owner(name)}; {_ALONE}")


def _mixed(folder: Path) -> bool:
    """Whether a package's folder holds files that this distribution did not install."""
    ours = {path.parts[1] for path in _installed() if path.parts[0] == folder.name}
    # A checkout that is installed in place lists none of its files.
    return bool(ours) and any(
        entry.name not in ours and entry.name != "__pycache__" for entry in folder.iterdir()
    )


@cache
def _installed() -> tuple[PackagePath, ...]:
    """The files that this distribution installed, if it is installed."""
    try:
        return tuple(distribution(_DISTRIBUTION).files or ())
    except PackageNotFoundError:
        return ()


def _owner(name: str) -> str:
    """The other distributions that installed a package of this name."""
    owners = dict.fromkeys(packages_distributions().get(name, ()))
    return " and ".join(owner for owner in owners if owner != _DISTRIBUTION)


def _stop(reason: str) -> NoReturn:
    from arena.core.terminal import visible  # noqa: PLC0415 - its imports must be ours, see above

    sys.stderr.write(f"arena: {visible(' '.join(reason.split()))}\n")
    sys.exit(2)


if __name__ == "__main__":
    main()
