"""Measures: a flat module is a rating method, its file name is its id; `core` is machinery."""

from typing import TYPE_CHECKING, Any

from games.core import plugins

if TYPE_CHECKING:
    from ratings.core.tables import Method


def _wrong(_name: str, plugin: Any) -> str:  # noqa: ANN401 - whatever a package registers
    """The flaw of a registered rating method; empty if it has none."""
    from ratings.core.tables import Method  # noqa: PLC0415 - it loads numpy

    return "" if isinstance(plugin, Method) else "it is no ratings.core.tables.Method"


REGISTRY = plugins.Registry("rating method", __name__, "METHOD", "ratings", _wrong)
"""Rating methods of this package and of installed packages."""


def available() -> tuple[str, ...]:
    """Ids of all rating methods, in alphabetical order."""
    return REGISTRY.available()


def load(name: str) -> "Method":
    """A rating method.

    Raises:
        BadInput: there is no such method.
    """
    method: Method = REGISTRY.load(name)
    return method


__all__ = ["available", "load"]
