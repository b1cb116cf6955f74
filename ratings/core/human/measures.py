"""Measures that games declare for the comparison of their decisions with people's."""

from functools import cache
from typing import Final

import games
from games.core.errors import unknown
from games.core.measures import Measure, Units

PERCENT: Final = "percent of the pie"


@cache
def declared() -> dict[str, tuple[str, Measure]]:
    """Measures of single decisions by name, each with the game that declares it.

    If several games declare a measure, the first by name is given.
    """
    return {
        measure.name: (game, measure)
        for game in reversed(games.available())
        for measure in games.rules(game).measures
        if not measure.of
    }


def summaries() -> dict[str, tuple[str, Measure]]:
    """All measures of decisions by name, those that summarise several included.

    Estimates of strategies and types are left out: they are no decisions.
    """
    return {
        measure.name: (game, measure)
        for game in reversed(games.available())
        for measure in games.rules(game).measures
        if not measure.estimated
    }


def percent_measures() -> tuple[str, ...]:
    """Measures of single decisions in per cent of the pie, in alphabetical order."""
    names = (name for name, (_, measure) in declared().items() if measure.units == PERCENT)
    return tuple(sorted(names))


def units(measure: str) -> Units:
    """The units of a measure of single decisions.

    Raises:
        BadInput: no game declares it.
    """
    if measure not in declared():
        raise unknown("measure", measure, declared())
    return declared()[measure][1].units
