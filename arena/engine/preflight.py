"""Preflight: a test question to each model before play, of the kind asked in matches."""

import asyncio
from collections.abc import Callable, Iterable

from agents.core.models import embedded
from agents.core.models.dialect import USUAL
from agents.core.models.gate import Halted
from agents.core.models.model import Completion, Failure, ModelSpec
from agents.core.models.pool import ModelPool
from agents.core.models.preflight import Finding, examine
from arena.design.forms import unlike_forms
from arena.design.tournament import Tournament
from arena.record.dialects import dialects, settle
from arena.record.store import Store
from games import BadInput


async def preflight(
    pool: ModelPool,
    specs: Iterable[ModelSpec],
    store: Store,
    paid: Callable[[float], None],
    note: Callable[[str, str], None],
) -> None:
    """Ask each model a test question, and fix its dialect for the whole run.

    Args:
        pool: access to the models.
        specs: the models; each is asked once per address and settings.
        store: records the outcomes.
        paid: called with the cost of a call, in US dollars.
        note: called with notes for readers of the run: kind and line.

    Raises:
        BadInput: names all models that cannot be used.
    """

    def keep(model: str, outcome: Completion | Failure) -> None:
        store.probe(model, outcome)
        paid(outcome.cost or 0.0)

    async def ask(spec: ModelSpec) -> Finding | None:
        try:
            return await examine(await pool.reach(spec), spec, keep)
        except Halted as error:
            note("preflight", f"{spec.model} was not asked: {error}")
            return None

    fields = set(ModelSpec.model_fields)
    unlike = {spec.model_dump_json(include=fields): spec for spec in specs}
    asked = [s for s in unlike.values() if not s.model.startswith(embedded.PREFIX)]
    findings = await asyncio.gather(*map(ask, asked), return_exceptions=True)
    for each in _usable(findings):
        _settle(each, pool, store, note)


def _usable(gathered: Iterable[Finding | BaseException | None]) -> list[Finding]:
    """Preflight results of usable models.

    Raises:
        BadInput: names all unusable models.
    """
    outcomes = list(gathered)
    wrong = dict.fromkeys(str(error) for error in outcomes if isinstance(error, BadInput))
    for each in outcomes:
        if isinstance(each, BaseException) and not isinstance(each, BadInput):
            raise each
    findings = [each for each in outcomes if isinstance(each, Finding)]
    useless = dict.fromkeys(line for each in findings if (line := _useless(each)) is not None)
    if wrong or useless:
        advice = " (check names, keys, credit and settings)" if useless else ""
        raise BadInput("; ".join([*wrong, *useless]) + advice)
    return findings


def _useless(finding: Finding) -> str | None:
    """Reason that a model cannot be used as the design states; None if it can."""
    failure = finding.failure
    if failure is None:
        return None
    if finding.answers:
        if finding.dialect.schema or finding.spec.form != "json":
            return None
        return (
            f'model {finding.name!r} refuses response_format, which form = "json" asks for: '
            f'{failure.message}; leave form out or write form = "text"'
        )
    if failure.hopeless or failure.unpaid or failure.rejected:
        return f"model {finding.name!r} cannot be used: {failure.message}"
    return None


def _settle(
    finding: Finding, pool: ModelPool, store: Store, note: Callable[[str, str], None]
) -> None:
    """Report a failure, and fix a dialect that the model answers."""
    if finding.failure is None:
        return
    if not finding.answers:
        note("preflight", f"{finding.name} did not answer: {finding.failure.message}")
        return
    known = dialects(store).get(finding.name, USUAL)
    if (dialect := known & finding.dialect) != known:
        note("preflight", f"{finding.name} refuses a usual request: {finding.failure.message}")
        settle(store, note, finding.name, dialect)
        pool.speak(finding.name, dialect)


async def tell_forms(
    pool: ModelPool, tournament: Tournament, store: Store, note: Callable[[str, str], None]
) -> None:
    """Say, once in a run, that contestants answer in different forms."""
    told = unlike_forms(
        {
            name: (await pool.reach(need)).form
            for name, (_, spec) in tournament.contestants.items()
            for need in spec.model_specs()[:1]
        }
    )
    query = "SELECT EXISTS (SELECT 1 FROM notes WHERE kind = 'forms' AND about = ?)"
    if told and not next(store.rows(query, told))[0]:
        note("forms", told)
