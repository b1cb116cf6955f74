"""Packages that register things, written into a folder as an installer leaves them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from games.core import plugins
from prompts.core.texts.catalogue import catalogue
from ratings.core.human.directions import reference
from ratings.core.human.studies import baselines

CACHES = (plugins.entry_points_by_group, catalogue, baselines, reference)
"""What is read once and depends on what is installed."""


def install(
    site: Path, name: str, entries: Mapping[str, Mapping[str, str]], files: Mapping[str, str]
) -> None:
    """Write a package.

    Args:
        site: where packages are found.
        name: of the distribution.
        entries: by group without "affect_arena.", id and value.
        files: by path, their text.
    """
    info = site / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
    lines = [
        line
        for group, values in entries.items()
        for line in (f"[affect_arena.{group}]", *(f"{n} = {v}" for n, v in values.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines), "utf-8")
    for path, text in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text, "utf-8")


@contextmanager
def found(site: Path) -> Iterator[None]:
    """The packages of a folder are installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(site))
        forget()
        yield
    forget()


def forget() -> None:
    """What was read of installed packages is read again."""
    for cache in CACHES:
        cache.cache_clear()
