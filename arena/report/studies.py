"""Listings of human studies on the command line: samples first, then their decisions."""

from collections.abc import Iterator

import numpy as np

from ratings.core.human.people import Number
from ratings.core.human.studies import Baseline, baselines

_CONFIDENCE = {
    "data": "recomputed from the study's data",
    "text": "read in the study's text",
    "recalled": "from memory: check before printing",
    "inferred": "worked out from other figures",
}


def listed() -> Iterator[tuple[str, str]]:
    """All baselines with game, measure and sample."""
    for name, study in baselines().items():
        what = f"{study.game}, {study.measure.replace('_', ' ')}"
        marks = "; primary" * study.primary + "; not played here" * bool(study.unplayable)
        yield name, f"{what}: {study.population}; {counted(study)}{marks}"


def counted(study: Baseline) -> str:
    """Number of people and of decisions, in words."""
    people = _number(study.people, "people", "an unknown number of people")
    made = _number(study.decisions, "decisions", "an unknown number of decisions")
    return f"{people}, {made}" + (f", {study.groups:,} groups" if study.groups else "")


def _number(number: Number, noun: str, unknown: str) -> str:
    return unknown if number == "unknown" else f"{number:,} {noun}"


def lines(study: Baseline) -> Iterator[str]:
    """A baseline with its source and its figures."""
    yield f"{study.name}: {study.about}"
    yield f"  {study.citation}" + (f", doi {study.doi}" if study.doi else "")
    yield f"  game {study.game}, measure {study.measure}, in {study.units}"
    yield f"  people: {study.population}; {counted(study)}"
    if (error := _error(study)) is not None:
        yield f"  standard error: {error}"
    yield f"  stakes: {study.stakes}; elicitation: {study.elicitation}"
    yield f"  confidence: {_CONFIDENCE[study.confidence]}; licence: {study.licence}"
    if study.payoffs:
        yield f"  {played_with(study)}"
    if study.unplayable:
        yield f"  not compared with: {study.unplayable}"
    labelled = {"condition": study.condition, "note": study.note, "contested": study.contested}
    for label, text in labelled.items():
        if text:
            yield f"  {label}: {text}"
    yield from _figures(study)


def played_with(study: Baseline) -> str:
    """The game of a study, as far as stated: payoffs and horizon."""
    stated = ", ".join(f"{key} {value:g}" for key, value in study.payoffs.items())
    return f"played with: {stated}" if stated else ""


def _error(study: Baseline) -> str | None:
    """Standard error of a study's only figure, with its basis; None if it has several figures."""
    if study.cells is None and study.value is None:
        return None
    if not study.sampled:
        return "not known, since the number of people is not: nothing is tested against it"
    what = "points" if study.units != "probability" else "as a probability"
    error = float(study.error(np.zeros(1)))
    how = "of people, each counted once"
    if study.standard_error is not None:
        how = "published, clustered by person"
    elif study.people == "unknown" or study.between is None:
        how = how if study.groups is None else "of groups, each counted once"
    elif study.groups is not None:
        how = f"of {study.groups:,} groups whose means differ by {study.between:g} (sd), and people"
    return f"{error:.3g} ({what}), {how}"


def _figures(study: Baseline) -> Iterator[str]:
    if study.cells is not None:
        people = study.histogram
        yield f"  mean {people.mean:.1f}, standard deviation {people.sd:.1f}"
        for low, high, share in zip(people.low, people.high, people.share, strict=True):
            cell = f"{low:g}" if low == high else f"{low:g} to {high:g}"
            yield f"    {cell:>10}  {share:6.1%}  {'█' * round(60 * share)}".rstrip()
    for place, value in study.points or ():
        yield f"    {place:>10}  {value:6.1%}"
    for strategy, share in (study.shares or {}).items():
        yield f"    {strategy:>20}  {share:6.1%}"
    for term, value in (study.formula or {}).items():
        error = (study.errors or {}).get(term)
        yield f"    {term:>12}  {value:+.3f}" + (f" (standard error {error:.3f})" if error else "")
    if study.value is not None:
        yield f"    {study.value:g}"
    if study.map is not None:
        yield "      S \\ T  " + "  ".join(f"{t:>4g}" for t in study.map.temptation)
        for sucker, rates in zip(study.map.sucker, study.map.rates, strict=True):
            yield f"    {sucker:>6g}   " + "  ".join(f"{rate:.2f}" for rate in rates)
