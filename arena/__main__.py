"""The command `arena`: errors a user can mend end in one line and exit status 2."""

import sqlite3
import sys
from importlib.util import find_spec
from pathlib import Path

_PACKAGES = ("agents", "dashboard", "games", "prompts", "ratings")


def main() -> None:
    """Run the command line."""
    _ours()
    from arena.interruption import quiet_end  # noqa: PLC0415 - what it imports must be ours

    with quiet_end():
        _run()


def _run() -> None:
    import arena.cli_dashboard  # noqa: PLC0415
    import arena.cli_games  # noqa: PLC0415
    import arena.cli_runs  # noqa: PLC0415, F401 - these add their commands
    from arena.cli import app  # noqa: PLC0415
    from games.core.errors import BadInput  # noqa: PLC0415

    try:
        app(prog_name="arena")
    except BadInput as error:
        _stop(str(error))
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise  # a mistake of this program
    except sqlite3.DatabaseError as error:
        _stop(f"the file of a run cannot be read: {error}")


def _ours() -> None:
    """Refuse to start if another distribution's package hides one of ours.

    Our packages have short names; `agents`, for one, is also the import name of another project.
    """
    root = Path(__file__).resolve().parent.parent
    for name in _PACKAGES:
        spec = find_spec(name)
        found = Path(spec.origin).resolve() if spec and spec.origin else None
        if found is None or found.parent.parent != root:
            where = f"is hidden by another one at {found}" if found else "is missing"
            _stop(
                f"our package {name!r} {where}; install affect-arena in an environment of its own"
            )


def _stop(reason: str) -> None:
    sys.stderr.write(f"arena: {' '.join(reason.split())}\n")
    sys.exit(2)


if __name__ == "__main__":
    main()
