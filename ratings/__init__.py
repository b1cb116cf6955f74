"""Measures: a flat module is a rating method, its file name is its id; `core` is machinery."""

from typing import TYPE_CHECKING

from games.core import plugins

if TYPE_CHECKING:
    from ratings.core.tables import Method


def available() -> tuple[str, ...]:
    """Ids of all rating methods, in alphabetical order."""
    return plugins.available(__path__)


def load(name: str) -> "Method":
    """A rating method.

    Raises:
        BadInput: there is no such method.
    """
    found: Method = plugins.load("rating method", __name__, __path__, name, "METHOD")
    return found


__all__ = ["available", "load"]
