"""The preflight: a test call that shows whether a model answers the questions of a match.

The test question has every feature of a match's questions: a system message, the settings of the
model, a seed if requests have one, and a schema of words and bounded numbers. If a server refuses
the question, it is asked again without the schema, without the system role, and without both. If a
server refuses a neutral sampling setting, the question is asked again without the setting.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from agents.core.models.continuing import NONE_TOLD
from agents.core.models.dialect import Dialect
from agents.core.models.model import Completion, Failure, ModelSpec, Request
from agents.core.models.pool import GatedModel
from agents.core.models.sampling import named
from agents.core.responses.failures import Kind
from games.core.types import Action
from prompts import Form, Message

Keep = Callable[[str, Completion | Failure], None]
"""Called with a model's name and the outcome of each call at once."""

_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "action": {"type": "string", "enum": ["yes", "no"]},
        "intensity": {"type": "integer", "minimum": 0, "maximum": 100},
    },
    "required": ["action", "intensity"],
    "additionalProperties": False,
}
_SYSTEM = "You are asked one question, to see whether you can be reached."
_ASKED: Final[dict[Form, str]] = {
    "json": 'Answer with the JSON object {"action": "yes", "intensity": 50}.',
    "text": "Answer with the word yes.",
}
_REPLIES: Final[dict[Form, dict[Action, str]]] = {
    "json": {word: f'{{"action":"{word}","intensity":50}}' for word in ("yes", "no")},
    "text": {word: f"{word}\n" for word in ("yes", "no")},
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of the preflight of a model.

    Args:
        spec: the model and its settings.
        failure: failure of the question with all its features; None if it was answered.
        dialect: dialect of the last question, or of the answered one.
        answers: whether the model answered any question.
    """

    spec: ModelSpec
    failure: Failure | None
    dialect: Dialect
    answers: bool

    @property
    def name(self) -> str:
        """The model's name."""
        return self.spec.model


async def examine(model: GatedModel, spec: ModelSpec, keep: Keep) -> Finding:
    """Find out whether a model answers, and in which dialect.

    Raises:
        BadInput: the model refuses a setting.
        Halted: no calls to the model are permitted.
    """
    usual = await _try(model, spec, model.dialect, keep)
    if usual.last is None:
        return Finding(spec, usual.first, usual.dialect, answers=True)
    for dialect in _others(model, usual.dialect):
        if usual.last.kind is not Kind.REJECTED:
            break
        other = await _try(model, spec, dialect, keep)
        if other.last is None:
            return Finding(spec, usual.last, other.dialect, answers=True)
        if other.last.kind is not Kind.REJECTED:
            break
    return Finding(spec, usual.last, model.dialect, answers=False)


@dataclass(frozen=True, slots=True)
class _Trial:
    """Result of a question, repeated without the neutral settings that the server refuses.

    Args:
        dialect: dialect without the refused settings.
        first: failure of the first call, or None.
        last: failure of the last call, or None.
    """

    dialect: Dialect
    first: Failure | None
    last: Failure | None


async def _try(model: GatedModel, spec: ModelSpec, dialect: Dialect, keep: Keep) -> _Trial:
    """Ask, then ask again without each neutral setting that an error names."""
    first = last = await _failure(model, spec, dialect, keep)
    while last is not None and last.rejected:
        left = [name for name in model.neutral if name not in dialect.unset]
        if (refused := named(last.message, left)) is None:
            break
        dialect = replace(dialect, unset=dialect.unset | {refused})
        last = await _failure(model, spec, dialect, keep)
    return _Trial(dialect, first, last)


def _others(model: GatedModel, usual: Dialect) -> list[Dialect]:
    """Dialects with fewer features than the usual one."""
    return [
        replace(usual, schema=schema, system=system)
        for schema, system in ((False, True), (True, False), (False, False))
        if (schema == usual.schema or model.form == "json") and system <= usual.system
        if (schema, system) != (usual.schema, usual.system)
    ]


async def _failure(
    model: GatedModel, spec: ModelSpec, dialect: Dialect, keep: Keep
) -> Failure | None:
    """Failure of the question in a dialect; None if the model answers it."""
    form: Form = model.form if dialect.schema else "text"
    messages = (Message("system", _SYSTEM), Message("user", _ASKED[form]))
    schema = _SCHEMA if form == "json" else None
    request = Request(messages, schema, 1 if spec.seeded else None)
    outcome = await model.ask(dialect.said(request), trial=True)
    keep(spec.model, outcome)
    if isinstance(outcome, Failure) or spec.decide_by == "sampling":
        return outcome if isinstance(outcome, Failure) else None
    if not model.continues:
        told = None if outcome.tokens else Failure(NONE_TOLD, kind=Kind.UNTOLD)
    else:
        weighed = await model.tell(dialect.said(request), _REPLIES[form])
        keep(spec.model, weighed)
        told = weighed if isinstance(weighed, Failure) else None
    # Another dialect would not change it: a request that is refused for good.
    final = told is not None and (told.rejected or told.kind is Kind.UNTOLD)
    return replace(told, kind=Kind.DENIED) if told and final else told
