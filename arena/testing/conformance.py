"""Kits of checks that report errors as sentences."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")

Check = Callable[[T], Iterator[str]]
"""Yields errors as sentences; nothing if the statement of the check's docstring holds."""


class Nonconforming(AssertionError):
    """A thing does not do what every thing of its kind must do; a line for each flaw."""


def flaws(check: Check[T], thing: T) -> Iterator[str]:
    """The first flaw that a check finds, if there is one; an exception is a flaw.

    Args:
        check: of the kit.
        thing: that is checked.
    """
    try:
        first = next(check(thing), None)
    except Exception as error:  # noqa: BLE001 - whatever it raises is told
        claim = (check.__doc__ or "").partition("\n")[0].rstrip(".")
        first = f"{claim}: {type(error).__name__}: {error}"
    if first is not None:
        yield first


def require(subject: str, wrong: Iterable[str]) -> None:
    """Raise the reported errors.

    Args:
        subject: checked object.
        wrong: flaws.

    Raises:
        Nonconforming: anything was.
    """
    if lines := list(dict.fromkeys(wrong)):
        raise Nonconforming("\n".join(f"{subject}: {line}" for line in lines))


def differs(what: str, one: Any, other: Any) -> str:  # noqa: ANN401 - anything that has a repr
    """A sentence about two things that should be equal."""
    return f"{what}: {one!r} and {other!r}"
