"""`arena new`: writes a package that adds a thing, for its author to fill in.

A folder here holds the files of one kind of thing; `common` those of all. In paths `__name__` and
`__package__`, in texts `$name` and so on stand for what is the author's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template

from arena.templates.language import language_texts
from games.core.errors import BadInput, unknown

_HERE = Path(__file__).parent
_SUFFIX = ".template"
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True)
class Kind:
    """Kinds of things that a package can add.

    Args:
        about: of the package, with the title of the thing in place of {}.
        entries: registered items by group: modules, or folders of the package.
        try_it: a command of `arena` that uses the thing.
    """

    about: str
    entries: tuple[tuple[str, str], ...]
    try_it: str


KINDS = {
    "game": Kind(
        "The game {}.",
        (("games", "$package.$name"), ("texts", "$package.texts")),
        "arena describe game $name",
    ),
    "agent": Kind(
        "The strategy {}.", (("agents", "$package.$name"),), "arena describe agent $name"
    ),
    "rating": Kind(
        "The rating method {}.", (("ratings", "$package.$name"),), "arena rate RUN --method $name"
    ),
    "emotion": Kind("The emotion {}.", (("texts", "$package.texts"),), "arena list emotions"),
    "language": Kind(
        "Texts in the language {}.",
        (("texts", "$package.texts"),),
        "arena prompt dictator --language $name",
    ),
    "baseline": Kind(
        "The human study {}.", (("baselines", "$package.baselines"),), "arena baseline $name"
    ),
}
"""Kinds of things, by name."""


def new(kind: str, name: str, out: Path) -> list[Path]:
    """Write a package that adds a thing, with a test of it.

    Args:
        kind: of KINDS.
        name: id of the thing; of a language, its code.
        out: folder in which the package's folder is made.

    Returns:
        The files, that of the project first.

    Raises:
        BadInput: the kind is unknown, the name cannot be an id, or the folder is there.
    """
    if kind not in KINDS:
        raise unknown("kind of thing", kind, KINDS)
    if not _NAME.fullmatch(name):
        raise BadInput(
            f"the {kind} {name!r} needs another name: small letters, digits and single _, and a "
            "letter first"
        )
    package = f"affect_arena_{name}"
    folder = out / package.replace("_", "-")
    if folder.exists():
        raise BadInput(f"{folder} is there already: choose another name, or a folder with --out")
    texts = dict(_files(kind, name, package))
    if kind == "language":
        place = f"src/{package}/texts"
        texts |= {f"{place}/{file}": text for file, text in language_texts(name).items()}
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return [folder / path for path in texts]


def _files(kind: str, name: str, package: str) -> Iterator[tuple[str, str]]:
    """Paths in the package's folder, and contents of the files."""
    title, about = name.replace("_", " ").capitalize(), KINDS[kind]
    words = {
        "name": name,
        "package": package,
        "title": title,
        "class_name": "".join(part.capitalize() for part in name.split("_")),
        "distribution": package.replace("_", "-"),
        "about": about.about.format(title),
    }
    words["try_it"] = Template(about.try_it).substitute(words)
    words["entries"] = "".join(
        f'[project.entry-points."affect_arena.{group}"]\n{name} = "{value}"\n\n'
        for group, value in ((group, Template(v).substitute(words)) for group, v in about.entries)
    ).rstrip("\n")
    for root in (_HERE / "common", _HERE / kind):
        for path in sorted(root.rglob(f"*{_SUFFIX}")):
            place = path.relative_to(root).as_posix().removesuffix(_SUFFIX)
            place = place.replace("__package__", package).replace("__name__", name)
            yield place, Template(path.read_text(encoding="utf-8")).substitute(words)
