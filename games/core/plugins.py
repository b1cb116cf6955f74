"""Finding plug-ins: in some packages a flat module is a plug-in, and its file name is its id."""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from games.core.errors import unknown


def available(path: Iterable[str]) -> tuple[str, ...]:
    """Ids of the plug-ins in a package, in alphabetical order.

    Args:
        path: the package's `__path__`.
    """
    return tuple(sorted(m.name for m in iter_modules(path) if not m.ispkg))


def load(kind: str, package: str, path: Iterable[str], name: str, attribute: str) -> Any:  # noqa: ANN401
    """What a plug-in offers under its agreed name.

    Args:
        kind: what the plug-in is, for the error message.
        package: name of the package.
        path: the package's `__path__`.
        name: id of the plug-in.
        attribute: the agreed name, such as `GAME`.

    Raises:
        BadInput: there is no such plug-in.
    """
    names = available(path)
    if name not in names:
        raise unknown(kind, name, names)
    return getattr(import_module(f"{package}.{name}"), attribute)
