"""Finding plug-ins: modules of our packages, and what installed packages register.

In some packages of ours a flat module is a plug-in, and its file name is its id. An installed
package registers more of them by entry points: of `affect_arena.games`, say, each is a module like
ours, under its id. Files that are found in folders, such as texts, are registered by the folder.

Source: Entry points specification, Python Packaging User Guide.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING, Any

from games.core.errors import BadInput, unknown

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUPS = ("games", "agents", "ratings", "baselines", "directions", "texts", "tournaments", "pages")
"""Kinds of things that packages register; of the entry points' groups, the part after the dot."""
OURS = "affect-arena"
"""The distribution that holds the modules and files of our own."""
_ID = re.compile(r"[a-z][a-z0-9_]*(:[a-z0-9_]+)?")
"""An id; one before a colon stands for another library, one behind it for a thing in that."""


@dataclass(frozen=True)
class Registry:
    """The plug-ins of one kind.

    Args:
        kind: what a plug-in is, for errors.
        package: name of the package of ours in which a flat module is a plug-in.
        attribute: the name under which a module offers it, such as `GAME`.
        group: of the entry points by which packages register more, of GROUPS.
        wrong: what is wrong with a thing that a package registers, from its id and the thing; empty
            if nothing is. What is our own is tested.
    """

    kind: str
    package: str
    attribute: str
    group: str
    wrong: Callable[[str, Any], str] = lambda _name, _found: ""

    def available(self) -> tuple[str, ...]:
        """Ids of the plug-ins, in alphabetical order.

        Raises:
            BadInput: two packages claim one id, or an id cannot be one.
        """
        return tuple(sorted((*self._own(), *self._registered())))

    def load(self, name: str) -> Any:  # noqa: ANN401 - of many types
        """The thing that a plug-in offers.

        Raises:
            BadInput: there is no such plug-in, or that of a package cannot be used.
        """
        module = self.module(name)
        entry = self._registered().get(name)
        if entry is None:
            return getattr(module, self.attribute)
        attribute = entry.attr or self.attribute
        if not hasattr(module, attribute):
            raise self._unusable(entry, f"module {entry.module} has no {attribute}")
        offered = getattr(module, attribute)
        if wrong := self.wrong(name, offered):
            raise self._unusable(entry, wrong)
        return offered

    def module(self, name: str) -> ModuleType:
        """The module of a plug-in, whose docstring says what it is.

        Raises:
            BadInput: there is no such plug-in, or that of a package cannot be imported.
        """
        if (entry := self._registered().get(name)) is not None:
            try:
                return import_module(entry.module)
            except Exception as error:
                said = f"{type(error).__name__}: {error}"
                raise self._unusable(entry, said) from error
        if name not in self._own():
            raise unknown(self.kind, name, self.available())
        return import_module(f"{self.package}.{name}")

    def _own(self) -> tuple[str, ...]:
        return _flat_modules(tuple(import_module(self.package).__path__))

    def _registered(self) -> Mapping[str, "EntryPoint"]:
        """The entry points of packages, by id."""
        owners = dict.fromkeys(self._own(), OURS)
        entries: dict[str, EntryPoint] = {}
        for entry in registered(self.group):
            owner = distribution(entry)
            if not _ID.fullmatch(entry.name):
                raise BadInput(
                    f"package {owner} registers the {self.kind} {entry.name!r}: an id has small "
                    "letters, digits and _, and begins with a letter"
                )
            once(self.kind, entry.name, owner, owners)
            entries[entry.name] = entry
        return entries

    def _unusable(self, entry: "EntryPoint", why: str) -> BadInput:
        owner = distribution(entry)
        return BadInput(f"{self.kind} {entry.name!r} of package {owner} cannot be used: {why}")


@cache
def _flat_modules(folders: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the modules in the folders of a package, without packages in it."""
    return tuple(module.name for module in iter_modules(folders) if not module.ispkg)


def once(kind: str, name: str, owner: str, owners: dict[str, str]) -> None:
    """Note who registers a name.

    Args:
        kind: what it names, for the error.
        name: that is registered.
        owner: the package that registers it.
        owners: of the names so far; this one is added.

    Raises:
        BadInput: another package registers it too.
    """
    if (other := owners.setdefault(name, owner)) != owner:
        raise BadInput(
            f"packages {other} and {owner} both register the {kind} {name!r}: uninstall one"
        )


@cache
def registered(group: str) -> tuple["EntryPoint", ...]:
    """The entry points of installed packages, in the order of package and name.

    Args:
        group: of GROUPS.
    """
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow to load, rarely needed

    points = entry_points(group=f"affect_arena.{group}")
    return tuple(sorted(points, key=lambda entry: (distribution(entry), entry.name)))


def distribution(entry: "EntryPoint") -> str:
    """Name of the package that registers something."""
    return entry.dist.name if entry.dist else "without a name"


def distributions() -> dict[str, str]:
    """The packages that register anything, each with its version."""
    entries = [entry for group in GROUPS for entry in registered(group)]
    return {entry.dist.name: entry.dist.version for entry in entries if entry.dist}


@dataclass(frozen=True)
class File:
    """A file of ours, or one in a folder that a package registers.

    Args:
        owner: name of the package.
        name: its path in the folder, with slashes.
        path: where it is.
    """

    owner: str
    name: str
    path: Path

    @property
    def label(self) -> str:
        """Its name, with that of the package if it is not ours."""
        return self.name if self.owner == OURS else f"{self.owner}: {self.name}"


def files(group: str, own: Path) -> list[File]:
    """TOML files in a folder of ours and in the folders that packages register, at any depth.

    Args:
        group: of GROUPS.
        own: our folder.

    Returns:
        Ours first, then those of the packages.

    Raises:
        BadInput: a package registers a folder that it has not.
    """
    folders = [(OURS, own), *((distribution(e), _folder(group, e)) for e in registered(group))]
    return [
        File(owner, path.relative_to(folder).as_posix(), path)
        for owner, folder in folders
        for path in sorted(folder.rglob("*.toml"))
    ]


def named(kind: str, group: str, own: Path) -> dict[str, Path]:
    """The same files by their names without the ending.

    Args:
        kind: what a file is, for errors.
        group: of GROUPS.
        own: our folder.

    Raises:
        BadInput: two packages have one of the same name, or as `files` does.
    """
    owners: dict[str, str] = {}
    sources = files(group, own)
    for file in sources:
        once(kind, file.path.stem, file.owner, owners)
    return {file.path.stem: file.path for file in sources}


def _folder(group: str, entry: "EntryPoint") -> Path:
    """The folder that a package registers: `package.folder`, with or without modules in it."""
    try:
        spec = find_spec(entry.module)
    except ModuleNotFoundError:
        spec = None
    places = list((spec and spec.submodule_search_locations) or ())
    if not places:
        owner = distribution(entry)
        raise BadInput(f"package {owner} registers {group} in {entry.value}, which is no folder")
    return Path(places[0])
