"""What can go wrong with what a user wrote, and with a move.

Everything a user can get wrong ends as a `BadInput`: one line that names the culprit and says what
would be right. The command line prints that line and exits with status 2.
"""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

_SHOWN = 200
"""Characters of a name, and names, that an error repeats, at most."""


class BadInput(ValueError):
    """A file, key, value or name given by the user cannot be used; the message is one line."""


class IllegalAction(ValueError):
    """A move that the rules do not allow; the message says why."""


def unknown(kind: str, name: object, known: Iterable[str]) -> BadInput:
    """The error for a name nobody knows, with the nearest known one and all that are known.

    Args:
        kind: what the name should have been, such as "game" or "parameter of kuhn_poker".
        name: what was written.
        known: the names that would have been right.
    """
    names, written = sorted(known), str(name)
    near = get_close_matches(written, names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    shown = repr(written if len(written) <= _SHOWN else f"{written[:_SHOWN]}…")
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    listed = ", ".join(names[:_SHOWN]) or "none"
    return BadInput(f"unknown {kind} {shown}{hint} (known: {listed}{more})")


def check_known(kind: str, names: Iterable[str], known: Collection[str]) -> None:
    """Refuse names that nobody knows.

    Args:
        kind: what the names should be, as in `unknown`.
        names: what was written.
        known: the names that are right.

    Raises:
        BadInput: for the first name that is not among them.
    """
    for name in names:
        if name not in known:
            raise unknown(kind, name, known)
