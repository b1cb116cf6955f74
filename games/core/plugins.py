"""Finding plug-ins: modules of our packages, and what installed packages register.

In some packages of ours a flat module is a plug-in, and its file name is its id. An installed
package registers more of them by entry points: of `affect_arena.games`, say, each is a module like
ours, under its id. Files that are found in folders, such as texts, are registered by the folder.

Source: Entry points specification, Python Packaging User Guide.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from games.core.errors import BadInput, Named, unknown

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

T = TypeVar("T")
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
        """Ids of the plug-ins that one package alone registers, in alphabetical order."""
        return tuple(sorted(self._offered()))

    def usable(self) -> Named[Any]:
        """What each plug-in offers, by id in alphabetical order, as far as it can be imported.

        The faults are the ids that two packages claim, and what cannot be used.
        """
        offered = self._offered()
        things: Named[Any] = Named(offered.faults)
        for name in sorted(offered):
            try:
                things[name] = self.load(name)
            except BadInput as error:
                things.faults[name] = str(error)
        return things

    def load(self, name: str) -> Any:  # noqa: ANN401 - of many types
        """The thing that a plug-in offers.

        Raises:
            BadInput: there is no such plug-in, two packages claim it, or it cannot be used.
        """
        module = self.module(name)
        entry = self._offered().get(name)
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
            BadInput: there is no such plug-in, two packages claim it, or it cannot be imported.
        """
        if name not in (offered := self._offered()):
            raise unknown(self.kind, name, offered)
        if (entry := offered[name]) is None:
            return import_module(f"{self.package}.{name}")
        try:
            return import_module(entry.module)
        except Exception as error:
            raise self._unusable(entry, f"{type(error).__name__}: {error}") from error

    def _own(self) -> tuple[str, ...]:
        return _flat_modules(tuple(import_module(self.package).__path__))

    def _offered(self) -> "Named[EntryPoint | None]":
        """The entry points of packages by id; None for a module of ours."""
        entries = registered(self.group)
        fit = [entry for entry in entries if _ID.fullmatch(entry.name)]
        offered = claimed(
            self.kind,
            [
                *((name, OURS, None) for name in self._own()),
                *((entry.name, distribution(entry), entry) for entry in fit),
            ],
        )
        for entry in set(entries) - set(fit):
            offered.faults[entry.name] = (
                f"package {distribution(entry)} registers the {self.kind} {entry.name!r}: an id "
                "has small letters, digits and _, and begins with a letter"
            )
        return offered

    def _unusable(self, entry: "EntryPoint", why: str) -> BadInput:
        owner = distribution(entry)
        return BadInput(f"{self.kind} {entry.name!r} of package {owner} cannot be used: {why}")


@cache
def _flat_modules(folders: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the modules in the folders of a package, without packages in it."""
    return tuple(module.name for module in iter_modules(folders) if not module.ispkg)


def claimed(kind: str, offers: Iterable[tuple[str, str, T]]) -> Named[T]:
    """What one package alone offers, by name; the faults are the names that two claim.

    Args:
        kind: what a name stands for, for the faults.
        offers: a name, the package that offers it, and the thing.
    """
    things: Named[T] = Named()
    owners: dict[str, str] = {}
    for name, owner, thing in offers:
        things[name] = thing
        if (other := owners.setdefault(name, owner)) != owner:
            things.faults[name] = (
                f"packages {other} and {owner} both register the {kind} {name!r}: uninstall one"
            )
    for name in things.faults:
        del things[name]
    return things


def registered(group: str) -> tuple["EntryPoint", ...]:
    """The entry points of installed packages, in the order of package and name.

    Args:
        group: of GROUPS.
    """
    return entry_points_by_group()[group]


@cache
def entry_points_by_group() -> Mapping[str, tuple["EntryPoint", ...]]:
    """The entry points of each of GROUPS. Packages are read once: that takes tens of ms."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow to load, rarely needed

    installed = entry_points()
    return {
        group: tuple(
            sorted(
                installed.select(group=f"affect_arena.{group}"),
                key=lambda entry: (distribution(entry), entry.name),
            )
        )
        for group in GROUPS
    }


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
    """
    folders = [(OURS, own), *((distribution(e), f) for e in registered(group) if (f := _folder(e)))]
    return [
        File(owner, path.relative_to(folder).as_posix(), path)
        for owner, folder in folders
        for path in sorted(folder.rglob("*.toml"))
    ]


def no_folders(group: str) -> dict[str, str]:
    """What packages register as a folder and is none: a line each, by what they wrote.

    Args:
        group: of GROUPS.
    """
    return {
        e.value: f"package {distribution(e)} registers {group} in {e.value}, which is no folder"
        for e in registered(group)
        if _folder(e) is None
    }


def named(kind: str, group: str, own: Path) -> Named[Path]:
    """The same files by their names without the ending.

    The faults are names that two packages have a file of, and folders that are none.

    Args:
        kind: what a file is, for the faults.
        group: of GROUPS.
        own: our folder.
    """
    paths = claimed(kind, ((each.path.stem, each.owner, each.path) for each in files(group, own)))
    paths.faults |= no_folders(group)
    return paths


def _folder(entry: "EntryPoint") -> Path | None:
    """The folder that a package registers: `package.folder`, with or without modules in it."""
    try:
        spec = find_spec(entry.module)
    except Exception:  # noqa: BLE001 - the package above it is imported, and may do anything
        spec = None
    places = list((spec and spec.submodule_search_locations) or ())
    return Path(places[0]) if places else None
