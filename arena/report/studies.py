"""Human studies as the command line shows them."""

from collections.abc import Iterator

from ratings.core.human.studies import Baseline, baselines

_CONFIDENCE = {
    "data": "recomputed from the study's data",
    "text": "read in the study's text",
    "recalled": "from memory: check before printing",
    "inferred": "worked out from other figures",
}


def listed() -> Iterator[tuple[str, str]]:
    """Every baseline with its game, measure and sample."""
    for name, study in baselines().items():
        what = f"{study.game}, {study.measure.replace('_', ' ')}"
        yield name, f"{what}: {study.population}; n {study.n:,}{'; primary' * study.primary}"


def lines(study: Baseline) -> Iterator[str]:
    """One baseline with its source and its figures."""
    yield f"{study.name}: {study.about}"
    yield f"  {study.citation}" + (f", doi {study.doi}" if study.doi else "")
    yield f"  game {study.game}, measure {study.measure}, in {study.units}"
    yield f"  people: {study.population}; n {study.n:,}"
    yield f"  stakes: {study.stakes}; elicitation: {study.elicitation}"
    yield f"  confidence: {_CONFIDENCE[study.confidence]}; licence: {study.licence}"
    if study.payoffs:
        yield f"  {played_with(study)}"
    labelled = {"condition": study.condition, "note": study.note, "contested": study.contested}
    for label, text in labelled.items():
        if text:
            yield f"  {label}: {text}"
    yield from _figures(study)


def played_with(study: Baseline) -> str:
    """The game of a study, as far as it states it: payoffs and horizon."""
    stated = ", ".join(f"{key} {value:g}" for key, value in study.payoffs.items())
    return f"played with: {stated}" if stated else ""


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
