"""Comparison of the texts of a run with the texts of this program."""

from collections.abc import Iterable
from pathlib import Path

from arena.design.texts import reached
from arena.design.tournament import Tournament
from arena.record.manifest import Manifest


def changed_texts(manifest: Manifest) -> tuple[str, ...]:
    """Text files whose reachable texts have changed.

    If a run stored one hash of all texts, or no tournament file, changes cannot be located. The
    result is then a single entry for all texts, unless no text is reachable.
    """
    if manifest.file is None:
        return ("all texts",)
    now = reached(Tournament(manifest.file, f"the design of {manifest.name}"))
    if isinstance(manifest.texts, str):
        return ("all texts",) if now else ()
    both = manifest.texts.keys() | now.keys()
    return tuple(sorted(name for name in both if manifest.texts.get(name) != now.get(name)))


def other_texts(folder: Path, manifest: Manifest, changed: Iterable[str]) -> str:
    """Reason that a run with changed reachable texts cannot continue."""
    if isinstance(manifest.texts, str):
        return (
            f"{folder} kept one hash of all prompt texts, which does not tell whether those that "
            f"it uses have changed: go on with the program that wrote it (affect-arena "
            f"{manifest.versions.get('affect-arena', 'unknown')}, revision {manifest.revision}), "
            "or choose another folder with --out"
        )
    return (
        f"{folder} was played with other prompt texts: {', '.join(changed)}; "
        "choose another folder with --out"
    )
