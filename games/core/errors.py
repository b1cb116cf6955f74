"""What can go wrong with what a user wrote, and with a move.

Everything a user can get wrong ends as a `BadInput`: one line that names the culprit and says what
would be right. The command line prints that line and exits with status 2.
"""

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import TypeVar

T = TypeVar("T")

_SHOWN = 200
"""Characters of a name, and names, that an error repeats, at most."""


class BadInput(ValueError):
    """A file, key, value or name given by the user cannot be used; the message is one line."""


class IllegalAction(ValueError):
    """A move that the rules do not allow; the message says why."""


class Named(dict[str, T]):
    """Things by name, and the names that cannot be had with the reason for each.

    Who lists goes over the things and tells the faults; who asks for a name with a fault, by way of
    `unknown`, is told that.

    Args:
        faults: one line each, by name.
    """

    def __init__(self, faults: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.faults: dict[str, str] = dict(faults or {})
        """One line each, by the name that cannot be had."""


def unknown(kind: str, name: object, known: Iterable[str]) -> BadInput:
    """The error for a name nobody knows, with the nearest known one and all that are known.

    Args:
        kind: what the name should have been, such as "game" or "parameter of kuhn_poker".
        name: what was written.
        known: the names that would have been right; of `Named` things, what is wrong with this one
            is the error.
    """
    if isinstance(known, Named) and name in known.faults:
        return BadInput(known.faults[name])
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
