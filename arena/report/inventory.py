"""Listings of available items, with one line about each."""

from collections.abc import Callable, Iterator, Mapping
from typing import get_args

import agents
import games
import ratings
from arena.design.schedules import KINDS
from arena.design.tournament import shipped
from games.core.game import Family
from games.core.plugins import Registry
from prompts import catalogue
from prompts.core.audit.gaps import lacking, lacks_face

Listing = Iterator[tuple[str, str]]


def inventory(what: str) -> Listing:
    """Names and descriptions.

    Args:
        what: a key of LISTINGS.
    """
    return LISTINGS[what]()


def families() -> Mapping[str, tuple[str, ...]]:
    """Games by family, both in display order; no family is empty."""
    known = {name: games.rules(name).family for name in games.REGISTRY.usable()}
    grouped = {
        family: tuple(name for name, its_family in known.items() if its_family == family)
        for family in get_args(Family)
    }
    return {family: names for family, names in grouped.items() if names}


def faults() -> tuple[str, ...]:
    """Errors of installed packages, one line for each failed registration."""
    from ratings.core.human.studies import baselines  # noqa: PLC0415 - it loads numpy

    registered = (agents.REGISTRY.usable(), games.REGISTRY.usable(), ratings.REGISTRY.usable())
    known = (*registered, shipped(), baselines())
    lines = [line for each in known for line in each.faults.values()]
    return tuple(dict.fromkeys((*lines, *catalogue().faults)))


def _plugins(registry: Registry) -> Listing:
    for name in registry.usable():
        yield name, _first(registry.module(name).__doc__)


def _tournaments() -> Listing:
    for name, path in shipped().items():
        yield name, _first(path.read_text(encoding="utf-8")).lstrip("# ")


def _baselines() -> Listing:
    from arena.report.studies import listed  # noqa: PLC0415 - it loads numpy

    yield from listed()


def _emotions() -> Listing:
    inductions, reported = catalogue().inductions("en"), catalogue().emotions("en")
    for name in sorted({*reported, *inductions}):
        causes = inductions.get(name)
        said = "can be reported and shown" if name in reported else "cannot be reported or shown"
        about = f"can be induced ({', '.join(causes)})" if causes else "cannot be induced"
        face = catalogue().face(name) or ("no face" if lacks_face(name) else "")
        gaps = (
            f"texts are missing in {', '.join(languages)}" if (languages := lacking(name)) else ""
        )
        yield name, "; ".join(filter(None, (f"{face} {said}".strip(), about, gaps)))


def _languages() -> Listing:
    for name in catalogue().languages:
        texts = len(catalogue().get(name, "game"))
        yield name, f"texts of {texts} games and {len(catalogue().emotions(name))} emotions"


def _schedules() -> Listing:
    for name, kind in KINDS.items():
        yield name, _first(kind.__doc__)


def _first(text: str | None) -> str:
    return (text or "").partition("\n")[0]


LISTINGS: Mapping[str, Callable[[], Listing]] = {
    "agents": lambda: _plugins(agents.REGISTRY),
    "baselines": _baselines,
    "emotions": _emotions,
    "games": lambda: _plugins(games.REGISTRY),
    "languages": _languages,
    "methods": lambda: _plugins(ratings.REGISTRY),
    "schedules": _schedules,
    "tournaments": _tournaments,
}
"""Listings by name."""
